import { randomUUID } from 'node:crypto';
import { DataKeys } from '../../lambda/records/data-keys';
import { cipherOf, toColumn } from '../../lambda/records/record-values';
import type { KeyClass } from '../../lambda/records/ports';
import { newUuid, parseUuid, type Uuid } from '../../lambda/shared/uuid';
import type { RecordsApi } from '../support/records-api';
import { VALUES } from '../support/records-scene';
import { digest, type Actor } from '../support/sql-world';

/** A record and somebody who treats it. */
export interface Treated {
  readonly patient: Uuid;
  readonly clinician: Actor;
}

/** Fields of a record besides id, version and status: with those, the eight that a read gives. */
export const FIELDS = ['name', 'date_of_birth', 'mrn', 'medical_history', 'diagnoses'] as const;

const CLINICIANS = 50;
const BATCH = 2_000;
const FILL = 100_000;
/**
 * Events since the last checkpoint, one for each record: PostgreSQL writes a page whole when it is first changed after one. Checkpoints are
 * minutes apart, so all but the first seconds of production run on pages that were changed before.
 */
const RECENT = 10_000;

/** Data keys as the service opens them. */
export function dataKeysOf(api: RecordsApi): DataKeys {
  return new DataKeys(api.parts.dataKeys, async (keyClass: KeyClass) => {
    const rows = await api.sql.admin<{ id: string; wrapped: Buffer; created_at: Date }>(
      'SELECT id, wrapped, created_at FROM crypto.data_key WHERE class = $1',
      [keyClass],
    );
    return rows.flatMap(({ id, wrapped, created_at }) => {
      const keyId = parseUuid(id);
      return keyId ? [{ keyId, keyClass, wrapped, createdAtMs: created_at.getTime(), retiredAtMs: undefined }] : [];
    });
  });
}

/** Fills a database with encrypted records, each in the care of one of fifty clinicians. */
export async function populate(api: RecordsApi, keys: DataKeys, count: number): Promise<readonly Treated[]> {
  const opened = await keys.open(['identity', 'clinical'], Date.now());
  if (opened.kind === 'refused') throw new Error(`No keys: ${opened.code}.`);
  const clinicians = await Promise.all(Array.from({ length: CLINICIANS }, () => api.world.principal('clinician')));
  const treated = clinicians.flatMap((clinician) =>
    Array.from({ length: Math.ceil(count / CLINICIANS) }, () => ({ patient: newUuid(), clinician })),
  );
  for (let from = 0; from < treated.length; from += BATCH) {
    const batch = treated.slice(from, from + BATCH);
    const columns = FIELDS.map((field) =>
      batch.map(({ patient: id }) => {
        const cipher = cipherOf(opened.keys, 'patient', { recordId: id, patientId: id });
        return toColumn(cipher, 'patient', field, VALUES[field]);
      }),
    );
    await api.sql.admin(
      `INSERT INTO phi.patient (id, mrn_bidx, ${FIELDS.join()})
       SELECT * FROM unnest($1::uuid[], $2::bytea[], ${FIELDS.map((_, at) => `$${at + 3}::bytea[]`).join()})`,
      [batch.map(({ patient }) => patient), batch.map(digest), ...columns],
    );
    await api.sql.admin('INSERT INTO authz.care_team (patient_id, sub) SELECT * FROM unnest($1::uuid[], $2::uuid[])', [
      batch.map(({ patient }) => patient),
      batch.map(({ clinician }) => clinician.sub),
    ]);
  }
  await api.sql.admin('VACUUM (ANALYZE)');
  return treated;
}

/** Adds events to the trail, spread over the records and those who treat them. */
export async function fillTrail(api: RecordsApi, count: number): Promise<void> {
  const touched = Math.min(RECENT, count);
  for (let from = 0; from < count - touched; from += FILL) await addEvents(api, Math.min(FILL, count - touched - from));
  await api.sql.admin('VACUUM (ANALYZE) audit.event');
  await api.sql.admin('CHECKPOINT');
  await addEvents(api, touched);
}

async function addEvents(api: RecordsApi, count: number): Promise<void> {
  await api.sql.admin(
    `WITH treated AS (SELECT row_number() OVER () AS at, patient_id, sub::text FROM authz.care_team)
     INSERT INTO audit.event
       (id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip, request_id, purpose, fields)
     SELECT uuidv7(), sub, 'clinician', 'phi.access', 'R', 'success', 'patient', patient_id, patient_id, '203.0.113.9', $1,
       'TREAT', ARRAY['name', 'date_of_birth', 'mrn', 'medical_history', 'diagnoses']
     FROM generate_series(1, $2::int) AS made JOIN treated ON treated.at = 1 + made * 7919 % (SELECT count(*) FROM treated)`,
    [randomUUID(), count],
  );
}
