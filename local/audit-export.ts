import { createSigningKey, ed25519Signer } from '../lambda/audit-exporter/adapters/ed25519-signer';
import { folderBatches } from '../lambda/audit-exporter/adapters/folder-batches';
import { connectExporter } from '../lambda/audit-exporter/connect';
import { AUDIT_EXPORTER_DATABASE_USER } from '../lambda/audit-exporter/contract';
import { createExporter } from '../lambda/audit-exporter/exporter';
import type { LogSink } from '../lambda/shared/log';
import { writePrivateFile } from './private-file';
import type { RecordsDatabase } from './records-database';
import type { StatePaths } from './state';

/** As often as in AWS, in milliseconds. */
const EVERY_MS = 60_000;

/** The exporter of a local run. */
export interface AuditExport {
  /** Exports what is there now; a run that is under way counts. Whether it went well is in the log. */
  run(): Promise<void>;
  /** Exports a last time, and no more. */
  stop(): Promise<void>;
}

/**
 * Exports the audit trail every minute, as in AWS, to files in a folder that are signed with a key of this state folder: 164.312(b),
 * 164.312(c)(1). The public half lies beside it, for whoever verifies. Whether a run goes well is in its log line; one that does not is
 * followed by another.
 *
 * @throws CodedError when the signing key cannot be made or read.
 */
export async function startAuditExport(database: RecordsDatabase, paths: StatePaths, sink: LogSink): Promise<AuditExport> {
  await createSigningKey(paths.signingKey);
  const signer = await ed25519Signer(paths.signingKey);
  writePrivateFile(paths.verifyingKey, signer.publicKeyPem);
  const { address, password, trust } = database.connection(AUDIT_EXPORTER_DATABASE_USER);
  const exporter = createExporter(
    {
      connect: () => connectExporter(address, password, trust),
      store: folderBatches(paths.archive),
      signer,
      now: () => performance.now(),
    },
    sink,
  );
  let current: Promise<void> | undefined;
  const run = (): Promise<void> => {
    current ??= exporter({}, {})
      .catch(() => undefined)
      .finally(() => {
        current = undefined;
      });
    return current;
  };
  const timer = setInterval(() => void run(), EVERY_MS);
  return {
    run,
    stop: async () => {
      clearInterval(timer);
      await current;
      await run();
    },
  };
}
