import { randomUUID } from 'node:crypto';
import { columnsOfClass, tablesOfClass } from '../../../lambda/key-rotation/columns';
import { ENCRYPTED_TABLES } from '../../../lambda/records/places';
import { KEY_CLASSES } from '../../../lambda/records/ports';
import { SCHEMAS } from '../../support/rotation-world';
import { Rotator, under } from '../../support/rotator';
import { startSqlService, type SqlService } from '../../support/sql-service';
import { digest, SqlWorld } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
let rotator: Rotator;
beforeAll(async () => {
  service = await startSqlService();
  world = new SqlWorld(service);
  rotator = new Rotator(service);
}, 60_000);
afterAll(() => service.stop());

describe('the data keys', () => {
  beforeEach(() => rotator.clearKeys());

  it('are added one at a time: who found none waits for another who found none, and then adds nothing', async () => {
    const first = await service.connect('key_rotator');
    await first.query('BEGIN');
    await first.query(`SELECT crypto.add_data_key($1, 'first', 'clinical', $2, $3, NULL)`, [randomUUID(), randomUUID(), digest()]);
    const waiting = Promise.all([rotator.addKey('clinical', null), rotator.addKey('clinical', null)]);
    const blocked = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%add_data_key%'`;
    while ((await service.admin(blocked)).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await first.query('COMMIT');
    await first.end();
    for (const { outcome, events } of await waiting) {
      expect([outcome, events]).toEqual(['stale', [['key.change', 'C', 'failed', 'version_stale']]]);
    }
    const keys = await rotator.call('list_data_keys', 'clinical');
    expect(keys).toHaveLength(1);
    const second = await rotator.addKey('clinical', String(keys[0]?.['id']));
    expect([second.outcome, second.events]).toEqual(['ok', [['key.change', 'C', 'success', null]]]);
    expect((await rotator.addKey('clinical', String(keys[0]?.['id']))).outcome).toBe('stale');
    await expect(rotator.call('list_data_keys', 'identity')).resolves.toEqual([]);
  });

  it('are refused when they are too short to be wrapped, and when they are there already', async () => {
    const { id } = await rotator.addKey('clinical', null);
    expect((await rotator.addKey('clinical', id, Buffer.alloc(16))).outcome).toBe('invalid');
    expect((await rotator.addKey('clinical', id, digest(), id)).outcome).toBe('conflict');
    expect((await rotator.addKey('gossip', null)).outcome).toBe('invalid');
  });

  const places = KEY_CLASSES.flatMap((keyClass) =>
    tablesOfClass(keyClass).flatMap((table) => columnsOfClass(table, keyClass).map((column) => [keyClass, table, column] as const)),
  );

  it.each(places)('of class %s are not retired while %s.%s names one, or names none', async (keyClass, table, column) => {
    const oldKey = (await rotator.addKey(keyClass, null)).id;
    await rotator.addKey(keyClass, oldKey);
    const client = await service.connect('postgres');
    const patient = await world.patient();
    // All other values of the record are under a key that is none of these, so that the one in question alone can be in the way.
    const others = ENCRYPTED_TABLES.patient.map((each) => `${each.column} = $1`).join();
    await client.query(`UPDATE phi.patient SET ${others}`, [under(randomUUID())]);
    const put = async (value: Buffer) => {
      // Straight into the table, whose triggers and other columns are no matter here.
      await client.query(`UPDATE ${SCHEMAS[table]}.${table} SET ${column} = $1`, [value]);
    };
    await client.query('ALTER TABLE audit.disclosure DISABLE TRIGGER USER');
    await client.query(ROWS[table], [patient.id, under(randomUUID())]);
    await put(under(oldKey));
    expect(await rotator.retireKey(oldKey)).toEqual(['conflict', 'failed', 'key_in_use']);
    await put(Buffer.concat([Buffer.from([9]), under(oldKey).subarray(1)]));
    expect(await rotator.retireKey(oldKey)).toEqual(['conflict', 'failed', 'key_in_use']);
    await client.query('TRUNCATE phi.patient, authz.emergency_grant, audit.disclosure CASCADE');
    expect(await rotator.retireKey(oldKey)).toEqual(['ok', 'success', 'retired']);
    for (const trigger of ['append_only', 'rotation_only', 'recipient_only']) {
      await client.query(`ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER ${trigger}`);
    }
    await client.end();
  });

  it('are retired once, never the newest of a class and never one that is not there', async () => {
    const oldKey = (await rotator.addKey('billing', null)).id;
    const newKey = (await rotator.addKey('billing', oldKey)).id;
    expect(await rotator.retireKey(newKey)).toEqual(['conflict', 'failed', 'newest_key']);
    expect(await rotator.retireKey(oldKey)).toEqual(['ok', 'success', 'retired']);
    const [first] = await rotator.call('list_data_keys', 'billing');
    expect(await rotator.retireKey(oldKey)).toEqual(['ok', 'success', 'unchanged']);
    expect((await rotator.call('list_data_keys', 'billing'))[0]).toEqual(first);
    expect(await rotator.retireKey(randomUUID())).toEqual(['not_found', 'denied', 'absent']);
    expect((await rotator.call('list_data_keys', 'billing')).map((row) => row['retired_at'] === null)).toEqual([false, true]);
  });
});

/** One row of each table, of the patient $1 and with the ciphertext $2. */
const ROWS = {
  patient: 'UPDATE phi.patient SET billing_address = $2 WHERE id = $1',
  visit_note: 'INSERT INTO phi.visit_note (id, patient_id, author_id, body) VALUES ($1, $1, $1, $2)',
  appointment: `INSERT INTO phi.appointment (id, patient_id, clinician_id, starts_at, ends_at, reason)
    VALUES ($1, $1, $1, now(), now() + interval '1 hour', $2)`,
  document: `INSERT INTO phi.document (id, patient_id, uploaded_by, title, content_type, size_bytes, sha256)
    VALUES ($1, $1, $1, $2, 'image/png', 1, sha256('x'))`,
  emergency_grant: `INSERT INTO authz.emergency_grant (id, sub, patient_id, reason_code, reason_text) VALUES ($1, $1, $1, 'disaster', $2)`,
  disclosure: `INSERT INTO audit.disclosure (id, patient_id, recorded_by, disclosed_at, recipient, data_classes, purpose)
    VALUES ($1, $1, $1, now(), $2, '{clinical}', 'judicial')`,
} as const;
