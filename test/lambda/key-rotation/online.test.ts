import { randomUUID } from 'node:crypto';
import type { RotationStore } from '../../../lambda/key-rotation/ports';
import { KEY_LIFETIME_MS, type DataKeys } from '../../../lambda/records/data-keys';
import { keyIdOf, RecordCipher } from '../../../lambda/records/field-crypto';
import { placeOf } from '../../../lambda/records/places';
import type { Uuid } from '../../../lambda/shared/uuid';
import { RotationWorld } from '../../support/rotation-world';

const FIELD = { column: 'diagnoses', keyClass: 'clinical' } as const;
const MINUTE_MS = 60_000;

let world: RotationWorld;
beforeAll(async () => {
  world = await RotationWorld.start();
}, 60_000);
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  await world.firstKeys();
});

/** An instance of the API: keys of its own, kept for as long as an instance keeps them. */
async function cipherOf(keys: DataKeys, patient: Uuid, nowMs: number): Promise<RecordCipher> {
  const opened = await keys.open(['clinical'], nowMs);
  if (opened.kind === 'refused') throw new Error(opened.code);
  return new RecordCipher(opened.keys, placeOf('patient', patient, patient));
}

async function read(keys: DataKeys, patient: Uuid, nowMs: number): Promise<{ version: unknown; text: string | undefined }> {
  const cipher = await cipherOf(keys, patient, nowMs);
  const { row } = await world.sql.call('clinician_read_patient', world.clinician, patient);
  const decrypted = cipher.decrypt(FIELD, row['diagnoses'] as Buffer);
  return { version: row['version'], text: decrypted.kind === 'text' ? decrypted.text : undefined };
}

/** Reads, then writes a text of its own; true when it was taken. */
async function write(keys: DataKeys, patient: Uuid, nowMs: number, text: string): Promise<boolean> {
  const cipher = await cipherOf(keys, patient, nowMs);
  const { version } = await read(keys, patient, nowMs);
  const diagnoses = cipher.encrypt(FIELD, text);
  return (await world.sql.call('clinician_update_patient', world.clinician, patient, version, null, diagnoses, null)).outcome === 'ok';
}

describe('a rotation beside readers and writers', () => {
  it('is noticed by none of them: every read decrypts and no change is lost, until the old key is gone', async () => {
    const ring = await world.ring();
    const patients = [await world.seed(ring), await world.seed(ring), await world.seed(ring)];
    const [oldKey] = await world.keys('clinical');
    const instances = [world.instanceKeys(), world.instanceKeys(), world.instanceKeys()];
    const expected = new Map(patients.map((patient) => [patient, `patient.diagnoses of ${patient}`]));
    const start = Date.now() + 20 * MINUTE_MS;
    const unread: string[] = [];
    const steps = new Set<string>();
    let writes = 0;
    for (let minute = 0; minute <= 45; minute += 1) {
      const nowMs = start + minute * MINUTE_MS;
      const rotation = minute % 5 === 0 ? world.rotate(minute === 0 ? 'rotate' : 'due', { nowMs: () => nowMs }) : Promise.resolve([]);
      const users = patients.map(async (patient, at) => {
        // Each instance is asked at other times, so that their lists of keys are of different age.
        const keys = instances[(minute + at) % instances.length] ?? world.instanceKeys();
        const text = `${minute} ${randomUUID()}`;
        if (await write(keys, patient, nowMs, text)) {
          expected.set(patient, text);
          writes += 1;
        }
        const seen = await read(instances[at] ?? keys, patient, nowMs);
        if (seen.text !== expected.get(patient)) unread.push(`minute ${minute}`);
      });
      await Promise.all([rotation, ...users]);
      for (const { keyClass, step, code } of await rotation) if (keyClass === 'clinical') steps.add(`${step} ${code}`);
    }
    expect(unread).toEqual([]);
    expect(writes).toBe(46 * patients.length);
    expect([...steps].sort()).toEqual(['add ok', 'retire ok', 'rewrite ok', 'wait ok']);
    const keys = await world.keys('clinical');
    expect(keys.map(({ retiredAtMs }) => retiredAtMs !== undefined)).toEqual([true, false]);
    const found = await world.values();
    expect(found.filter(({ keyId, text }) => text === undefined || keyId === oldKey?.keyId)).toEqual([]);
  }, 60_000);

  it('leaves a row to the user who changes it between reading and rewriting, and takes it up in the next pass', async () => {
    const patient = await world.seed(await world.ring());
    const keys = world.instanceKeys();
    const [oldKey] = await world.keys('clinical');
    let isChanged = false;
    const changing = (store: RotationStore): RotationStore => ({
      ...store,
      rewriteValues: async (table, keyClass, ...rest) => {
        if (table === 'patient' && keyClass === 'clinical' && !isChanged) {
          // An instance that still goes by a list without the new key.
          isChanged = await write(keys, patient, Date.now(), 'changed meanwhile');
        }
        return store.rewriteValues(table, keyClass, ...rest);
      },
    });
    await keys.open(['clinical'], Date.now());
    const steps = await world.rotate('rotate', { settleMs: 0 }, changing);
    const passes = steps.filter(({ keyClass, step }) => keyClass === 'clinical' && step === 'rewrite');
    expect(isChanged).toBe(true);
    expect(passes.map(({ rewritten }) => rewritten)).toEqual([5, 1, 0]);
    expect((await read(world.instanceKeys(), patient, Date.now())).text).toBe('changed meanwhile');
    const found = await world.values();
    expect(found.filter(({ keyId }) => keyId === oldKey?.keyId)).toEqual([]);
  });

  it('does not run twice at a time, and leaves the second run nothing to do', async () => {
    await world.seed(await world.ring());
    const both = await Promise.all([world.rotate('rotate', { settleMs: 0 }), world.rotate('rotate', { settleMs: 0 })]);
    const busy = both.filter((steps) => steps.some(({ code }) => code === 'rotation_busy'));
    expect(busy).toEqual([[expect.objectContaining({ keyClass: undefined, step: 'wait', code: 'rotation_busy' })]]);
    expect(await world.keys('clinical')).toHaveLength(2);
  });

  it('retires a key for good: no instance that reads the list opens anything with it', async () => {
    const patient = await world.seed(await world.ring());
    const [before] = await world.service.admin<{ value: Buffer }>('SELECT diagnoses AS value FROM phi.patient');
    await world.rotate('rotate', { settleMs: 0 });
    const cipher = await cipherOf(world.instanceKeys(), patient, Date.now());
    expect(cipher.decrypt(FIELD, before?.value ?? Buffer.alloc(0))).toEqual({ kind: 'refused', code: 'integrity_failure' });
    const [after] = await world.service.admin<{ value: Buffer }>('SELECT diagnoses AS value FROM phi.patient');
    expect(keyIdOf(after?.value ?? Buffer.alloc(0))).toBe((await world.keys('clinical')).at(-1)?.keyId);
    expect(cipher.decrypt(FIELD, after?.value ?? Buffer.alloc(0))).toEqual({ kind: 'text', text: `patient.diagnoses of ${patient}` });
  });

  it('adds one key in a run, even by a clock that is years ahead', async () => {
    const steps = await world.rotate('due', { nowMs: () => Date.now() + 3 * KEY_LIFETIME_MS });
    expect(steps.filter(({ step }) => step === 'add')).toHaveLength(3);
    expect(await world.keys('clinical')).toHaveLength(2);
  });
});
