import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { randomUUID } from 'node:crypto';
import { createMasterKey, fileKeys } from '../../lambda/records/adapters/file-keys';
import { postgresDatabase, type PostgresDatabase } from '../../lambda/records/adapters/postgres';
import { s3Objects } from '../../lambda/records/adapters/s3-objects';
import { composeRecords, type RecordsParts } from '../../lambda/records/compose';
import { KEY_CLASSES } from '../../lambda/records/ports';
import type { Response } from '../../lambda/records/respond';
import { newUuid } from '../../lambda/shared/uuid';
import { albEvent, jsonPost } from './alb-event';
import { collectLog, type CollectedLog } from './log-lines';
import { startSqlService, type Row, type SqlService } from './sql-service';
import { SqlWorld, type Actor } from './sql-world';
import { accessClaims, CLIENT_ID, ISSUER, jwksOf, makeKey, signToken, type TestKey } from './token-issuer';

/** What came back: status, parsed body, headers, and what the request left in trail and log. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Response['multiValueHeaders'];
  readonly raw: string;
  /** The request's own audit events, in order. */
  readonly events: readonly Row[];
}

/** What a request may carry besides method and path. */
export interface RequestOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The whole service on a real database: the same composition, adapters and roles as in AWS, with a key file in place of KMS. */
export interface RecordsApi {
  readonly sql: SqlService;
  readonly world: SqlWorld;
  readonly key: TestKey;
  readonly log: CollectedLog;
  readonly database: PostgresDatabase;
  readonly parts: RecordsParts;
  /** A handler of the same parts, some of them replaced: another instance of the function. */
  compose(replaced?: Partial<RecordsParts>): (event: unknown, context: unknown) => Promise<Response>;
  /** Sends a request as somebody, and collects its audit events. */
  send(actor: Actor, method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Sends any event. */
  sendEvent(event: unknown): Promise<Answer>;
  token(actor: Actor, claims?: Readonly<Record<string, unknown>>): string;
  stop(): Promise<void>;
}

/**
 * Starts it, in about 3 s; call {@link RecordsApi.stop} in `afterAll`.
 *
 * @param start gives the database, which is stopped with the service.
 */
export async function startRecordsApi(replaced: Partial<RecordsParts> = {}, start = startSqlService): Promise<RecordsApi> {
  const sql = await start();
  const folder = mkdtempSync(path.join(tmpdir(), 'records-api-'));
  const masterKeyFile = path.join(folder, 'master.key');
  await createMasterKey(masterKeyFile);
  const keys = fileKeys({ masterKeyFile, app: 'telehealth-records', env: 'test' });
  for (const keyClass of KEY_CLASSES) {
    const keyId = newUuid();
    const wrapped = await keys.generate({ keyId, keyClass });
    await sql.admin('INSERT INTO crypto.data_key (id, class, wrapped) VALUES ($1, $2, $3)', [keyId, keyClass, wrapped]);
  }
  const { cluster, database: name } = sql;
  const database = postgresDatabase({
    address: { host: 'localhost', port: cluster.port, database: name, user: 'records_api' },
    password: cluster.password,
    trust: cluster.trust,
    connections: 10,
  });
  const key = makeKey('current-key=');
  const log = collectLog();
  const parts: RecordsParts = {
    issuer: ISSUER,
    clientId: CLIENT_ID,
    tokenKeys: { read: () => Promise.resolve(jwksOf(key)) },
    database,
    dataKeys: keys,
    indexKeys: keys,
    objects: s3Objects({ bucket: 'documents-of-tests', region: 'us-east-1' }),
    now: Date.now,
    sink: log.sink,
    ...replaced,
  };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' });
  const compose = (others: Partial<RecordsParts> = {}) => composeRecords({ ...parts, ...others });
  const service = compose();
  const token = ({ sub, role, issuedAt }: Actor, claims: Readonly<Record<string, unknown>> = {}) =>
    signToken(key, accessClaims({ sub, 'cognito:groups': [role], iat: Math.floor(issuedAt.getTime() / 1_000), ...claims }));

  const sendEvent = async (event: unknown): Promise<Answer> => {
    const requestId = randomUUID();
    const response = await service(event, { awsRequestId: requestId });
    const events = await sql.admin('SELECT * FROM audit.event WHERE request_id = $1 ORDER BY seq', [requestId]);
    const body = JSON.parse(response.body) as Answer['body'];
    return { status: response.statusCode, body, headers: response.multiValueHeaders, raw: response.body, events };
  };

  return {
    sql,
    world: new SqlWorld(sql),
    key,
    log,
    database,
    parts,
    compose,
    token,
    sendEvent,
    send: (actor, method, requestPath, { body, query = {}, headers = {} } = {}) => {
      const sent = Object.fromEntries(
        Object.entries({ authorization: `Bearer ${token(actor)}`, ...headers }).map(([header, value]) => [header, [value]]),
      );
      const overrides = {
        httpMethod: method,
        path: requestPath,
        multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name_, value]) => [name_, [value]])),
      };
      return sendEvent(body === undefined ? albEvent(overrides, sent) : jsonPost(JSON.stringify(body), sent, overrides));
    },
    stop: async () => {
      await database.end();
      await sql.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
