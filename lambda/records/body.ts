import type { ReadHeader } from './headers';
import { refuse, type Refused } from './refusals';
import { parseStrictJson, type JsonObject, type ParsedJson } from './strict-json';

/** A request's body: absent, or a JSON object. */
export type Body = { readonly kind: 'none' } | { readonly kind: 'parsed'; readonly value: JsonObject } | Refused;

/** Largest body, in bytes after base64. Files never come this way. */
export const MAX_BODY_BYTES = 65_536;

const CONTENT_TYPE = /^application\/json(?:\s*;\s*charset=utf-8)?$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Turns what the load balancer passed on into a JSON object, or refuses it. Nothing is repaired: bytes that are not UTF-8, a length that is
 * not the one announced and a base64 flag that does not fit the text all end the request: 164.312(c)(1).
 */
export function readBody(raw: unknown, isBase64: boolean, headers: ReadonlyMap<ReadHeader, string>): Body {
  if (raw === undefined || raw === null || raw === '') {
    return announcedLength(headers) === 0 ? { kind: 'none' } : refuse('body_length_mismatch');
  }
  if (typeof raw !== 'string') return refuse('event_malformed');
  const decoded = isBase64 ? decodeBase64(raw) : encodeText(raw);
  if ('kind' in decoded) return decoded;
  if (decoded.length > MAX_BODY_BYTES) return refuse('body_too_large');
  if (headers.has('content-length') && announcedLength(headers) !== decoded.length) return refuse('body_length_mismatch');
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return refuse('body_content_encoding');
  if (!CONTENT_TYPE.test(headers.get('content-type') ?? '')) return refuse('body_content_type');
  return parseBytes(decoded);
}

/** NaN, which equals no length, when the header is not a plain number. */
function announcedLength(headers: ReadonlyMap<ReadHeader, string>): number {
  const announced = headers.get('content-length') ?? '0';
  return /^\d{1,9}$/.test(announced) ? Number(announced) : Number.NaN;
}

function decodeBase64(raw: string): Buffer | Refused {
  // Four characters carry three bytes; checked first so that a megabyte is not decoded to be refused.
  if (raw.length > Math.ceil(MAX_BODY_BYTES / 3) * 4) return refuse('body_too_large');
  if (!BASE64.test(raw)) return refuse('body_not_bytes');
  const bytes = Buffer.from(raw, 'base64');
  // Unused bits in the last character are a second spelling of the same bytes.
  return bytes.toString('base64') === raw ? bytes : refuse('body_not_bytes');
}

function encodeText(raw: string): Buffer | Refused {
  if (raw.length > MAX_BODY_BYTES) return refuse('body_too_large');
  // As text, the body was decoded before it came here: a replacement character marks bytes that were lost on the way.
  return /\p{Surrogate}|\uFFFD/u.test(raw) ? refuse('body_encoding') : Buffer.from(raw, 'utf8');
}

function parseBytes(bytes: Buffer): ParsedJson {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return refuse('body_encoding');
  }
  return text.startsWith('\uFEFF') ? refuse('body_encoding') : parseStrictJson(text);
}
