import { parseDigest, type Digest } from './digest';
import type { ChainLink } from './digest-chain';
import type { DigestName, DigestPlace } from './digest-names';
import { isSignedBy } from './digest-signature';
import { findingsAbout, type Finding } from './findings';
import type { DigestObject, DigestStore } from './ports';
import type { PublicKeys } from './public-keys';

/** What one digest shows on its own. */
export interface DigestVerdict {
  readonly link: ChainLink;
  readonly findings: readonly Finding[];
  /** The digest, where its list of log files is worth looking at: what is not CloudTrail's list proves nothing. */
  readonly trusted: Digest | undefined;
}

/** What digests are held against. */
export interface DigestContext {
  readonly place: DigestPlace;
  readonly store: Pick<DigestStore, 'bucket' | 'losesSignatures'>;
  readonly keys: PublicKeys;
}

/**
 * Checks all that can be checked of a digest without its neighbours: form, place, signature. 164.312(c)(1), 164.312(c)(2).
 *
 * @throws TrailError when the public keys cannot be had.
 */
export async function verifyDigest(name: DigestName, object: DigestObject, context: DigestContext): Promise<DigestVerdict> {
  const finding = findingsAbout(name.key);
  const digest = parseDigest(object.bytes);
  if (typeof digest === 'string') {
    const link = { name, digest: undefined, signature: object.signature, standing: 'refused' } as const;
    return { link, findings: [finding('digest_malformed', 'a digest', digest)], trusted: undefined };
  }
  const misplaced = placeOf(name, digest, context);
  const signature = await signatureOf(name, digest, object, context);
  const standing = signature.length > 0 ? 'refused' : object.signature === undefined ? 'unsigned' : 'signed';
  const link: ChainLink = { name, digest, signature: object.signature, standing };
  return { link, findings: [...misplaced, ...signature], trusted: signature.length === 0 ? digest : undefined };
}

function placeOf(name: DigestName, digest: Digest, { place, store }: DigestContext): readonly Finding[] {
  const finding = findingsAbout(name.key);
  const findings: Finding[] = [];
  if (digest.key !== name.key) findings.push(finding('digest_misplaced', 'its own name', `the name ${digest.key}`));
  if (store.bucket !== undefined && digest.bucket !== store.bucket)
    findings.push(finding('digest_misplaced', `the bucket ${store.bucket}`, `the bucket ${digest.bucket}`));
  if (digest.account !== place.account) findings.push(finding('digest_misplaced', `account ${place.account}`, `account ${digest.account}`));
  if (digest.endMs !== name.endMs) findings.push(finding('digest_misplaced', 'the time of its name', `an end at ${digest.endTime}`));
  return findings;
}

async function signatureOf(name: DigestName, digest: Digest, object: DigestObject, context: DigestContext): Promise<readonly Finding[]> {
  const finding = findingsAbout(name.key);
  const { signature, generatedAt } = object;
  if (signature === undefined)
    return context.store.losesSignatures ? [] : [finding('signature_missing', 'a signature in the metadata', 'none: it was written anew')];
  const signedMs = name.isBackfill ? Date.parse(generatedAt ?? '') : name.endMs;
  if (Number.isNaN(signedMs)) return [finding('digest_malformed', 'a time in backfill-generation-timestamp', 'none')];
  const key = await context.keys.find(name.region, digest.fingerprint, signedMs);
  if (!key) return [finding('key_unknown', `a key of CloudTrail in ${name.region} at that time`, `the fingerprint ${digest.fingerprint}`)];
  return isSignedBy(digest, signature, key)
    ? []
    : [finding('signature_invalid', 'a signature by CloudTrail', 'one that its key did not make')];
}
