import { s3Objects } from '../../../../lambda/records/adapters/s3-objects';
import type { PresignedRequest } from '../../../../lambda/records/ports';
import { everythingOf, idOf, thrownBy } from '../../../support/crypto-keys';
import { isPresignedValid, type SignedRequest } from '../../../support/signature-v4';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET };
const HOST = 'documents.s3.us-east-1.amazonaws.com';
const objects = s3Objects({ bucket: 'documents', region: 'us-east-1', now: () => Date.UTC(2031, 4, 6, 7, 8, 9, 123) });
const ACCESS = { key: `documents/${idOf(1)}`, auditId: idOf(2), lifetimeS: 60 };
const UPLOAD = { ...ACCESS, contentType: 'application/pdf', sizeBytes: 1_234, sha256: Buffer.alloc(32, 7) };

beforeEach(() => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
  Object.assign(process.env, CREDENTIALS);
});

const asSent = ({ method, url, headers }: PresignedRequest): SignedRequest => ({ method, url, headers: { ...headers, host: HOST } });
const isValid = (request: SignedRequest): boolean => isPresignedValid(request, SECRET, 'us-east-1', 's3');
const queryOf = ({ url }: { readonly url: string }) => Object.fromEntries(new URL(url).searchParams);

it('the signature of the tests is the one in the documentation of S3', () => {
  const query = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request',
    'X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host',
    'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  ].join('&');
  const host = 'examplebucket.s3.amazonaws.com';
  expect(isValid({ method: 'GET', url: `https://${host}/test.txt?${query}`, headers: { host } })).toBe(true);
});

describe('an address to read from', () => {
  it('is signed for one object, for 60 seconds, and names the audit event of its grant', async () => {
    const signed = await objects.presignGet(ACCESS);
    const { protocol, host, pathname } = new URL(signed.url);
    expect([signed.method, protocol, host, pathname]).toEqual(['GET', 'https:', HOST, `/${ACCESS.key}`]);
    expect(signed.headers).toEqual({});
    expect(queryOf(signed)).toEqual({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20310506/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20310506T070809Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      'x-audit-id': ACCESS.auditId,
    });
    expect(isValid(asSent(signed))).toBe(true);
  });

  it('names the version where one is wanted', async () => {
    const signed = await objects.presignGet({ ...ACCESS, version: 'A.b_c-1' });
    expect(queryOf(signed)).toMatchObject({ versionId: 'A.b_c-1', 'x-audit-id': ACCESS.auditId });
    expect(isValid(asSent(signed))).toBe(true);
  });

  it.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['another object', (request) => ({ ...request, url: request.url.replace(idOf(1), idOf(3)) })],
    ['another version', (request) => ({ ...request, url: request.url.replace('versionId=v1', 'versionId=v2') })],
    ['any version', (request) => ({ ...request, url: request.url.replace('versionId=v1&', '') })],
    ['another audit event', (request) => ({ ...request, url: request.url.replace(idOf(2), idOf(3)) })],
    ['a longer life', (request) => ({ ...request, url: request.url.replace('Expires=60', 'Expires=604800') })],
    ['a later time', (request) => ({ ...request, url: request.url.replace('T070809Z', 'T080809Z') })],
    ['another method', (request) => ({ ...request, method: 'PUT' })],
    ['another bucket', (request) => ({ ...request, headers: { host: HOST.replace('documents', 'other') } })],
  ])('is worth nothing for %s', async (_, change) => {
    const sent = asSent(await objects.presignGet({ ...ACCESS, version: 'v1' }));
    expect(isValid(sent)).toBe(true);
    expect(change(sent)).not.toEqual(sent);
    expect(isValid(change(sent))).toBe(false);
  });
});

describe('an address to upload to', () => {
  it('is bound to length, type, checksum and there being no such object, all of which the client has to send', async () => {
    const signed = await objects.presignPut(UPLOAD);
    expect(signed.method).toBe('PUT');
    expect(signed.headers).toEqual({
      'content-type': 'application/pdf',
      'content-length': '1234',
      'if-none-match': '*',
      'x-amz-checksum-sha256': Buffer.alloc(32, 7).toString('base64'),
    });
    expect(queryOf(signed)['X-Amz-SignedHeaders']).toBe('content-length;content-type;host;if-none-match;x-amz-checksum-sha256');
    expect(queryOf(signed)).toMatchObject({ 'X-Amz-Expires': '60', 'x-audit-id': ACCESS.auditId });
    expect(queryOf(signed)).not.toHaveProperty('x-amz-checksum-sha256');
    expect(isValid(asSent(signed))).toBe(true);
  });

  it.each([
    ['another length', { 'content-length': '1235' }],
    ['another type', { 'content-type': 'text/html' }],
    ['another checksum', { 'x-amz-checksum-sha256': Buffer.alloc(32, 8).toString('base64') }],
    ['leave to replace what is there', { 'if-none-match': '' }],
    ['another host', { host: 'evil.example.com' }],
  ])('is worth nothing with %s', async (_, headers) => {
    const sent = asSent(await objects.presignPut(UPLOAD));
    expect(isValid({ ...sent, headers: { ...sent.headers, ...headers } })).toBe(false);
  });

  it.each(['content-length', 'content-type', 'if-none-match', 'x-amz-checksum-sha256'])('is worth nothing without %s', async (name) => {
    const sent = asSent(await objects.presignPut(UPLOAD));
    const headers = Object.fromEntries(Object.entries(sent.headers).filter(([header]) => header !== name));
    expect(isValid({ ...sent, headers })).toBe(false);
  });

  it('is worth nothing for reading', async () => {
    expect(isValid({ ...asSent(await objects.presignPut(UPLOAD)), method: 'GET' })).toBe(false);
  });
});

describe('the credentials', () => {
  it('of a function carry their session, which is signed too', async () => {
    process.env['AWS_SESSION_TOKEN'] = 'session/token+of=the role';
    const sent = asSent(await objects.presignGet(ACCESS));
    expect(queryOf(sent)['X-Amz-Security-Token']).toBe('session/token+of=the role');
    expect(isValid(sent)).toBe(true);
    expect(isValid({ ...sent, url: sent.url.replace('session', 'other') })).toBe(false);
  });

  it('are read at every signing, since a function gets new ones', async () => {
    const before = queryOf(await objects.presignGet(ACCESS));
    process.env['AWS_SECRET_ACCESS_KEY'] = 'another';
    const after = queryOf(await objects.presignGet(ACCESS));
    expect(after['X-Amz-Signature']).not.toBe(before['X-Amz-Signature']);
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('that lack %s give no address, and a code alone says so', async (name) => {
    delete process.env[name];
    for (const call of [() => objects.presignGet(ACCESS), () => objects.presignPut(UPLOAD)]) {
      const error = await thrownBy(call);
      expect(error).toMatchObject({ name: 'CodedError', code: 'object_store_unavailable', message: 'object_store_unavailable' });
      expect(everythingOf(error)).not.toMatch(/credential|EXAMPLE|documents\/0/i);
    }
  });
});
