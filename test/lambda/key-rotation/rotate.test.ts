import type { RotationStore } from '../../../lambda/key-rotation/ports';
import type { RotationStep } from '../../../lambda/key-rotation/rotate';
import { DATA_KEY_MAX_AGE_MS, KEY_LIFETIME_MS, KEY_SETTLE_MS } from '../../../lambda/records/data-keys';
import { KEY_CLASSES, type KeyClass } from '../../../lambda/records/ports';
import { CodedError } from '../../../lambda/shared/outcome';
import { RotationWorld, type FoundValue } from '../../support/rotation-world';

let world: RotationWorld;
beforeAll(async () => {
  world = await RotationWorld.start();
}, 60_000);
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  await world.firstKeys();
});

/** What the steps of one class did. */
const kinds = (steps: readonly RotationStep[], keyClass: KeyClass = 'clinical'): readonly string[] =>
  steps.filter((one) => one.keyClass === keyClass).map(({ step, code }) => `${step} ${code}`);
const newestOf = async (keyClass: KeyClass) => (await world.keys(keyClass)).at(-1)?.keyId;
/** A clock that stands at a time after now. */
const after = (milliseconds: number) => {
  const at = Date.now() + milliseconds;
  return { nowMs: () => at };
};
const NOW = { settleMs: 0 } as const;

describe('the first keys', () => {
  it('are one of each class, and none more however often they are asked for, and together', async () => {
    await Promise.all([world.firstKeys(), world.firstKeys()]);
    for (const keyClass of KEY_CLASSES) expect(await world.keys(keyClass)).toHaveLength(1);
  });

  it('need nothing until they are a year old', async () => {
    const steps = await world.rotate('due');
    expect(steps.map(({ keyClass, step, code }) => [keyClass, step, code])).toEqual(KEY_CLASSES.map((each) => [each, 'wait', 'ok']));
    expect(steps[0]?.dueInMs).toBeGreaterThan(KEY_LIFETIME_MS - 60_000);
    expect(kinds(await world.rotate('due', after(KEY_LIFETIME_MS)))[0]).toBe('add ok');
  });
});

describe('a rotation with the service stopped', () => {
  it('puts every value of every column under a new key and retires the old one, in one run', async () => {
    await world.seed(await world.ring());
    const before = await world.values();
    expect(before).toHaveLength(17);
    const retired = await Promise.all(KEY_CLASSES.map(newestOf));
    const steps = await world.rotate('rotate', NOW);
    for (const keyClass of KEY_CLASSES) {
      expect(kinds(steps, keyClass)).toEqual(['add ok', 'rewrite ok', 'rewrite ok', 'retire ok', 'wait ok']);
    }
    const found = await world.values();
    const newest = new Map(await Promise.all(KEY_CLASSES.map(async (each) => [each, await newestOf(each)] as const)));
    const names = (values: readonly FoundValue[]) => values.map(({ column, id }) => `${column} ${id}`);
    expect(names(found)).toEqual(names(before));
    expect(found.filter(({ keyId, keyClass }) => keyId !== newest.get(keyClass))).toEqual([]);
    expect(found.filter(({ column, id, text }) => text !== `${column} of ${id}`)).toEqual([]);
    const lists = (await Promise.all(KEY_CLASSES.map((each) => world.keys(each)))).flat();
    expect(lists.filter(({ retiredAtMs }) => retiredAtMs !== undefined).map(({ keyId }) => keyId)).toEqual(retired);
  });

  it('changes no version, no blind index and nothing else of a row', async () => {
    await world.seed(await world.ring());
    const rest = () =>
      world.service.admin(`
        SELECT p.id, p.version, p.status, p.mrn_bidx, p.ssn_bidx, p.insurance_bidx, n.version AS note, n.written_at,
          a.version AS appointment, d.recorded_at, d.disclosed_at, d.purpose, g.expires_at
        FROM phi.patient AS p JOIN phi.visit_note AS n ON n.patient_id = p.id JOIN phi.appointment AS a ON a.patient_id = p.id
        JOIN audit.disclosure AS d ON d.patient_id = p.id JOIN authz.emergency_grant AS g ON g.patient_id = p.id ORDER BY n.version`);
    const before = await rest();
    await world.rotate('rotate', NOW);
    expect(await rest()).toEqual(before);
    expect(before).toHaveLength(2);
  });

  it('leaves an event for every batch and every key, without a value', async () => {
    await world.seed(await world.ring());
    const before = (await world.keyEvents()).length;
    await world.rotate('rotate', NOW);
    const events = (await world.keyEvents()).slice(before);
    const rewrote = ['patient', 'disclosure', 'patient', 'visit_note', 'appointment', 'document', 'emergency_grant', 'patient'];
    expect(events.filter((event) => event.startsWith('U success rewrote'))).toEqual(rewrote.map((table) => `U success rewrote_${table}`));
    expect(events.filter((event) => !event.includes('rewrote')).sort()).toEqual([
      ...Array<string>(3).fill('C success -'),
      ...Array<string>(3).fill('U success retired'),
    ]);
  });

  it('goes through more rows than a batch holds', async () => {
    const patient = await world.seed(await world.ring());
    await world.service.admin(
      `INSERT INTO phi.document (id, patient_id, uploaded_by, title, content_type, size_bytes, sha256)
       SELECT gen_random_uuid(), $1, $1, title, content_type, size_bytes, sha256 FROM phi.document, generate_series(1, 450)`,
      [patient],
    );
    const steps = await world.rotate('rotate', NOW);
    // The copies are of another row, so they do not open: every one must have been seen.
    expect(steps.find(({ keyClass, step }) => keyClass === 'clinical' && step === 'rewrite')).toMatchObject({
      code: 'values_malformed',
      unreadable: 450,
      rewritten: 6,
    });
  });
});

