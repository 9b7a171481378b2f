import { CONNECTION_FAILURES, type ConnectionFailure } from '../shared/instance-connection';
import { createLog, type LogSink } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { sqlStateOf, type SqlState } from '../shared/sql-state';
import { EXPORT_EVENT } from './contract';
import { runExport, WINDOW_FAILURES, type ExportProgress } from './export-run';
import { EXPORT_PORT_FAILURES, type BatchSigner, type BatchStore, type ExportDatabase } from './ports';

/** A connection for one run, or why there is none. */
export type ExportConnection =
  | { readonly kind: 'connected'; readonly database: ExportDatabase; readonly close: () => Promise<void> }
  | { readonly kind: 'failed'; readonly code: ConnectionFailure; readonly sqlState?: SqlState | undefined };

/** What the exporter works with; `now` is a clock in milliseconds whose zero is of no interest. */
export interface ExporterPorts {
  readonly connect: () => Promise<ExportConnection>;
  readonly store: BatchStore;
  readonly signer: BatchSigner;
  readonly now: () => number;
}

/** Every way a run can fail. */
export const EXPORT_FAILURES = [
  ...CONNECTION_FAILURES,
  ...WINDOW_FAILURES,
  ...EXPORT_PORT_FAILURES,
  'database_failed',
  'row_malformed',
  'timed_out',
  'internal_error',
] as const;

/** One of {@link EXPORT_FAILURES}. */
export type ExportFailure = (typeof EXPORT_FAILURES)[number];

/** Kept back for the log line when the run does not end: Lambda writes none for a function that it stops. */
const ANSWER_RESERVE_MS = 3_000;

/** Longest wait for the one figure that the alarm reads, when something else has failed. */
const AGE_WAIT_MS = 2_000;

interface Result {
  readonly code: 'ok' | ExportFailure;
  readonly oldestUnexportedS?: number | undefined;
  readonly sqlState?: SqlState | undefined;
}

/**
 * Makes the handler of the exporter: 164.312(b). One log line per run, whatever happens, with the age of what is not exported yet wherever
 * the database can be asked for it, so that the alarm works while store or signer are down.
 *
 * @throws CodedError with an {@link ExportFailure} from the returned function, after the line, so that Lambda counts an error and retries.
 */
export function createExporter(ports: ExporterPorts, sink?: LogSink): (event: unknown, context: unknown) => Promise<void> {
  const log = createLog(
    {
      event: [EXPORT_EVENT],
      code: ['ok', ...EXPORT_FAILURES],
      batches: 'number',
      events: 'number',
      oldestUnexportedS: 'number',
      durationMs: 'number',
      sqlState: 'sqlstate',
    },
    sink,
  );
  return async (_event, context) => {
    const startedAt = ports.now();
    const progress: ExportProgress = { batches: 0, events: 0 };
    const left = remaining(context);
    const limit = Math.max(left() - ANSWER_RESERVE_MS, 0);
    const result = await within(limit, run(ports, left, progress), { code: 'timed_out' as const });
    log({ event: EXPORT_EVENT, ...result, ...progress, durationMs: Math.round(ports.now() - startedAt) });
    if (result.code !== 'ok') throw new CodedError(result.code);
  };
}

/** Connects, exports, asks for the age, disconnects; never rejects. */
async function run({ connect, store, signer }: ExporterPorts, left: () => number, progress: ExportProgress): Promise<Result> {
  const connection = await connect().catch((): ExportConnection => ({ kind: 'failed', code: 'database_unreachable' }));
  if (connection.kind === 'failed') return { code: connection.code, sqlState: connection.sqlState };
  const { database, close } = connection;
  try {
    const result = await runExport({ database, store, signer }, left, progress).then(() => ({ code: 'ok' }) as const, failureOf);
    const age = database.oldestUnexportedS().then(
      (oldestUnexportedS) => ({ oldestUnexportedS }),
      () => undefined,
    );
    return { ...result, ...(await within(AGE_WAIT_MS, age, undefined)) };
  } finally {
    await within(AGE_WAIT_MS, close(), undefined).catch(() => undefined);
  }
}

function failureOf(error: unknown): Result {
  if (error instanceof CodedError) {
    const code: unknown = error.code;
    return { code: EXPORT_FAILURES.find((known) => known === code) ?? 'internal_error' };
  }
  // Store and signer throw coded errors only, so whatever else comes with a SQLSTATE or a message is the database's.
  return { code: 'database_failed', sqlState: sqlStateOf(error) };
}

async function within<Result, Late>(limitMs: number, work: Promise<Result>, late: Late): Promise<Result | Late> {
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<Late>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs);
  });
  try {
    return await Promise.race([work, outOfTime]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds left to the invocation at any time; without a context, as in a local run, a minute from now. */
function remaining(context: unknown): () => number {
  const ask = isRecord(context) ? context['getRemainingTimeInMillis'] : undefined;
  if (typeof ask === 'function') return () => Number(ask.call(context));
  const end = Date.now() + 60_000;
  return () => end - Date.now();
}
