import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { ClientBase } from 'pg';
import { folderArchive } from '../../lambda/audit-exporter/adapters/folder-archive';
import { folderBatches } from '../../lambda/audit-exporter/adapters/folder-batches';
import type { BatchHeader } from '../../lambda/audit-exporter/batch';
import { connectExporter } from '../../lambda/audit-exporter/connect';
import { AUDIT_EXPORTER_DATABASE_USER } from '../../lambda/audit-exporter/contract';
import { createExporter, type ExportConnection, type ExporterPorts } from '../../lambda/audit-exporter/exporter';
import { parseEventLine } from '../../lambda/audit-exporter/event-line';
import type { Finding } from '../../lambda/audit-exporter/findings';
import { parseHeaderLine } from '../../lambda/audit-exporter/parse-header';
import type { BatchSigner, BatchStore } from '../../lambda/audit-exporter/ports';
import type { VerificationKey } from '../../lambda/audit-exporter/verification-key';
import { verifyArchive } from '../../lambda/audit-exporter/verify-archive';
import { collectLog } from './log-lines';
import type { SqlService } from './sql-service';

/** A connection as the exporter's login. */
export function connectTo({ cluster, database }: SqlService): Promise<ExportConnection> {
  const address = { host: 'localhost', port: cluster.port, database, user: AUDIT_EXPORTER_DATABASE_USER };
  return connectExporter(address, cluster.password, cluster.trust);
}

/** Writes one event as the API does, in a transaction of its own unless one is open. */
export async function writeEvent(client: ClientBase, request: string = randomUUID()): Promise<void> {
  await client.query(
    `SELECT * FROM api.record_denial($1, 'admin', $2, '203.0.113.9', $3, 'session', 'R', 'denied', 'principal', NULL, NULL, 'probe')`,
    [randomUUID(), randomUUID(), request],
  );
}

/** Events of one transaction of {@link writeOldEvents}. */
const OLD_EVENTS_A_TRANSACTION = 500;

/** Writes many events of the given age, as if in transactions of 500 events. */
export async function writeOldEvents(service: SqlService, events: number, ageS: number): Promise<void> {
  for (let rest = events; rest > 0; rest -= OLD_EVENTS_A_TRANSACTION) {
    await service.admin(
      `INSERT INTO audit.event (id, at, event_type, action, outcome, resource_type, request_id, reason)
       SELECT gen_random_uuid(), clock_timestamp() - make_interval(secs => $2), 'session', 'R', 'denied', 'principal', 'old', 'probe'
       FROM generate_series(1, $1)`,
      [Math.min(rest, OLD_EVENTS_A_TRANSACTION), ageS],
    );
  }
}

/** Files of batches below a folder, as paths from it, in order of their names. */
export function batchFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith('audit') && name.endsWith('.jsonl'))
    .sort();
}

/** Ids of all events in the batches below a folder, as often as they are there. */
export function exportedIds(folder: string): string[] {
  const lines = batchFiles(folder).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n').slice(1, -1));
  return lines.map((line) => parseEventLine(line)?.id ?? 'no event').sort();
}

/** Findings about a folder, with a day for the heartbeat. */
export async function findingsIn(folder: string, key: VerificationKey): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of verifyArchive(await folderArchive(folder), { keys: [key], nowMs: Date.now(), maxAgeMs: 86_400_000 })) findings.push(finding);
  return findings;
}

/** One run of an exporter: its line and what it threw. */
export interface ExportRun {
  readonly line: Readonly<Record<string, unknown>>;
  readonly thrown: unknown;
}

/** Runs an exporter over one database into one folder, each part of which a test can replace. */
export function exporterOf(service: SqlService, folder: () => string, signer: BatchSigner) {
  return async (ports: Partial<ExporterPorts> = {}, context: unknown = { getRemainingTimeInMillis: () => 60_000 }): Promise<ExportRun> => {
    const log = collectLog();
    const all = { connect: () => connectTo(service), store: folderBatches(folder()), signer, now: () => performance.now(), ...ports };
    const thrown = await createExporter(all, log.sink)({ source: 'aws.events' }, context).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(log.lines).toHaveLength(1);
    return { line: log.parsed()[0] ?? {}, thrown };
  };
}

/** Says of every batch that it was written, and writes none: for emptying a backlog. */
export const NOWHERE: BatchStore = { create: () => Promise.resolve('created'), read: () => Promise.resolve(new Uint8Array()) };

/** Begins a new chain that cites a digest. */
export async function beginEpoch(service: SqlService, digest: string): Promise<unknown> {
  return (await service.as('migrator', 'SELECT audit.begin_epoch($1, $2) AS outcome', [randomUUID(), digest]))[0]?.['outcome'];
}

/** Writes events in a transaction each. */
export async function writeEvents(service: SqlService, events = 1): Promise<void> {
  const client = await service.connect('records_api');
  for (let n = 0; n < events; n += 1) await writeEvent(client);
  await client.end();
}

/** Headers of the batches below a folder. */
export function headersIn(folder: string): readonly (BatchHeader | undefined)[] {
  return batchFiles(folder).map((name) => parseHeaderLine(readFileSync(path.join(folder, name), 'utf8').split('\n')[0] ?? ''));
}
