import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One SDK call as it went over the wire. */
export interface AwsCall {
  /** Operation, as `AmazonSSM.GetParameter`, or the `Action` of a query-protocol call. */
  readonly operation: string;
  readonly method: string;
  /** Path and query, as S3 has its operations in them. */
  readonly url: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** What the endpoint says to a call. */
export interface AwsAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stand-in for an AWS endpoint: the SDK is the real one, and so are its requests. */
export interface AwsEndpoint {
  readonly calls: AwsCall[];
  /** Variables that point an SDK at the endpoint. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the endpoint and, until it is closed, points the SDK of this process at it. */
export async function startAwsEndpoint(answer: (call: AwsCall) => AwsAnswer): Promise<AwsEndpoint> {
  const calls: AwsCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const target = request.headers['x-amz-target'];
      const call = {
        operation: typeof target === 'string' ? target : (new URLSearchParams(body).get('Action') ?? ''),
        method: request.method ?? '',
        url: request.url ?? '',
        body,
        headers: request.headers,
      };
      calls.push(call);
      const { status, body: content, type = 'application/x-amz-json-1.1', headers = {} } = answer(call);
      response.writeHead(status, { 'content-type': type, ...headers }).end(content);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
  Object.assign(process.env, environment);
  return {
    calls,
    environment,
    close: () =>
      new Promise((resolve) => {
        for (const name of Object.keys(environment)) delete process.env[name];
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
