import { createHash } from 'node:crypto';

/** Namespace of every identifier of a pack: RFC 4122's for URLs, applied to the name of this format. */
const URL_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
const FORMAT = 'urn:telehealth-hipaa-baseline:evidence';

/** A UUID of version 5: the same name gives the same identifier, on every machine. */
export function uuidOf(...name: readonly string[]): string {
  return version5(version5(URL_NAMESPACE, FORMAT), name.join('\u0000'));
}

function version5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
