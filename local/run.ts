import { createMasterKey, fileKeys } from '../lambda/records/adapters/file-keys';
import { postgresDatabase } from '../lambda/records/adapters/postgres';
import { composeRecords } from '../lambda/records/compose';
import { KEY_CONTEXT_APP } from '../lambda/records/contract';
import { apiClient, textOf } from './api-client';
import { apiSite } from './api-site';
import { makeFirstAdmin } from './first-admin';
import { addFirstKeys } from './first-keys';
import { createIssuer } from './issuer';
import { openLogFile } from './log-file';
import { localObjects } from './objects';
import type { StartOptions } from './options';
import { pages } from './pages';
import { ADMIN, patientPerson } from './people';
import { startRecordsDatabase } from './records-database';
import { seed } from './seed';
import { listen } from './server';
import { openState, type StatePaths } from './state';
import { Teardown } from './teardown';
import { keepTokens, type TokenFiles } from './token-files';

/** Name of this environment in the context of every data key: keys of another one do not open here. */
export const LOCAL_ENVIRONMENT = 'local';

/** Connections of the service at most. */
const CONNECTIONS = 10;

/** A service that is up. */
export interface LocalRun {
  readonly url: string;
  readonly paths: StatePaths;
  readonly tokens: TokenFiles;
  /** Ids of the records of the first and the last patient of the seed, whom different clinicians treat. */
  readonly records: { readonly own: string; readonly other: string };
  /** Settles when the database is gone without having been stopped. */
  readonly databaseEnded: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Brings the whole service up on one machine: the same composition, SQL and roles as in AWS, with files in place of KMS and S3, a key of its
 * own in place of the user pool, and this process in place of the load balancer. It binds 127.0.0.1 only.
 *
 * @param progress told what is being done.
 * @throws Complaint for what a person can mend; whatever fails, nothing is left running.
 */
export async function startLocal({ port, data, reset }: StartOptions, progress: (step: string) => void): Promise<LocalRun> {
  const teardown = new Teardown();
  try {
    return await bringUp(teardown, port, data, reset, progress);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function bringUp(teardown: Teardown, port: number, data: string, reset: boolean, progress: (step: string) => void): Promise<LocalRun> {
  const now = (): number => Date.now();
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
  lock.announce(database.port);
  const issuer = await issuing;
  await createMasterKey(paths.masterKey);
  const keys = fileKeys({ masterKeyFile: paths.masterKey, app: KEY_CONTEXT_APP, env: LOCAL_ENVIRONMENT });

  const objects = localObjects({ folder: paths.objects, url: server.url, now, sink: log.sink });
  const records = postgresDatabase({ ...database.connection('records_api'), connections: CONNECTIONS });
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
    sink: log.sink,
  });
  server.serve(pages(apiSite(handler, server.port), objects.site));

  const call = apiClient(server.url, issuer, now);
  if (fresh) {
    progress('Seeding a dozen synthetic patients');
    await addFirstKeys(database, keys);
    await makeFirstAdmin(database, ADMIN.sub);
    await seed({ call, objects });
    state.complete();
  }
  const recordOf = async (number: number): Promise<string> => textOf(await call(patientPerson(number), 'GET', '/v1/me'), 'patient_id');
  const tokens = keepTokens(paths.tokens, issuer, now);
  teardown.add(() => tokens.remove());
  return {
    url: server.url,
    paths,
    tokens,
    records: { own: await recordOf(1), other: await recordOf(12) },
    databaseEnded: database.ended,
    stop: async () => {
      // First, so that requests under way find everything they need.
      await server.close();
      await teardown.run();
    },
  };
}
