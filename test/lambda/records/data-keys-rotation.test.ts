import fc from 'fast-check';
import {
  activeKey,
  DATA_KEY_MAX_AGE_MS,
  KEY_LIFETIME_MS,
  KEY_SETTLE_MS,
  keysToRetire,
  planRotation,
  type KeyTurn,
  type RowName,
  type StoredRow,
} from '../../../lambda/records/data-keys';
import { RecordCipher } from '../../../lambda/records/field-crypto';
import { idOf, ringOf } from '../../support/crypto-keys';

const START = 1_800_000_000_000;
const SETTLE = 2 * DATA_KEY_MAX_AGE_MS;
const nameOf = ({ id, version }: RowName): string => `${id} ${version}`;

const key = (number: number, createdAtMs: number, retiredAtMs?: number): KeyTurn => ({
  keyId: idOf(number),
  keyClass: 'clinical',
  createdAtMs,
  retiredAtMs,
});

function value(keyNumber: number): Buffer {
  const cipher = new RecordCipher(ringOf({ clinical: [keyNumber] }), { table: 'patient', recordId: idOf(1), patientId: idOf(1) });
  return cipher.encrypt({ column: 'diagnoses', keyClass: 'clinical' }, 'text');
}

const row = (number: number, values: StoredRow['values'], version = 0): StoredRow => ({ id: idOf(number), version, values });

describe('the active key', () => {
  it.each<[string, readonly KeyTurn[], number, number | undefined]>([
    ['is none when there is none', [], START, undefined],
    ['is none when all are retired', [key(1, START - SETTLE, START)], START, undefined],
    ['is the first one at once', [key(1, START)], START, 1],
    ['stays the old one until every instance has read of the new', [key(1, START - SETTLE), key(2, START)], START + SETTLE - 1, 1],
    ['is then the new one, to the millisecond', [key(1, START - SETTLE), key(2, START)], START + SETTLE, 2],
    ['is the older of two that were first together', [key(2, START + 1), key(1, START)], START + 2, 1],
    ['is the same for every instance when two are equally old', [key(2, START), key(1, START)], START, 1],
    ['passes over a new one that is retired', [key(1, START), key(2, START + 1, START + SETTLE)], START + 2 * SETTLE, 1],
    ['is not one from the future', [key(1, START), key(2, START + 10 * SETTLE)], START + SETTLE, 1],
  ])('%s', (_, rows, nowMs, expected) => {
    expect(activeKey(rows, nowMs)?.keyId).toBe(expected === undefined ? undefined : idOf(expected));
  });

  it('is one that an instance with a list of five minutes ago has, at any time and for any keys', () => {
    const created = fc.array(fc.integer({ min: 0, max: 4 * SETTLE }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(created, fc.integer({ min: 0, max: 6 * SETTLE }), (times, at) => {
        const all = times.map((createdAtMs, index) => key(index + 1, START + createdAtMs));
        const rows = all.filter(({ createdAtMs }) => createdAtMs <= START + at);
        const stale = rows.filter(({ createdAtMs }) => createdAtMs <= START + at - DATA_KEY_MAX_AGE_MS);
        // An instance whose list is empty reads it again, so only a list with a key can be stale.
        fc.pre(stale.length > 0);
        expect(stale).toContain(activeKey(rows, START + at));
      }),
    );
  });
});

describe('a rotation', () => {
  it('rewrites what is under another key, column by column, and leaves the rest alone', () => {
    const rows = [
      row(1, { diagnoses: value(1), prescriptions: value(2), medical_history: null }),
      row(2, { diagnoses: value(2), prescriptions: null, medical_history: null }),
      row(3, { diagnoses: value(3), prescriptions: value(1), medical_history: value(1) }),
    ];
    expect(planRotation(rows, idOf(2), 10)).toEqual({
      rewrite: [
        { id: idOf(1), version: 0, columns: ['diagnoses'] },
        { id: idOf(3), version: 0, columns: ['diagnoses', 'prescriptions', 'medical_history'] },
      ],
      malformed: [],
      after: undefined,
    });
  });

  it('reports what names no key instead of passing over it', () => {
    const damaged = value(2);
    damaged[0] = 9;
    const rows = [row(1, { diagnoses: Buffer.alloc(0), prescriptions: value(2) }), row(2, { diagnoses: damaged })];
    expect(planRotation(rows, idOf(2), 10)).toMatchObject({
      rewrite: [],
      malformed: [
        { id: idOf(1), version: 0, columns: ['diagnoses'] },
        { id: idOf(2), version: 0, columns: ['diagnoses'] },
      ],
    });
  });

  it('visits every version of every row once, in batches, and ends', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 40 });
    const underOldKey = value(1);
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (numbers, batchSize) => {
        const sorted = [...numbers].sort((a, b) => a - b);
        const table = sorted.flatMap((number) => [1, 2].map((version) => row(number, { body: underOldKey }, version)));
        const visited: string[] = [];
        let after: RowName | undefined = { id: idOf(0), version: 0 };
        while (after !== undefined) {
          const from: RowName = after;
          const next = table.filter(({ id, version }) => id > from.id || (id === from.id && version > from.version));
          const plan = planRotation(next.slice(0, batchSize), idOf(2), batchSize);
          visited.push(...plan.rewrite.map(nameOf));
          after = plan.after;
        }
        expect(visited).toEqual(table.map(nameOf));
      }),
    );
  });

  it.each([
    [[2, 0], [1, 0]],
    [[1, 0], [1, 0]],
    [[1, 2], [1, 1]],
  ])('does not go by a row %j before a row %j', (...names) => {
    const rows = names.map(([number = 0, version]) => row(number, {}, version));
    expect(() => planRotation(rows, idOf(2), 10)).toThrow('rotation_rows_unordered');
  });
});

describe('retirement', () => {
  const rows = [key(1, START - 9 * SETTLE, START - 8 * SETTLE), key(2, START - SETTLE), key(3, START - SETTLE + 1), key(4, START)];
  const activeFrom = START + SETTLE;

  it('waits until no instance can still be writing with an old key', () => {
    expect(keysToRetire(rows, activeFrom - 1)).toEqual([]);
    expect(keysToRetire(rows, activeFrom + SETTLE - 1)).toEqual([]);
    expect(keysToRetire(rows, activeFrom + SETTLE)).toEqual([idOf(2), idOf(3)]);
  });

  it('spares the active key, and a newer one that waits its turn', () => {
    const waiting = [...rows, key(5, activeFrom + SETTLE)];
    expect(keysToRetire(waiting, activeFrom + SETTLE)).toEqual([idOf(2), idOf(3)]);
    expect(keysToRetire([key(4, START)], START + 9 * SETTLE)).toEqual([]);
    expect(keysToRetire([], START)).toEqual([]);
  });

  it('goes by the settling time it is given, which is twice the age of a list unless it is said otherwise', () => {
    const [old, fresh] = [key(1, START), key(2, START + 1)];
    expect([KEY_SETTLE_MS, KEY_LIFETIME_MS]).toEqual([600_000, 31_536_000_000]);
    expect([activeKey([old, fresh], START + 1)?.keyId, activeKey([old, fresh], START + 1, 0)?.keyId]).toEqual([idOf(1), idOf(2)]);
    expect([keysToRetire([old, fresh], START + 1), keysToRetire([old, fresh], START + 1, 0)]).toEqual([[], [idOf(1)]]);
  });
});
