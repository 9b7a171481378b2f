import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { makeFirstKeys } from '../../lambda/key-rotation/add-key';
import { columnsOfClass, ROTATED_TABLES } from '../../lambda/key-rotation/columns';
import type { RotationPorts, RotationStore } from '../../lambda/key-rotation/ports';
import { rotateKeys, type RotationStep } from '../../lambda/key-rotation/rotate';
import { rotationStore } from '../../lambda/key-rotation/rotation-store';
import { createMasterKey, fileKeys } from '../../lambda/records/adapters/file-keys';
import { DataKeys, type DataKeyRow } from '../../lambda/records/data-keys';
import { keyIdOf, RecordCipher, type KeyRing } from '../../lambda/records/field-crypto';
import { placeOf, type EncryptedTable } from '../../lambda/records/places';
import { KEY_CLASSES, type KeyClass, type KeyProvider } from '../../lambda/records/ports';
import { newUuid, parseUuid, type Uuid } from '../../lambda/shared/uuid';
import { startSqlService, type SqlService } from './sql-service';
import { digest, SqlWorld, type Actor } from './sql-world';

const AT = '2031-05-06T07:08:09.123Z';
const LATER = '2031-05-06T08:08:09.123Z';

/** A value of the database, found by the administrator. */
export interface FoundValue {
  /** `patient.name`. */
  readonly column: string;
  readonly table: EncryptedTable;
  readonly keyClass: KeyClass;
  readonly id: Uuid;
  readonly keyId: Uuid | undefined;
  /** Undefined when it does not open. */
  readonly text: string | undefined;
}

/** A database with keys of a real provider, records encrypted under them, and runs of the rotation. */
export class RotationWorld {
  readonly sql: SqlWorld;

  private constructor(
    readonly service: SqlService,
    readonly provider: KeyProvider,
    readonly clinician: Actor,
    private readonly directory: string,
  ) {
    this.sql = new SqlWorld(service);
  }

