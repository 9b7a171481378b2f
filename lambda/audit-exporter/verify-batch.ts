import { batchKey, digestInput, sha256, type BatchHeader } from './batch';
import { parseEventLine, type AuditEvent } from './event-line';
import { findingsOf, type Finding } from './findings';
import { parseHeaderLine } from './parse-header';
import { checkSignature, type VerificationKey } from './verification-key';

/** What one batch shows on its own. */
export interface BatchVerdict {
  /** Absent when the first line is none. */
  readonly header: BatchHeader | undefined;
  /** The lines that are events. */
  readonly events: readonly AuditEvent[];
  readonly findings: readonly Finding[];
}

const NEWLINE = 0x0a;

/**
 * Checks all that can be checked of a batch without its neighbours: 164.312(c)(1), 164.312(c)(2). One change can have several findings; each
 * names one thing that was signed and is not so.
 *
 * @param key name under which the bytes were found.
 */
export function verifyBatch(key: string, bytes: Uint8Array, keys: readonly VerificationKey[]): BatchVerdict {
  const finding = findingsOf(key);
  const end = bytes.indexOf(NEWLINE);
  const header = end < 0 ? undefined : parseHeaderLine(decode(bytes.subarray(0, end)) ?? '');
  if (!header) {
    const found = bytes.length === 0 ? 'an empty file' : 'another first line';
    return { header: undefined, events: [], findings: [finding('header_malformed', 'the header of a batch', found)] };
  }
  const body = bytes.subarray(end + 1);
  const { events, findings } = readLines(key, header, body);
  const named = batchKey(header);
  return {
    header,
    events,
    findings: [
      ...(named === key ? [] : [finding('name_mismatch', key, named)]),
      ...firstOfEachCode([...findings, ...order(key, header, events)]),
      ...seal(key, header, body, keys),
    ],
  };
}

function readLines(key: string, header: BatchHeader, body: Uint8Array): { events: AuditEvent[]; findings: Finding[] } {
  const finding = findingsOf(key);
  const text = decode(body);
  if (text === undefined) return { events: [], findings: [finding('truncated', 'text in UTF-8', 'other bytes')] };
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  const findings = rest === '' ? [] : [finding('truncated', 'a newline after the last event', `${rest.length} characters after it`)];
  if (lines.length !== header.n) findings.push(finding('count_mismatch', `${header.n} events`, `${lines.length} lines`));
  const events: AuditEvent[] = [];
  for (const [index, line] of lines.entries()) {
    const event = parseEventLine(line);
    if (event) events.push(event);
    else findings.push(finding('line_malformed', 'a canonical event', `another text as line ${index + 2}`));
  }
  return { events, findings };
}

function order(key: string, { from_xid, to_xid }: BatchHeader, events: readonly AuditEvent[]): readonly Finding[] {
  const finding = findingsOf(key);
  const findings: Finding[] = [];
  const [from, to] = [BigInt(from_xid), BigInt(to_xid)];
  if (to < from) findings.push(finding('window_gap', `an end at ${from_xid} or later`, to_xid));
  let before = 0n;
  for (const { seq, xid } of events) {
    if (BigInt(seq) <= before) findings.push(finding('seq_out_of_order', `a number above ${before}`, seq));
    if (BigInt(xid) < from || BigInt(xid) >= to)
      findings.push(finding('event_outside_window', `from ${from_xid}, before ${to_xid}`, `event ${seq} of transaction ${xid}`));
    before = BigInt(seq);
  }
  return findings;
}

/** A signature is worth looking at only when it is known what it should be of. */
function seal(key: string, header: BatchHeader, body: Uint8Array, keys: readonly VerificationKey[]): readonly Finding[] {
  const finding = findingsOf(key);
  const digested = digestInput(header, sha256(body));
  const digest = sha256(digested);
  if (digest !== header.digest) return [finding('digest_mismatch', header.digest, digest)];
  const signature = checkSignature(header, digested, keys);
  switch (signature) {
    case 'signed':
      return [];
    case 'signature_invalid':
      return [finding(signature, `a signature by ${header.key_id}`, 'a signature that this key did not make')];
    case 'key_unknown':
      return [finding(signature, keys.map(({ algorithm, keyId }) => keyId ?? `a key for ${algorithm}`).join(' or '), header.key_id)];
  }
}

/** A file of other text would have a finding for every line. */
function firstOfEachCode(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.toReversed().map((finding) => [finding.code, finding])).values()].toReversed();
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
