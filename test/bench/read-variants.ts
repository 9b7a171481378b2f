import { Pool } from 'pg';
import { postgresDatabase } from '../../lambda/records/adapters/postgres';
import { RequestAudit, type Call } from '../../lambda/records/call';
import type { DataKeys } from '../../lambda/records/data-keys';
import { OPERATIONS } from '../../lambda/records/operations/table';
import { clientConfig } from '../../lambda/shared/database';
import { newTimeOrderedUuid, newUuid, parseUuid } from '../../lambda/shared/uuid';
import { albEvent } from '../support/alb-event';
import type { RecordsApi } from '../support/records-api';
import { FIELDS, type Treated } from './population';

/** Ways to read one record; each settles when the record is there, and rejects when it is not. */
export interface ReadVariants {
  /** The same columns of the same row, by its key, as a superuser: no role, no policy, no audit. */
  readonly raw: (treated: Treated) => Promise<void>;
  /** The function of the database alone, its bytes left as they are. */
  readonly statement: (treated: Treated) => Promise<void>;
  /** The operation: keys, statement, decryption, projection. */
  readonly read: (treated: Treated) => Promise<void>;
  /** The whole service, from the load balancer's event to the answer. */
  readonly handler: (treated: Treated) => Promise<void>;
  /** A refusal: an audit row and nothing else. */
  readonly refusal: (treated: Treated) => Promise<void>;
  end(): Promise<void>;
}

/** Name of a variant. */
export type VariantName = Exclude<keyof ReadVariants, 'end'>;

/** The variants over connections of their own, one for each, to one port. */
export function readVariants(api: RecordsApi, keys: DataKeys, port = api.sql.cluster.port): ReadVariants {
  const { cluster, database: name } = api.sql;
  const connect = () =>
    postgresDatabase({
      address: { host: 'localhost', port, database: name, user: 'records_api' },
      password: cluster.password,
      trust: cluster.trust,
      connections: 1,
    });
  const [ofStatement, ofRead, ofHandler] = [connect(), connect(), connect()];
  const pool = new Pool({
    ...clientConfig({ host: 'localhost', port, database: name, user: 'postgres' }, cluster.password, cluster.trust),
    max: 1,
    query_timeout: 6_000,
  });
  const handle = api.compose({ database: ofHandler });
  const tokens = new Map<string, string>();
  const tools = { database: ofRead, keys, index: api.parts.indexKeys, objects: api.parts.objects };

  const callOf = ({ patient, clinician }: Treated): Call => {
    const sub = parseUuid(clinician.sub);
    if (!sub) throw new Error('not an id');
    return {
      route: 'patient.read',
      principal: { sub, role: 'clinician', issuedAt: Math.floor(clinician.issuedAt.getTime() / 1_000) + 1 },
      ids: new Map([['patient', patient]]),
      query: new Map(),
      body: {},
      version: undefined,
      idempotencyKey: undefined,
      requestId: newUuid(),
      clientIp: '203.0.113.9',
      audit: new RequestAudit(newTimeOrderedUuid()),
      nowMs: Date.now(),
    };
  };
  const request = async (treated: Treated, authorization: readonly string[], expected: number): Promise<void> => {
    const event = albEvent({ path: `/v1/patients/${treated.patient}` }, { authorization });
    const { statusCode } = await handle(event, { awsRequestId: newUuid() });
    if (statusCode !== expected) throw new Error(`The service answered ${statusCode} instead of ${expected}.`);
  };
  const bearer = ({ clinician }: Treated): string => {
    const token = tokens.get(clinician.sub) ?? `Bearer ${api.token(clinician)}`;
    tokens.set(clinician.sub, token);
    return token;
  };

  return {
    raw: async ({ patient }) => {
      const { rows } = await pool.query(`SELECT id, version, status, ${FIELDS.join()} FROM phi.patient WHERE id = $1`, [patient]);
      if (rows.length !== 1) throw new Error('The row is not there.');
    },
    statement: async ({ patient, clinician }) => {
      const values = [clinician.sub, clinician.issuedAt, newTimeOrderedUuid(), '203.0.113.9', newUuid(), patient];
      const [row] = await ofStatement.call('clinician_read_patient', values);
      if (row?.['outcome'] !== 'ok') throw new Error(`The database answered ${String(row?.['outcome'])}.`);
    },
    read: async (treated) => {
      const outcome = await OPERATIONS['patient.read'](callOf(treated), tools);
      if (outcome.kind === 'refused') throw new Error(`The operation answered ${outcome.code}.`);
    },
    handler: (treated) => request(treated, [bearer(treated)], 200),
    refusal: (treated) => request(treated, [], 401),
    end: async () => {
      await Promise.all([ofStatement.end(), ofRead.end(), ofHandler.end(), pool.end()]);
    },
  };
}
