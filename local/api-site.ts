import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Response } from '../lambda/records/respond';
import { toLoadBalancerEvent } from './alb-event';
import { answerEmpty, type Site } from './server';

/** The handler of the records service. */
export type Handler = (event: unknown, context: unknown) => Promise<Response>;

/** A load balancer hands no larger body to a function, in bytes, and takes no larger answer from one. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * Puts the records service behind what a load balancer does: the same event, the same caps, 413 for a larger body, 502 for a larger
 * answer, 405 for TRACE. There is no CORS: no browser page calls this API.
 *
 * @param port port of the server, for the headers that name it.
 */
export function apiSite(handler: Handler, port: number): Site {
  return async (request, response) => {
    if (request.method === 'TRACE') return answerEmpty(response, 405);
    const body = await readBody(request);
    if (!body) return answerEmpty(response, 413);
    const { method = '', url = '', rawHeaders, socket } = request;
    const event = toLoadBalancerEvent({ method, url, rawHeaders, body, remoteAddress: socket.remoteAddress ?? '', port });
    const answer = await handler(event, { awsRequestId: randomUUID() });
    const content = Buffer.from(answer.body, 'utf8');
    if (content.length > MAX_BODY_BYTES) return answerEmpty(response, 502);
    const headers = Object.fromEntries(Object.entries(answer.multiValueHeaders).map(([name, values]) => [name, [...values]]));
    response.writeHead(answer.statusCode, { ...headers, 'content-length': content.length }).end(content);
  };
}

/** @returns undefined when the body is larger than a load balancer hands on; the rest of it is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  // Left alone where reading ends early: destroying the request would take the answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
