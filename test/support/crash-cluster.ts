import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from 'esbuild';
import { selfSignedCertificate } from '../../local/certificate';
import { joinCluster, makeMaster, type TestCluster } from './database';

/** What the process that holds the server is told. */
export type CrashOrder =
  | { readonly order: 'initialise'; readonly password: string; readonly cert: string; readonly key: string; readonly durable: boolean }
  | { readonly order: 'start'; readonly port: number }
  | { readonly order: 'kill' };

/** What it answers. */
export type CrashReply = { readonly port: number } | Kill | { readonly fault: string };

/** How many processes were ended. */
export interface Kill {
  readonly killed: number;
}

/** A real PostgreSQL that can be killed like a process on a machine that keeps running. */
export interface CrashCluster extends TestCluster {
  /** `kill -9` of every process of the server. */
  kill(): Promise<Kill>;
  /** Starts it on the files it left; settles when recovery is over and it takes connections on the same port. */
  restart(): Promise<void>;
}

/**
 * Starts one, in about 2 s. Call {@link TestCluster.stop} in `afterAll`; if that is never reached, it ends with the test process.
 *
 * @param durable whether a commit waits for the disk, and vacuum runs, as in production; otherwise the settings are those of other tests.
 */
export async function startCrashCluster(durable = false): Promise<CrashCluster> {
  const source = readFileSync(path.join(__dirname, 'crash-cluster-process.ts'), 'utf8');
  const program = transformSync(source, { loader: 'ts', format: 'cjs', platform: 'node', target: 'node20' }).code;
  const child = spawn(process.execPath, ['--eval', program], { cwd: path.join(__dirname, '..', '..'), stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = async (order: CrashOrder): Promise<Exclude<CrashReply, { fault: string }>> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await replies.next();
    const reply = done === true ? { fault: 'The process of the server ended.' } : (JSON.parse(String(value)) as CrashReply);
    if ('fault' in reply) throw new Error(reply.fault);
    return reply;
  };

  const password = randomBytes(12).toString('hex');
  const { cert, key } = await selfSignedCertificate('localhost');
  const started = await send({ order: 'initialise', password, cert, key, durable });
  if (!('port' in started)) throw new Error('The server did not say its port.');
  const { port } = started;
  const cluster = joinCluster({ port, trust: [cert], password }, async () => {
    child.stdin.end();
    await exited;
  });
  await makeMaster(cluster);
  return {
    ...cluster,
    kill: async () => {
      const reply = await send({ order: 'kill' });
      if (!('killed' in reply)) throw new Error('The server was not killed.');
      return reply;
    },
    restart: async () => {
      await send({ order: 'start', port });
    },
  };
}
