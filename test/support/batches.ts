import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import * as path from 'node:path';
import { auditEventId } from '../../lambda/shared/audit-id';
import type { Uuid } from '../../lambda/shared/uuid';
import { NO_PREVIOUS_DIGEST, type BatchPlan } from '../../lambda/audit-exporter/batch';
import { eventLine, parseEvent, type AuditEvent } from '../../lambda/audit-exporter/event-line';
import type { BatchSigner } from '../../lambda/audit-exporter/ports';
import { sealBatch, type SealedBatch } from '../../lambda/audit-exporter/seal-batch';
import { publicKeyId, verificationKey, type VerificationKey } from '../../lambda/audit-exporter/verification-key';
import { idOf } from './crypto-keys';

/** A signer with its public half. */
export interface TestSigner {
  readonly signer: BatchSigner;
  readonly key: VerificationKey;
  readonly pem: string;
}

/** A new Ed25519 signer. */
export function makeSigner(keyId?: string): TestSigner {
  return signerOf(generateKeyPairSync('ed25519').privateKey, keyId);
}

/** A signer that always has the same key. */
export function signerOf(privateKey: KeyObject, keyId?: string): TestSigner {
  const publicKey = createPublicKey(privateKey);
  const key = verificationKey(publicKey, publicKeyId(publicKey));
  if (typeof key === 'string') throw new Error(key);
  const signer: BatchSigner = {
    algorithm: 'Ed25519',
    keyId: keyId ?? publicKeyId(publicKey),
    sign: (digest) => Promise.resolve(sign(null, digest, privateKey)),
  };
  return { signer, key, pem: publicKey.export({ format: 'pem', type: 'spki' }) as string };
}

/** A key that is no secret, for bytes that a test pins. */
export function fixedSigner(): TestSigner {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]);
  return signerOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

/** An event of a number; the transaction has the same. */
export function eventOf(seq: number, overrides: Partial<Record<keyof AuditEvent, unknown>> = {}): AuditEvent {
  const event = parseEvent({
    seq: String(seq),
    id: idOf(seq),
    xid: String(seq),
    at: `2026-03-01T09:00:${String(seq % 60).padStart(2, '0')}.000001Z`,
    actor_id: idOf(900),
    actor_role: 'clinician',
    event_type: 'phi.access',
    action: 'R',
    outcome: 'success',
    resource_type: 'patient',
    resource_id: null,
    patient_id: idOf(800),
    ip: '203.0.113.9',
    request_id: `request-${seq}`,
    purpose: 'TREAT',
    emergency: false,
    fields: ['name', 'mrn'],
    reason: null,
    ...overrides,
  });
  if (!event) throw new Error('not an event');
  return event;
}

/** When the first batch of a chain of {@link makeChain} was planned. */
export const FIRST_PLANNED_MS = Date.parse('2026-03-01T09:00:00Z');

/** What a chain is made of. */
export interface ChainOptions {
  readonly signer: BatchSigner;
  readonly epoch?: Uuid;
  /** Events of each batch, by number; the window of a batch is exactly theirs. */
  readonly sizes: readonly number[];
  /** When each was planned, in minutes after the first. @default one a minute */
  readonly minutes?: readonly number[];
  /** Where a later epoch goes on. */
  readonly after?: { readonly no: number; readonly seq: number; readonly digest: string; readonly minute: number };
}

/** Makes batches that hang together. */
export async function makeChain({ signer, epoch = idOf(1), sizes, minutes, after }: ChainOptions): Promise<SealedBatch[]> {
  const made: SealedBatch[] = [];
  let seq = after?.seq ?? 1;
  for (const [index, size] of sizes.entries()) {
    const plan: BatchPlan = {
      epoch,
      no: String((after?.no ?? 1) + index),
      from_xid: seq === 1 ? '0' : String(seq),
      to_xid: String(seq + size),
      planned_at: new Date(FIRST_PLANNED_MS + ((after?.minute ?? 0) + (minutes?.[index] ?? index)) * 60_000).toISOString().replace('Z', '000Z'),
      prev: made.at(-1)?.digest ?? after?.digest ?? NO_PREVIOUS_DIGEST,
    };
    made.push(await sealBatch(plan, Array.from({ length: size }, (_, at) => eventLine(eventOf(seq + at))), signer));
    seq += size;
  }
  return made;
}

/** Writes batches below a folder. */
export function writeBatches(folder: string, batches: readonly SealedBatch[]): void {
  for (const { key, bytes } of batches) {
    mkdirSync(path.dirname(path.join(folder, key)), { recursive: true });
    writeFileSync(path.join(folder, key), bytes);
  }
}

/** Text of a batch's file, as lines; the last is empty. */
export function linesOf(folder: string, key: string): string[] {
  return readFileSync(path.join(folder, key), 'utf8').split('\n');
}

/** A line of the request log that stands for the events of an answer. */
export function logLine(auditId: Uuid, auditEvents: number): string {
  return JSON.stringify({ event: 'request', requestId: idOf(700), status: 200, code: 'ok', auditId, auditEvents });
}

/** Ids of the events of an answer. */
export function answerIds(auditId: Uuid, n: number): readonly Uuid[] {
  return Array.from({ length: n }, (_, index) => auditEventId(auditId, index + 1));
}
