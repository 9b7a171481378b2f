import fc from 'fast-check';
import { eventLine, parseEvent, parseEventLine, type AuditEvent } from '../../../lambda/audit-exporter/event-line';
import { eventOf } from '../../support/batches';

const LINE =
  '{"seq":"7","id":"00000000-0000-4000-8000-000000000007","xid":"7","at":"2026-03-01T09:00:07.000001Z",' +
  '"actor_id":"00000000-0000-4000-8000-000000000384","actor_role":"clinician","event_type":"phi.access","action":"R","outcome":"success",' +
  '"resource_type":"patient","resource_id":null,"patient_id":"00000000-0000-4000-8000-000000000320","ip":"203.0.113.9",' +
  '"request_id":"request-7","purpose":"TREAT","emergency":false,"fields":["name","mrn"],"reason":null}';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const whole = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const digits = (length: number) => fc.nat(10 ** length - 1).map((value) => String(value).padStart(length, '0'));
const at = fc
  .tuple(fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), digits(3))
  .map(([date, micros]) => date.toISOString().replace('Z', `${micros}Z`));
const uuid = fc.uuid();
const nullable = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: null });
const event = fc
  .record({
    ...{ seq: whole, id: uuid, xid: whole, at, actor_id: nullable(text), actor_role: nullable(text), event_type: text, action: text },
    ...{ outcome: text, resource_type: text, resource_id: nullable(uuid), patient_id: nullable(uuid), ip: nullable(text), request_id: text },
    ...{ purpose: nullable(text), emergency: fc.boolean(), fields: nullable(fc.array(text, { maxLength: 4 })), reason: nullable(text) },
  })
  .map((value) => parseEvent(value) as AuditEvent);

describe('the line of an event', () => {
  it('is these bytes, today and ever after', () => {
    expect(eventLine(eventOf(7))).toBe(LINE);
  });

  it('does not depend on the order in which the members came', () => {
    const reversed = parseEvent(Object.fromEntries(Object.entries(eventOf(7)).toReversed()));
    expect(reversed && eventLine(reversed)).toBe(LINE);
    expect(eventLine(Object.fromEntries(Object.entries(eventOf(7)).toReversed()) as unknown as AuditEvent)).toBe(LINE);
  });

  it('is read back to the same event, is one line, and survives UTF-8, whatever the event', () => {
    fc.assert(
      fc.property(event, (one) => {
        const line = eventLine(one);
        expect(parseEventLine(line)).toEqual(one);
        expect(Buffer.from(line, 'utf8').toString('utf8')).toBe(line);
        expect(line).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 500 },
    );
  });

  it('differs for events that differ in any one member', () => {
    fc.assert(
      fc.property(event, event, fc.constantFrom(...(Object.keys(eventOf(1)) as (keyof AuditEvent)[])), (one, other, member) => {
        const mixed = { ...one, [member]: other[member] };
        expect(eventLine(mixed) === eventLine(one)).toBe(JSON.stringify(other[member]) === JSON.stringify(one[member]));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every digit of a number that JavaScript would round', () => {
    const line = eventLine(eventOf(1, { seq: '9007199254740993', xid: '18446744073709551615' }));
    expect(line).toContain('"seq":"9007199254740993"');
    expect(parseEventLine(line)).toMatchObject({ seq: '9007199254740993', xid: '18446744073709551615' });
  });

  it.each([
    ['a space', LINE.replace('":"7"', '": "7"')],
    ['a space at the end', `${LINE} `],
    ['another order', LINE.replace('"seq":"7",', '').replace('{', '{"xid":"7","seq":"7",').replace(',"xid":"7","at"', ',"at"')],
    ['a member twice', LINE.replace('"reason":null', '"reason":"x","reason":null')],
    ['a member too many', LINE.replace('"reason":null', '"reason":null,"more":1')],
    ['a member too few', LINE.replace(',"reason":null', '')],
    ['another spelling of a character', LINE.replace('clinician', 'clinici\\u0061n')],
    ['a number that is a number', LINE.replace('"seq":"7"', '"seq":7')],
    ['a number with a zero in front', LINE.replace('"seq":"7"', '"seq":"07"')],
    ['a time to the millisecond', LINE.replace('07.000001Z', '07.001Z')],
    ['a time in another zone', LINE.replace('000001Z', '000001+00:00')],
    ['an id in capitals', LINE.replace('"resource_id":null', '"resource_id":"AAAAAAAA-0000-4000-8000-000000000007"')],
    ['a member inherited', LINE.replace(',"reason":null', ',"__proto__":{"reason":null}')],
    ['no JSON', 'x'],
    ['an array', '[]'],
  ])('is refused with %s', (_, line) => {
    expect(line).not.toBe(LINE);
    expect(parseEventLine(line)).toBeUndefined();
  });

  it('takes whatever codes the database takes, so that no row stops the export', () => {
    const odd = eventOf(3, { event_type: 'of.tomorrow', actor_role: 'new', fields: [], reason: '\u0000"\\' });
    expect(parseEventLine(eventLine(odd))).toEqual(odd);
  });
});
