import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { selfSignedCertificate } from './certificate';

/** What the server process is told. */
export interface ClusterOrder {
  /** Where the data is kept, made if it is not there; absent, in a folder that is removed when the server stops. */
  readonly directory?: string | undefined;
  /** The folder of a stopped cluster, which a cluster without a directory begins as a copy of. @default an empty one */
  readonly template?: string | undefined;
  /** Of the superuser `postgres`, at the first start; that of the template where one is given. */
  readonly password: string;
  /** Where the server's own log is kept. @default nowhere */
  readonly logFile?: string | undefined;
  readonly cert: string;
  readonly key: string;
}

/** What the server process says. */
export type ClusterReport = { readonly port: number } | { readonly fault: string };

/** A running PostgreSQL 18, reachable on this machine over TLS only. */
export interface Cluster {
  readonly port: number;
  /** The authority to trust, in the form `clientConfig` takes; the server's name is `localhost`. */
  readonly trust: readonly string[];
  /** Settles when the server is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends every connection and the server. */
  stop(): Promise<void>;
}

/** PostgreSQL did not start; the message is the server's own last line, which holds nothing of any table. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}

const START_LIMIT_MS = 60_000;

/** Compiled here, because a compiler hook in the child would take longer than starting PostgreSQL. */
function serverProgram(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'cluster-process.ts')],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * Starts a PostgreSQL of its own, in 1 to 2 s the first time. It ends with {@link Cluster.stop}, and also when this process is killed,
 * because that closes the pipe between the two. Signals of the terminal do not reach it: whoever holds the cluster decides the order in
 * which things end.
 *
 * @throws ClusterError
 */
export async function startCluster(order: Pick<ClusterOrder, 'directory' | 'template' | 'password' | 'logFile'>): Promise<Cluster> {
  const child = spawn(process.execPath, ['--eval', serverProgram()], {
    cwd: path.join(__dirname, '..'),
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  // A child that is gone already breaks the pipe; `ended` says so better.
  child.stdin.on('error', () => undefined);
  // Made while the child loads what it needs.
  const { cert, key } = await selfSignedCertificate('localhost');
  child.stdin.write(`${JSON.stringify({ ...order, cert, key } satisfies ClusterOrder)}\n`);
  const report = await new Promise<ClusterReport>((resolve) => {
    const limit = setTimeout(() => resolve({ fault: `no answer within ${START_LIMIT_MS} ms` }), START_LIMIT_MS);
    const settle = (outcome: ClusterReport): void => {
      clearTimeout(limit);
      resolve(outcome);
    };
    createInterface({ input: child.stdout }).once('line', (line) => settle(JSON.parse(line) as ClusterReport));
    void ended.then(() => settle({ fault: 'the process ended' }));
  });
  if ('port' in report) return { port: report.port, trust: [cert], ended, stop };
  await stop();
  throw new ClusterError(report.fault);
}
