import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRecord } from '../lambda/shared/record';
import { Complaint } from './complaint';

/** Answers a request. A rejection becomes 502, as at a load balancer whose function fails. */
export type Site = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A server that listens on this machine only. */
export interface LocalServer {
  readonly url: string;
  readonly port: number;
  /** Begins to answer; until then everything is 503, as at a load balancer without a target. */
  serve(site: Site): void;
  /** Lets requests under way end, for a little while. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** A load balancer takes 64 KiB of headers in all. */
const MAX_HEADER_BYTES = 65_536;

const CLOSE_LIMIT_MS = 3_000;

const SWEEP_MS = 20;

/**
 * Takes a port. It is done before anything else, so that a port in use leaves nothing behind.
 *
 * @param port 0 for any free one.
 * @throws Complaint when the port cannot be had.
 */
export async function listen(port: number): Promise<LocalServer> {
  let current: Site = (_, response) => Promise.resolve(answerEmpty(response, 503));
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    // Promise.resolve().then also turns a synchronous throw into a rejection.
    void Promise.resolve()
      .then(() => current(request, response))
      .catch(() => answerEmpty(response, 502));
  });
  await bind(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${HOST}:${bound}`,
    port: bound,
    serve: (site) => {
      current = site;
    },
    close: () => closed(server),
  };
}

/** An answer with a status and nothing else, and the end of the connection, since the request may not have been read to its end. */
export function answerEmpty(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
}

async function bind(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, HOST, resolve));
  } catch (error) {
    const code = isRecord(error) ? error['code'] : undefined;
    const fault = code === 'EADDRINUSE' ? 'is in use' : code === 'EACCES' ? 'may not be used by this account' : `cannot be used (${String(code)})`;
    throw new Complaint(`Port ${port} ${fault}. Take another one with --port, or any free one with --port 0.`);
  }
}

async function closed(server: Server): Promise<void> {
  const limit = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
  // A connection that falls idle after the call to close is kept alive like any other.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(limit);
  clearInterval(sweep);
}