describe('a rotation with the service running', () => {
  it('waits until every instance writes with the new key, and retires the old one after nobody can still use it', async () => {
    await world.seed(await world.ring());
    expect(kinds(await world.rotate('rotate', after(KEY_SETTLE_MS)))).toEqual(['add ok', 'wait ok']);
    expect(kinds(await world.rotate('due', after(KEY_SETTLE_MS)))).toEqual(['rewrite ok', 'rewrite ok', 'wait ok']);
    expect(kinds(await world.rotate('due', after(KEY_SETTLE_MS)))).toEqual(['wait ok']);
    expect(kinds(await world.rotate('due', after(2 * KEY_SETTLE_MS + 1)))).toEqual(['rewrite ok', 'retire ok', 'wait ok']);
  });

  it('leaves a new key alone until it is settled, and adds no second one when asked again', async () => {
    await world.rotate('rotate', after(KEY_SETTLE_MS));
    const [again] = (await world.rotate('rotate')).filter(({ keyClass }) => keyClass === 'clinical');
    expect(again).toMatchObject({ step: 'wait', code: 'ok' });
    expect(again?.dueInMs).toBeGreaterThan(DATA_KEY_MAX_AGE_MS);
    expect(await world.keys('clinical')).toHaveLength(2);
  });
});

/** A store that breaks off at the n-th use of a method, as a process that is killed does. */
const breakingAt =
  (method: 'savePass' | 'rewriteValues' | 'retireKey', n: number) =>
  (store: RotationStore): RotationStore => {
    let uses = 0;
    const guarded = (...args: readonly unknown[]) => {
      uses += 1;
      if (uses === n) throw new CodedError('internal_error');
      return (store[method] as (...all: readonly unknown[]) => Promise<unknown>)(...args);
    };
    return { ...store, [method]: guarded };
  };

describe('a run that ends in the middle', () => {
  it.each([
    ['savePass', 1],
    ['savePass', 2],
    ['savePass', 4],
    ['rewriteValues', 2],
    ['rewriteValues', 3],
    ['retireKey', 1],
  ] as const)('at %s number %i, is taken up by the next one with nothing lost', async (method, n) => {
    await world.seed(await world.ring());
    const broken = await world.rotate('rotate', NOW, breakingAt(method, n));
    expect(broken.filter(({ code }) => code === 'internal_error').length).toBeGreaterThan(0);
    const half = await world.values();
    expect(half.filter(({ column, id, text }) => text !== `${column} of ${id}`)).toEqual([]);
    const rest = await world.rotate('due', NOW);
    expect(rest.filter(({ step, code }) => step === 'add' || code !== 'ok')).toEqual([]);
    const found = await world.values();
    expect(found.filter(({ column, id, text }) => text !== `${column} of ${id}`)).toEqual([]);
    for (const keyClass of KEY_CLASSES) {
      const usable = (await world.keys(keyClass)).filter(({ retiredAtMs }) => retiredAtMs === undefined);
      expect(usable).toHaveLength(1);
      expect(found.filter((value) => value.keyClass === keyClass && value.keyId !== usable[0]?.keyId)).toEqual([]);
    }
  });

  it('for want of time, goes on in the table and after the row where it stood', async () => {
    await world.seed(await world.ring());
    const read: string[] = [];
    const noting = (store: RotationStore): RotationStore => ({
      ...store,
      readValues: (table, ...rest) => {
        read.push(table);
        return store.readValues(table, ...rest);
      },
    });
    let looks = 0;
    // Time to add a key, to begin a pass and for two batches of it.
    const remainingMs = () => ((looks += 1) > 4 ? 0 : 900_000);
    const cut = await world.rotate('rotate', { ...NOW, remainingMs }, (store) => noting(onlyClinical(store)));
    expect(kinds(cut)).toEqual(['add ok', 'rewrite rotation_paused']);
    expect(read.splice(0)).toEqual(['patient', 'visit_note']);
    const rest = await world.rotate('due', NOW, (store) => noting(onlyClinical(store)));
    expect(kinds(rest)).toEqual(['rewrite ok', 'rewrite ok', 'retire ok', 'wait ok']);
    const pass = ['patient', 'visit_note', 'appointment', 'document', 'emergency_grant'];
    expect(read).toEqual([...pass.slice(2), ...pass]);
  });
});

/** A store that has keys of one class only. */
const onlyClinical = (store: RotationStore): RotationStore => ({
  ...store,
  listKeys: (each) => (each === 'clinical' ? store.listKeys(each) : Promise.reject(new CodedError('key_list_unavailable'))),
});
