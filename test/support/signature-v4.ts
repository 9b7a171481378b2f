import { createHash, createHmac } from 'node:crypto';

/** A request as whoever checks its signature sees it. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a signature was made with, and for. */
export interface SignatureScope {
  readonly secret: string;
  readonly region: string;
  readonly service: string;
  /** `20310506T070809Z` */
  readonly date: string;
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body in hexadecimal, or what stands for it. */
  readonly payloadHash: string;
}

/**
 * AWS Signature Version 4, written from its specification and not with the SDK, so that a signature of the one is checked by the other:
 * canonical request, string to sign, key derived by date, region and service.
 */
export function signatureV4({ method, url, headers }: SignedRequest, scope: SignatureScope): string {
  const { secret, region, service, date, signedHeaders, payloadHash } = scope;
  const { pathname, searchParams } = new URL(url);
  const query = [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const canonical = [method, pathname, query.join('&'), lines.join(''), signedHeaders.join(';'), payloadHash].join('\n');
  const credential = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, credential, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = credential.split('/').reduce<string | Buffer>((previous, part) => hmac(previous, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

/**
 * Whether the service would take a presigned request as it arrives: the signature in its address is that of the address, the method and the
 * headers it names.
 */
export function isPresignedValid(request: SignedRequest, secret: string, region: string, service: string): boolean {
  const query = new URL(request.url).searchParams;
  const scope = {
    ...{ secret, region, service, date: query.get('X-Amz-Date') ?? '' },
    ...{ signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'), payloadHash: 'UNSIGNED-PAYLOAD' },
  };
  return query.get('X-Amz-Signature') === signatureV4(request, scope);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

// Everything but letters, digits and -._~, which is more than encodeURIComponent does.
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
