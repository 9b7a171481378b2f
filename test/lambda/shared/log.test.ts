import { createLog } from '../../../lambda/shared/log';
import { sqlStateOf } from '../../../lambda/shared/sql-state';
import { newUuid, parseUuid } from '../../../lambda/shared/uuid';
import { collectLog } from '../../support/log-lines';

const ID = '3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11';
const CANARY = 'Jane Canary 900-12-3456';

function setUp() {
  const collected = collectLog();
  const log = createLog(
    { event: ['request'], code: ['ok', 'denied'], id: 'uuid', state: 'sqlstate', ms: 'number', emergency: 'boolean' },
    collected.sink,
  );
  return { log, ...collected };
}

describe('the log', () => {
  it('writes one JSON line per call, fields in the order of the schema', () => {
    const { log, lines } = setUp();
    log({ emergency: false, ms: 12, id: parseUuid(ID), code: 'ok', event: 'request' });
    log({ event: 'request' });
    expect(lines).toEqual([`{"event":"request","code":"ok","id":"${ID}","ms":12,"emergency":false}`, '{"event":"request"}']);
  });

  it('does not compile with text, an error, an event or an unknown field', () => {
    const { log, lines } = setUp();
    const text: string = CANARY;
    // @ts-expect-error a string is not one of the codes
    log({ event: 'request', code: text });
    // @ts-expect-error a string is not a UUID until it has been parsed
    log({ event: 'request', id: text });
    // @ts-expect-error a string is not a SQLSTATE until it has been parsed
    log({ event: 'request', state: text });
    // @ts-expect-error an error is not a number
    log({ event: 'request', ms: new Error(text) });
    // @ts-expect-error there is no field for a message
    log({ event: 'request', message: text });
    // @ts-expect-error every line names its event
    log({ code: 'ok' });
    expect(lines.join()).not.toContain('Canary');
  });

  it('does not compile with a list of codes that is open', () => {
    const open: readonly string[] = ['ok'];
    const log = createLog({ event: ['request'], code: open }, () => undefined);
    // @ts-expect-error an open list admits nothing
    log({ event: 'request', code: 'ok' });
  });

  it.each([
    ['a code outside the list', { code: CANARY }],
    ['a text for an id', { id: CANARY }],
    ['an id in upper case', { id: ID.toUpperCase() }],
    ['a text for a SQLSTATE', { state: CANARY }],
    ['five letters for a SQLSTATE', { state: 'JANES' }],
    ['a text for a number', { ms: CANARY }],
    ['a number that JSON cannot hold', { ms: Number.NaN }],
    ['an object for a number', { ms: { ssn: CANARY } }],
    ['an object that reads as a code', { code: Object('ok') as object }],
    ['an array of codes', { code: ['ok'] }],
    ['a text for a boolean', { emergency: CANARY }],
  ])('leaves out %s at run time and counts it', (_, fields) => {
    const { log, parsed, lines } = setUp();
    log({ event: 'request', ...fields } as Parameters<typeof log>[0]);
    expect(parsed()).toEqual([{ event: 'request', rejected: 1 }]);
    expect(lines[0]).not.toContain('Canary');
  });

  it('never reads a field outside the schema', () => {
    const { log, lines } = setUp();
    const read = jest.fn(() => CANARY);
    log(Object.defineProperty({ event: 'request' as const }, 'ssn', { get: read, enumerable: true }));
    expect(read).not.toHaveBeenCalled();
    expect(lines).toEqual(['{"event":"request"}']);
  });

  it('does not throw when standard output is gone', () => {
    const log = createLog({ event: ['request'] }, () => {
      throw new Error('EPIPE');
    });
    expect(() => log({ event: 'request' })).not.toThrow();
  });
});

describe('loggable values', () => {
  it.each([ID.toUpperCase(), `${ID}\n`, ` ${ID}`, ID.slice(1), `{${ID}}`, '', 7, null, undefined, [ID]])('%j is not a UUID', (value) => {
    expect(parseUuid(value)).toBeUndefined();
  });

  it('accepts the UUIDs it makes', () => {
    expect(parseUuid(newUuid())).toBeDefined();
  });

  it('takes the SQLSTATE of a database error and nothing else of it', () => {
    expect(sqlStateOf(Object.assign(new Error(CANARY), { code: '23505', detail: CANARY }))).toBe('23505');
  });

  it.each([new Error(CANARY), { code: 'EPIPE' }, { code: CANARY }, { code: 23505 }, CANARY, null, undefined])(
    'finds no SQLSTATE in %j',
    (value) => {
      expect(sqlStateOf(value)).toBeUndefined();
    },
  );
});
