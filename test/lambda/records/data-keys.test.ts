import { DATA_KEY_MAX_AGE_MS, DataKeys, type DataKeyRow } from '../../../lambda/records/data-keys';
import { RecordCipher, type KeyRing } from '../../../lambda/records/field-crypto';
import { KEY_FAILURES, type KeyClass, type KeyFailure } from '../../../lambda/records/ports';
import { CodedError } from '../../../lambda/shared/outcome';
import { bytesOf, everythingOf, fakeProvider, idOf, rowOf } from '../../support/crypto-keys';

const MINUTE = 60_000;
const START = 1_800_000_000_000;
const OLD = START - 365 * 24 * 60 * MINUTE;
const PLACE = { table: 'patient', recordId: idOf(1), patientId: idOf(1) };
const CANARY = 'canary-078-05-1120';

function setUp(initial: readonly DataKeyRow[] = [rowOf(10, 'identity', OLD), rowOf(11, 'clinical', OLD), rowOf(12, 'clinical', OLD + 1)]) {
  let rows = initial;
  let unreadable: Error | undefined;
  const readRows = jest.fn((keyClass: KeyClass) =>
    unreadable ? Promise.reject(unreadable) : Promise.resolve(rows.filter((row) => row.keyClass === keyClass)),
  );
  const fake = fakeProvider();
  const keys = new DataKeys(fake.provider, readRows);
  const open = async (nowMs: number, ...classes: KeyClass[]) => keys.open(classes.length > 0 ? classes : ['clinical'], nowMs);
  const opened = async (nowMs: number, ...classes: KeyClass[]): Promise<KeyRing> => {
    const outcome = await open(nowMs, ...classes);
    if (outcome.kind !== 'opened') throw new Error(outcome.code);
    return outcome.keys;
  };
  return {
    ...fake,
    keys,
    readRows,
    open,
    opened,
    list: (next: readonly DataKeyRow[]) => void (rows = next),
    loseList: (error: Error) => void (unreadable = error),
  };
}

const writeWith = (ring: KeyRing) => new RecordCipher(ring, PLACE).encrypt({ column: 'diagnoses', keyClass: 'clinical' }, 'text');

describe('data keys', () => {
  it('are opened for the classes asked for and no other', async () => {
    const { opened } = setUp();
    const ring = await opened(START, 'identity', 'clinical');
    expect([ring.active('identity').keyId, ring.active('clinical').keyId]).toEqual([idOf(10), idOf(12)]);
    expect(() => ring.active('billing')).toThrow('key_class_not_open');
  });

  it('are found by id within their own class only', async () => {
    const { opened } = setUp();
    const ring = await opened(START, 'identity', 'clinical');
    expect(ring.find('clinical', idOf(11))).toMatchObject({ kind: 'found', key: { keyId: idOf(11), keyClass: 'clinical' } });
    const strangers = [ring.find('identity', idOf(11)), ring.find('clinical', idOf(99)), ring.find('billing', idOf(10))];
    for (const stranger of strangers) expect(stranger).toEqual({ kind: 'refused', code: 'key_unknown' });
  });

  it('are unwrapped once for requests that come together, whatever the classes', async () => {
    const { open, unwrap, readRows } = setUp();
    await Promise.all([open(START), open(START + 1, 'clinical', 'identity'), open(START + 2), open(START - 1), open(START, 'identity')]);
    expect(unwrap.mock.calls.map(([key]) => key)).toEqual([
      { keyId: idOf(11), keyClass: 'clinical', wrapped: bytesOf(11) },
      { keyId: idOf(12), keyClass: 'clinical', wrapped: bytesOf(12) },
      { keyId: idOf(10), keyClass: 'identity', wrapped: bytesOf(10) },
    ]);
    expect(readRows).toHaveBeenCalledTimes(2);
  });

  it('are kept, so that requests within four and a half minutes cost no call', async () => {
    const { open, unwrap, readRows } = setUp();
    for (const minutes of [0, 1, 2, 3, 4, 4.499]) await open(START + minutes * MINUTE);
    expect([unwrap.mock.calls.length, readRows.mock.calls.length]).toEqual([2, 1]);
  });

  it('are unwrapped anew before they expire, and the request that holds the old ones goes on', async () => {
    const { opened, unwrap } = setUp();
    await opened(START);
    const before = await opened(START + 4.5 * MINUTE - 1);
    await opened(START + 4.5 * MINUTE);
    expect(unwrap).toHaveBeenCalledTimes(4);
    await opened(START + DATA_KEY_MAX_AGE_MS - 1);
    expect(() => writeWith(before)).not.toThrow();
  });

  it('are overwritten at five minutes to the millisecond', async () => {
    const { opened, keys, handedOut } = setUp();
    const ring = await opened(START);
    keys.evict(START + DATA_KEY_MAX_AGE_MS - 1);
    expect(handedOut).toEqual([bytesOf(11), bytesOf(12)]);
    expect(() => writeWith(ring)).not.toThrow();
    keys.evict(START + DATA_KEY_MAX_AGE_MS);
    expect(handedOut).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    expect(() => writeWith(ring)).toThrow('data_key_wiped');
  });

  it('are as old as the start of the request that fetched them, however long the provider took', async () => {
    const { keys, open, handedOut } = setUp();
    const slow = open(START);
    await Promise.all([slow, open(START + 4 * MINUTE)]);
    keys.evict(START + DATA_KEY_MAX_AGE_MS);
    expect(handedOut).toEqual([new Uint8Array(32), new Uint8Array(32)]);
  });

  it('are overwritten by the next request, of whatever class, and when the process ends', async () => {
    const { open, keys, handedOut } = setUp();
    await open(START);
    await open(START + 6 * MINUTE, 'identity');
    expect(handedOut).toEqual([new Uint8Array(32), new Uint8Array(32), bytesOf(10)]);
    keys.evict(Number.POSITIVE_INFINITY);
    expect(handedOut.flatMap((bytes) => [...bytes]).some((byte) => byte !== 0)).toBe(false);
  });

  it('do not live longer for a clock that is set back, but bear requests that began out of order', async () => {
    const { opened, open, handedOut } = setUp();
    const ring = await opened(START);
    await open(START - 1_000);
    expect(() => writeWith(ring)).not.toThrow();
    await open(START - 60 * MINUTE);
    expect(handedOut.slice(0, 2)).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    expect(handedOut).toHaveLength(4);
  });
});