  static async start(): Promise<RotationWorld> {
    const directory = mkdtempSync(path.join(tmpdir(), 'rotation-'));
    const masterKeyFile = path.join(directory, 'master.key');
    await createMasterKey(masterKeyFile);
    const service = await startSqlService();
    const clinician = await new SqlWorld(service).principal('clinician');
    return new RotationWorld(service, fileKeys({ masterKeyFile, app: 'telehealth', env: 'test' }), clinician, directory);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** Takes all records and keys away, behind every guard, for the next test. */
  async clear(): Promise<void> {
    const client = await this.service.connect('postgres');
    await client.query('ALTER TABLE audit.disclosure DISABLE TRIGGER ALL');
    await client.query(`TRUNCATE phi.patient, phi.visit_note, phi.appointment, phi.document, phi.video_session, authz.emergency_grant,
      authz.care_team, audit.disclosure, crypto.data_key, crypto.rotation_pass CASCADE`);
    await client.query('ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER append_only');
    await client.query('ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER rotation_only');
    await client.query('ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER recipient_only');
    await client.query('DELETE FROM authz.principal');
    await client.query(`INSERT INTO authz.principal (sub, role) VALUES ($1, 'clinician')`, [this.clinician.sub]);
    await client.end();
  }

  /** Runs with the store of a connection of its own, as `key_rotator`, which ends afterwards. */
  async withStore<Result>(use: (store: RotationStore) => Promise<Result>): Promise<Result> {
    const client = await this.service.connect('key_rotator');
    try {
      return await use(rotationStore(client));
    } finally {
      await client.end();
    }
  }

  async firstKeys(): Promise<void> {
    await this.withStore((store) => makeFirstKeys({ store, provider: this.provider }));
  }

  /** One run; `wrap` gets between it and the database. */
  async rotate(
    kind: 'due' | 'rotate',
    ports: Partial<RotationPorts> = {},
    wrap = (store: RotationStore) => store,
  ): Promise<readonly RotationStep[]> {
    return this.withStore((store) => rotateKeys({ provider: this.provider, ...ports, store: wrap(store) }, { kind }));
  }

  /** Keys as an instance of the API holds them. */
  instanceKeys(): DataKeys {
    return new DataKeys(this.provider, (keyClass) => this.keys(keyClass));
  }

  /** The list of keys as the API reads it. */
  async keys(keyClass: KeyClass): Promise<readonly DataKeyRow[]> {
    const rows = await this.service.as<{ id: string; wrapped: Buffer; created_at: Date; retired_at: Date | null }>(
      'records_api',
      'SELECT * FROM api.read_data_keys($1)',
      [keyClass],
    );
    return rows.map(({ id, wrapped, created_at, retired_at }) => ({
      keyId: uuid(id),
      keyClass,
      wrapped,
      createdAtMs: created_at.getTime(),
      retiredAtMs: retired_at?.getTime(),
    }));
  }

  /** A ring with every key of every class that is not retired. */
  async ring(nowMs = Date.now()): Promise<KeyRing> {
    const opened = await this.instanceKeys().open(KEY_CLASSES, nowMs);
    if (opened.kind === 'refused') throw new Error(opened.code);
    return opened.keys;
  }

  /** A patient with a value in every encrypted column; each text names its column. Two versions of one note. */
  async seed(ring: KeyRing): Promise<Uuid> {
    const [patient, grant, note] = [newUuid(), newUuid(), newUuid()];
    const encrypt = (table: EncryptedTable, column: string, keyClass: KeyClass, id: Uuid = patient): Buffer =>
      new RecordCipher(ring, placeOf(table, id, patient)).encrypt({ column, keyClass }, `${table}.${column} of ${id}`);
    const [appointment, document, disclosure] = [newUuid(), newUuid(), newUuid()];
    const identity = (column: string) => encrypt('patient', column, 'identity');
    const clinical = (column: string) => encrypt('patient', column, 'clinical');
    const [admin, billing, outsider] = [
      await this.sql.principal('admin'),
      await this.sql.principal('billing'),
      await this.sql.principal('clinician'),
    ];
    const call = async (name: string, actor: Actor, ...args: readonly unknown[]): Promise<void> => {
      const { outcome } = await this.sql.call(name, actor, ...args);
      if (outcome !== 'ok') throw new Error(`${name}: ${String(outcome)}`);
    };
    const identities = [identity('name'), identity('date_of_birth'), identity('address')];
    const searched = [identity('mrn'), digest(), identity('ssn'), digest()];
    const history = [clinical('medical_history'), clinical('diagnoses'), clinical('prescriptions')];
    await call('clinician_create_patient', this.clinician, null, null, patient, ...identities, ...searched, ...history);
    const billed = (column: string) => encrypt('patient', column, 'billing');
    const bills = [billed('insurance_id'), digest(), billed('billing_address'), billed('payment_history')];
    await call('billing_update_billing', billing, patient, 1, ...bills);
    const body = () => encrypt('visit_note', 'body', 'clinical', note);
    await call('clinician_create_note', this.clinician, null, null, patient, note, body());
    await call('clinician_amend_note', this.clinician, patient, note, 1, body());
    const reason = encrypt('appointment', 'reason', 'clinical', appointment);
    await call('clinician_create_appointment', this.clinician, null, null, patient, appointment, AT, LATER, reason);
    const title = encrypt('document', 'title', 'clinical', document);
    await call('clinician_create_document', this.clinician, null, null, patient, document, title, 'image/png', 9, digest());
    const why = encrypt('emergency_grant', 'reason_text', 'clinical', grant);
    await call('clinician_open_emergency', outsider, null, null, grant, patient, null, 'disaster', why);
    const recipient = encrypt('disclosure', 'recipient', 'identity', disclosure);
    await call('admin_create_disclosure', admin, null, null, patient, disclosure, AT, recipient, ['clinical'], 'judicial');
    return patient;
  }

  /** Every value there is, as an administrator with all keys finds it. */
  async values(): Promise<readonly FoundValue[]> {
    const ring = await this.ring();
    const found: FoundValue[] = [];
    for (const table of ROTATED_TABLES) {
      for (const keyClass of KEY_CLASSES) {
        for (const column of columnsOfClass(table, keyClass)) {
          const owner = table === 'patient' || table === 'emergency_grant' ? 'id' : 'patient_id';
          const rows = await this.service.admin<{ id: string; owner: string; value: Buffer }>(
            `SELECT id, ${owner} AS owner, ${column} AS value FROM ${SCHEMAS[table]}.${table} WHERE ${column} IS NOT NULL`,
          );
          for (const { id, owner: of, value } of rows) {
            const opened = new RecordCipher(ring, placeOf(table, uuid(id), uuid(of))).decrypt({ column, keyClass }, value);
            const text = opened.kind === 'text' ? opened.text : undefined;
            found.push({ column: `${table}.${column}`, table, keyClass, id: uuid(id), keyId: keyIdOf(value), text });
          }
        }
      }
    }
    return found;
  }

  /** The events of key changes, as `U retired`. */
  async keyEvents(): Promise<readonly string[]> {
    const rows = await this.service.admin<{ kind: string }>(
      `SELECT action || ' ' || outcome || ' ' || COALESCE(reason, '-') AS kind FROM audit.event
       WHERE event_type = 'key.change' ORDER BY seq`,
    );
    return rows.map(({ kind }) => kind);
  }
}

/** The schema of each table. */
export const SCHEMAS = {
  patient: 'phi',
  visit_note: 'phi',
  appointment: 'phi',
  document: 'phi',
  emergency_grant: 'authz',
  disclosure: 'audit',
} as const satisfies Readonly<Record<EncryptedTable, string>>;

/** An id that comes from the database. */
export function uuid(text: string): Uuid {
  const id = parseUuid(text);
  if (!id) throw new Error('not an id');
  return id;
}
