import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { selfSignedCertificate } from '../../local/certificate';
import type { TestCluster } from './database';

/** Stands between a driver and a server, ends TLS on both sides and counts what the server says. */
export interface PostgresProxy {
  readonly port: number;
  /** The authority to trust for it. */
  readonly trust: readonly string[];
  /** How often the server has said that it is ready for the next statement, apart from the end of a login: one round trip each. */
  readonly roundTrips: () => number;
  close(): Promise<void>;
}

/** Asks for TLS, or for nothing else: PostgreSQL protocol, message SSLRequest. */
const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const HEADER_BYTES = 5;

/** Starts a proxy to a cluster on a port of its own. */
export async function startPostgresProxy({ port, trust }: Pick<TestCluster, 'port' | 'trust'>): Promise<PostgresProxy> {
  const { cert, key } = await selfSignedCertificate('localhost');
  const secureContext = tls.createSecureContext({ cert, key });
  const sockets = new Set<Socket>();
  let roundTrips = 0;

  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    client.once('data', () => {
      upstream.write(SSL_REQUEST);
      upstream.once('data', () => {
        const far = tls.connect({ socket: upstream, ca: [...trust], servername: 'localhost' });
        client.write('S');
        const near = new tls.TLSSocket(client, { isServer: true, secureContext });
        let logins = 0;
        const count = readyCounter(() => {
          if (logins === 0) logins = 1;
          else roundTrips += 1;
        });
        near.on('error', () => undefined).on('data', (chunk: Buffer) => far.write(chunk));
        far.on('error', () => undefined).on('data', (chunk: Buffer) => {
          count(chunk);
          near.write(chunk);
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    trust: [cert],
    roundTrips: () => roundTrips,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Cuts a stream of the server into its messages: one byte of type, four of length, the length counting itself. */
function readyCounter(onReady: () => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES && rest.length > rest.readUInt32BE(1)) {
      if (rest[0] === READY_FOR_QUERY) onReady();
      rest = rest.subarray(1 + rest.readUInt32BE(1));
    }
  };
}
