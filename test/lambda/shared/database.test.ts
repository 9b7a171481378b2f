import { X509Certificate } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { clientConfig, iamPassword, PROXY_TRUST } from '../../../lambda/shared/database';
import { RDS_TRUST } from '../../../lambda/shared/instance-connection';
import { selfSignedCertificate } from '../../../local/certificate';
import { MASTER, startCluster, type TestCluster } from '../../support/database';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
}, 60_000);
afterAll(() => cluster.stop());

const address = (host = 'localhost') => ({ host, port: cluster.port, database: 'postgres', user: MASTER });

async function query(config: ClientConfig, sql: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const client = new Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Readonly<Record<string, unknown>>>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

describe('a database connection', () => {
  it('is encrypted with TLS 1.2 or newer', async () => {
    const row = await query(
      clientConfig(address(), cluster.password, cluster.trust),
      'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    expect(row).toEqual({ ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) as string });
  });

  it('is refused when the server is not one of the RDS authorities', async () => {
    await expect(query(clientConfig(address(), cluster.password, RDS_TRUST), 'SELECT 1')).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('is refused when the server is trusted under another name', async () => {
    await expect(query(clientConfig(address('127.0.0.1'), cluster.password, cluster.trust), 'SELECT 1')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('is refused when the server offers no TLS, before a password is sent', async () => {
    const received: Buffer[] = [];
    const plain: Server = createServer((socket) => {
      socket.on('data', (chunk) => {
        received.push(chunk);
        socket.end('N');
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const port = (plain.address() as AddressInfo).port;
    await expect(query(clientConfig({ ...address(), port }, 'secret', cluster.trust), 'SELECT 1')).rejects.toThrow();
    plain.close();
    expect(Buffer.concat(received)).toHaveLength(8);
  });

  it('is refused by the server when a client does not ask for TLS', async () => {
    const plain = { host: 'localhost', port: cluster.port, database: 'postgres', user: MASTER, password: cluster.password, ssl: false };
    await expect(query(plain, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
  });

  it('sends no session setting, which would pin a proxied connection', async () => {
    const client = new Client(clientConfig(address(), cluster.password, cluster.trust));
    await client.connect();
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM pg_settings WHERE source IN ('session', 'client') ORDER BY 1`);
    await client.end();
    // client_encoding is part of the driver's first message, not a SET.
    expect(rows.map(({ name }) => name)).toEqual(['client_encoding']);
  });

  it('asks for a new password at every connection', async () => {
    const given = [cluster.password, 'expired'];
    const config = clientConfig(address(), () => Promise.resolve(given.shift() ?? ''), cluster.trust);
    await expect(query(config, 'SELECT 1 AS one')).resolves.toEqual({ one: 1 });
    await expect(query(config, 'SELECT 1 AS one')).rejects.toMatchObject({ code: '28P01' });
  });
});

describe('trust', () => {
  it('holds the roots of Amazon for RDS Proxy, and no other public one', () => {
    const names = PROXY_TRUST.map((pem) => /CN=(.+)/.exec(new X509Certificate(pem).subject)?.[1]);
    const numbered = [1, 2, 3, 4].map((number) => `Amazon Root CA ${number}`);
    expect(names.sort()).toEqual([...numbered, 'Starfield Services Root Certificate Authority - G2']);
  });

  it('holds the authorities of RDS beside them for what goes past the proxy', () => {
    expect(RDS_TRUST).toEqual(expect.arrayContaining([...PROXY_TRUST]));
    expect(RDS_TRUST.length).toBeGreaterThan(100);
  });

  it('is not widened by the connection settings', async () => {
    const { ssl } = clientConfig(address(), 'x', [(await selfSignedCertificate('db')).cert]);
    expect(ssl).toMatchObject({ rejectUnauthorized: true, servername: 'localhost' });
  });
});

describe('the IAM password', () => {
  const proxy = { host: 'proxy.example.com', port: 5_432, database: 'records', user: 'records_api' };

  it('is a token signed for exactly this host, port, user and Region, made without a network call', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAIOSFODNN7EXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'example';
    const token = await iamPassword(proxy, 'eu-central-1')();
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    const url = new URL(`https://${token}`);
    expect(url.host).toBe('proxy.example.com:5432');
    expect(url.searchParams.get('Action')).toBe('connect');
    expect(url.searchParams.get('DBUser')).toBe('records_api');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(url.searchParams.get('X-Amz-Credential')).toMatch(/\/eu-central-1\/rds-db\/aws4_request$/);
  });

  it('fails with a code when no token can be signed', async () => {
    const password = iamPassword(proxy, 'eu-central-1', () =>
      Promise.reject(new Error('Could not load credentials of arn:aws:iam::1:role/x')),
    );
    await expect(password()).rejects.toMatchObject({ message: 'database_token_failed' });
  });
});
