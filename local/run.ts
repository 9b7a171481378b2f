import { postgresDatabase } from '../lambda/records/adapters/postgres';
import { composeRecords } from '../lambda/records/compose';
import { RECORDS_DATABASE_USER } from '../lambda/records/contract';
import type { KeyProvider, MacProvider } from '../lambda/records/ports';
import type { LogSink } from '../lambda/shared/log';
import { apiClient, textOf, type Call } from './api-client';
import { apiSite } from './api-site';
import { startAuditExport } from './audit-export';
import { makeFirstAdmin } from './first-admin';
import { localKeys, makeLocalFirstKeys, startKeyRotation } from './data-keys';
import { createIssuer, type Issuer } from './issuer';
import { openLogFile } from './log-file';
import { localObjects, type LocalObjects } from './objects';
import type { StartOptions } from './options';
import { pages } from './pages';
import { ADMIN, patientPerson } from './people';
import { startRecordsDatabase, type RecordsDatabase } from './records-database';
import { seed } from './seed';
import { listen, type LocalServer } from './server';
import { openState, type StatePaths } from './state';
import { PATIENTS } from './synthetic';
import { Teardown } from './teardown';
import { keepTokens, type TokenFiles } from './token-files';

/** Connections of the service at most. */
const CONNECTIONS = 10;

/** A service that is up. */
export interface LocalRun {
  readonly url: string;
  readonly paths: StatePaths;
  readonly tokens: TokenFiles;
  /** Ids of the records of the first and the last patient of the seed, whom different clinicians treat. */
  readonly records: { readonly own: string; readonly other: string };
  /** Settles when the database is gone, whoever ended it. */
  readonly databaseEnded: Promise<void>;
  /** Lets requests under way end, exports what they left in the trail, and ends the database. */
  stop(): Promise<void>;
}

/**
 * Brings the whole service up on one machine: the same composition, SQL and roles as in AWS, with files in place of KMS and S3, a key of its
 * own in place of the user pool, and this process in place of the load balancer. It binds 127.0.0.1 only.
 *
 * @param progress told what is being done.
 * @throws Complaint for what a person can mend; whatever fails, nothing is left running.
 */
export async function startLocal(options: StartOptions, progress: (step: string) => void): Promise<LocalRun> {
  const teardown = new Teardown();
  try {
    return await bringUp(options, progress, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function bringUp({ port, data, reset }: StartOptions, progress: (step: string) => void, teardown: Teardown): Promise<LocalRun> {
  const server = await listen(port);
  teardown.add(() => server.close());
  const state = openState(data, reset);
  const { paths, fresh, lock } = state;
  teardown.add(() => lock.release());
  const log = openLogFile(paths.log);
  teardown.add(() => log.close());

  progress(fresh ? 'Making a database' : 'Starting the database');
  const issuing = createIssuer();
  const database = await startRecordsDatabase(paths);
  teardown.add(() => database.stop());
  lock.announce({ port: database.port, trust: database.trust });
  const audit = await startAuditExport(database, paths, log.sink);
  teardown.add(() => audit.stop());
  const issuer = await issuing;
  const keys = await localKeys(paths);
  const objects = localObjects({ folder: paths.objects, url: server.url, now, sink: log.sink });
  serveRecords({ server, issuer, database, keys, objects, sink: log.sink }, teardown);

  const call = apiClient(server.url, issuer, now);
  if (fresh) {
    progress('Seeding a dozen synthetic patients');
    await makeLocalFirstKeys(database.connection, keys);
    await makeFirstAdmin(database.connection, ADMIN.sub, log.sink);
    await seed({ call, objects });
    state.complete();
  }
  const records = { own: await recordOf(call, 1), other: await recordOf(call, PATIENTS.length) };
  await audit.run();
  const rotation = startKeyRotation(database.connection, keys, log.sink);
  teardown.add(() => rotation.stop());
  const tokens = keepTokens(paths.tokens, issuer, now);
  teardown.add(() => tokens.remove());
  const stop = async (): Promise<void> => {
    // First, so that requests under way find everything they need.
    await server.close();
    await teardown.run();
  };
  return { url: server.url, paths, tokens, records, databaseEnded: database.ended, stop };
}

interface ServiceParts {
  readonly server: LocalServer;
  readonly issuer: Issuer;
  readonly database: RecordsDatabase;
  readonly keys: KeyProvider & MacProvider;
  readonly objects: LocalObjects;
  readonly sink: LogSink;
}

function serveRecords({ server, issuer, database, keys, objects, sink }: ServiceParts, teardown: Teardown): void {
  const records = postgresDatabase({ ...database.connection(RECORDS_DATABASE_USER), connections: CONNECTIONS });
  teardown.add(() => records.end());
  const handler = composeRecords({
    issuer: issuer.issuer,
    clientId: issuer.clientId,
    tokenKeys: issuer.keys,
    database: records,
    dataKeys: keys,
    indexKeys: keys,
    objects,
    now,
    sink,
  });
  server.serve(pages(apiSite(handler, server.port), objects.site));
}

async function recordOf(call: Call, patient: number): Promise<string> {
  return textOf(await call(patientPerson(patient), 'GET', '/v1/me'), 'patient_id');
}

function now(): number {
  return Date.now();
}
