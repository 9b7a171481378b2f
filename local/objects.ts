import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ObjectAccess, ObjectStore, ObjectUpload, PresignedRequest } from '../lambda/records/ports';
import { createLog, type LogSink } from '../lambda/shared/log';
import { assertNever } from '../lambda/shared/outcome';
import { parseUuid } from '../lambda/shared/uuid';
import { OBJECT_KEY, ObjectFolder } from './object-folder';
import { readLink, signLink, type ObjectGrant } from './object-link';
import { answerEmpty, type Site } from './server';

/** Where the addresses of objects begin. */
export const OBJECTS_PATH = '/objects/';

/** Documents and recordings of a local run: the port of the service, and what serves the addresses it gives out. */
export interface LocalObjects extends ObjectStore {
  readonly site: Site;
}

/** What an object store needs. */
export interface LocalObjectsOptions {
  readonly folder: string;
  /** Of the server that serves the addresses. */
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sink?: LogSink;
}

const SCHEMA = { event: ['object_access'], method: ['GET', 'PUT'], auditId: 'uuid', status: 'number' } as const;

/**
 * Stands for the document bucket: addresses that hold for their lifetime and for nothing else than was signed, and objects that are created
 * once. The key of the signatures is kept nowhere, so no address outlives the process. Each use is one log line with the id of the grant's
 * audit event, as in AWS it is a data event of the trail: 164.312(b).
 */
export function localObjects({ folder, url, now, sink }: LocalObjectsOptions): LocalObjects {
  const secret = randomBytes(32);
  const objects = new ObjectFolder(folder);
  const log = createLog(SCHEMA, sink);
  const presign = (grant: ObjectGrant, headers: PresignedRequest['headers']): PresignedRequest => ({
    method: grant.method,
    url: `${url}${OBJECTS_PATH}${grant.key}?${signLink(secret, grant)}`,
    headers,
  });
  const common = ({ key, auditId, lifetimeS }: ObjectAccess) => ({
    key,
    auditId,
    expires: String(Math.floor(now() / 1_000) + lifetimeS),
  });
  return {
    presignGet: (access) =>
      Promise.resolve(presign({ ...common(access), method: 'GET', ...(access.version === undefined ? {} : { version: access.version }) }, {})),
    presignPut: (upload) => Promise.resolve(presign({ ...common(upload), method: 'PUT', ...demands(upload) }, headersOf(upload))),
    site: async (request, response) => {
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const key = path.slice(OBJECTS_PATH.length);
      const outcome = OBJECT_KEY.test(key) ? readLink(secret, request.method ?? '', key, query, now()) : undefined;
      if (outcome?.kind !== 'granted') return answerEmpty(response, 403);
      await serve(objects, outcome.grant, request, response);
      const { method, auditId } = outcome.grant;
      log({ event: 'object_access', method, auditId: parseUuid(auditId), status: response.statusCode });
    },
  };
}

function demands({ sha256, sizeBytes, contentType }: ObjectUpload): Pick<ObjectGrant, 'checksum' | 'length' | 'type'> {
  return { checksum: Buffer.from(sha256).toString('base64'), length: String(sizeBytes), type: contentType };
}

/** What an upload has to say of itself, as S3 has it. */
function headersOf({ sha256, sizeBytes, contentType }: Pick<ObjectUpload, 'sha256' | 'sizeBytes' | 'contentType'>): PresignedRequest['headers'] {
  return {
    'content-type': contentType,
    'content-length': String(sizeBytes),
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(sha256).toString('base64'),
  };
}

async function serve(objects: ObjectFolder, grant: ObjectGrant, request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (grant.method) {
    case 'GET':
      return download(objects, grant, response);
    case 'PUT':
      return upload(objects, grant, request, response);
    default:
      return assertNever(grant.method);
  }
}

async function download(objects: ObjectFolder, { key, version }: ObjectGrant, response: ServerResponse): Promise<void> {
  const found = await objects.read(key, version);
  if (!found) return answerEmpty(response, 404);
  // Never shown in place: what was uploaded is nobody's page.
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'content-length': found.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  await pipeline(found.content, response);
}

async function upload(objects: ObjectFolder, grant: ObjectGrant, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { checksum = '', length = '', type = '' } = grant;
  const demanded = headersOf({ sha256: Buffer.from(checksum, 'base64'), sizeBytes: Number(length), contentType: type });
  if (Object.entries(demanded).some(([name, value]) => request.headers[name] !== value)) return answerEmpty(response, 403);
  const stored = await objects.create(grant.key, request, { sha256: checksum, length: Number(length) });
  switch (stored.kind) {
    case 'stored':
      response.writeHead(200, { 'x-amz-version-id': stored.version, 'content-length': 0 }).end();
      return;
    case 'exists':
      return answerEmpty(response, 412);
    case 'differs':
      return answerEmpty(response, 400);
    default:
      return assertNever(stored);
  }
}
