import * as https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../../local/certificate';

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real https server on this machine. */
export interface TestHttpsServer {
  readonly url: string;
  /** The authority to trust for it. */
  readonly ca: string;
  readonly received: ReceivedRequest[];
  close(): Promise<void>;
}

/** Answers the n-th request, counted from 0. */
export type Answer = (request: ReceivedRequest, response: ServerResponse, index: number) => void;

/** Starts a server on a free port; call {@link TestHttpsServer.close} in `afterAll` or `afterEach`. */
export async function startHttpsServer(answer: Answer): Promise<TestHttpsServer> {
  const { cert, key } = await selfSignedCertificate('localhost');
  const received: ReceivedRequest[] = [];
  const server = https.createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const whole = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(whole);
      answer(whole, response, received.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: cert,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