describe('a disabled key', () => {
  it('ends disclosure within five minutes, though it is still in memory when it is disabled', async () => {
    const { open, fail } = setUp();
    await open(START);
    fail(new CodedError<KeyFailure>('key_disabled'));
    const served: number[] = [];
    for (let second = 0; second <= 360; second += 1) if ((await open(START + second * 1_000)).kind === 'opened') served.push(second);
    expect(served.at(-1)).toBe(269);
    await expect(open(START + DATA_KEY_MAX_AGE_MS)).resolves.toEqual({ kind: 'refused', code: 'key_disabled' });
  });

  it('is used again as soon as it can be', async () => {
    const { open, fail } = setUp();
    fail(new CodedError<KeyFailure>('key_disabled'));
    await open(START);
    fail(undefined);
    await expect(open(START + 1)).resolves.toMatchObject({ kind: 'opened' });
  });

  it('taken off the list as retired is not unwrapped, and within five minutes opens nothing', async () => {
    const { opened, list, unwrap } = setUp();
    await opened(START);
    list([rowOf(11, 'clinical', OLD, START), rowOf(12, 'clinical', OLD + 1)]);
    const ring = await opened(START + DATA_KEY_MAX_AGE_MS);
    expect(unwrap.mock.calls.slice(2).map(([{ wrapped }]) => wrapped)).toEqual([bytesOf(12)]);
    expect(ring.find('clinical', idOf(11))).toEqual({ kind: 'refused', code: 'key_unknown' });
  });
});

describe('there are no keys', () => {
  it.each(KEY_FAILURES)('when the provider says %s', async (code) => {
    const { open, fail } = setUp();
    fail(new CodedError(code));
    await expect(open(START)).resolves.toEqual({ kind: 'refused', code });
  });

  it.each([new Error(CANARY), new CodedError(CANARY)])('and nothing of an unforeseen error is passed on', async (error) => {
    const { open, fail } = setUp();
    fail(error);
    await expect(open(START)).resolves.toEqual({ kind: 'refused', code: 'key_unavailable' });
  });

  it('when the list cannot be read, by rejection or at once', async () => {
    const { open, loseList } = setUp();
    loseList(new Error(CANARY));
    await expect(open(START)).resolves.toEqual({ kind: 'refused', code: 'key_list_unavailable' });
    const throwing = new DataKeys(fakeProvider().provider, () => {
      throw new Error(CANARY);
    });
    await expect(throwing.open(['clinical'], START)).resolves.toEqual({ kind: 'refused', code: 'key_list_unavailable' });
  });

  it('when a class has none, none that is not retired, or a list of another class', async () => {
    for (const rows of [[], [rowOf(11, 'clinical', OLD, START)]]) {
      await expect(setUp(rows).open(START)).resolves.toEqual({ kind: 'refused', code: 'key_missing' });
    }
    const confused = new DataKeys(fakeProvider().provider, () => Promise.resolve([rowOf(10, 'identity', OLD)]));
    await expect(confused.open(['clinical'], START)).resolves.toEqual({ kind: 'refused', code: 'key_missing' });
  });

  it('of a class when one of them is missing, and those that came are overwritten', async () => {
    const { open, unwrap, handedOut } = setUp();
    unwrap.mockImplementationOnce(() => Promise.reject(new CodedError('key_invalid')));
    await expect(open(START)).resolves.toEqual({ kind: 'refused', code: 'key_invalid' });
    expect(handedOut).toEqual([new Uint8Array(32)]);
  });

  it.each([0, 16, 31, 33, 64])('when the provider returns %i bytes, which are overwritten', async (length) => {
    const { open, unwrap } = setUp();
    const bytes = new Uint8Array(length).fill(7);
    unwrap.mockImplementation(() => Promise.resolve(bytes));
    await expect(open(START)).resolves.toEqual({ kind: 'refused', code: 'key_invalid' });
    expect(bytes).toEqual(new Uint8Array(length));
  });

  it('for a request when one of its classes has none', async () => {
    const { open } = setUp();
    await expect(open(START, 'clinical', 'billing')).resolves.toEqual({ kind: 'refused', code: 'key_missing' });
  });

  it('once they are refused, only until the next request asks again', async () => {
    const { open, list } = setUp([]);
    await open(START);
    list([rowOf(11, 'clinical', START)]);
    await expect(open(START + 1)).resolves.toMatchObject({ kind: 'opened' });
  });
});

it('keys in memory do not show in anything printed', async () => {
  const unwrapping = { unwrap: () => Promise.resolve(bytesOf(77)), generate: () => Promise.resolve(bytesOf(78)) };
  const keys = new DataKeys(unwrapping, () => Promise.resolve([rowOf(12, 'clinical', OLD)]));
  const shown = everythingOf([await keys.open(['clinical'], START), keys]);
  expect(shown).toContain(idOf(12));
  expect(shown).not.toContain([...bytesOf(77)].slice(0, 4).join(', '));
});
