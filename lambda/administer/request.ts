import { isRecord } from '../shared/record';
import { parseUuid, type Uuid } from '../shared/uuid';
import type { AdministerResourceProperties } from './contract';

/** What an operator may ask for, one thing at a time. */
export type AdministerRequest =
  /** Makes the first administrator, whom no administrator can make. */
  | { readonly kind: 'bootstrap_admin'; readonly sub: Uuid }
  /** Begins a new chain of batches after a restore; `prev` is the last digest that the bucket holds. */
  | { readonly kind: 'begin_epoch'; readonly epoch: Uuid; readonly prev: string }
  /** Sets out a record as bait, or takes it away. */
  | { readonly kind: 'honey_patient'; readonly patient: Uuid | undefined };

const DIGEST = /^[0-9a-f]{64}$/;

/** A year: a limit beyond it is a slip of the pen. */
const MAX_HOURS = 8_760;

/**
 * Parses what the function is invoked with: exactly one of `{"bootstrapAdmin": uuid}`, `{"beginEpoch": {"epoch": uuid, "prev": 64 hex}}`
 * and `{"honeyPatient": uuid or null}`.
 *
 * @returns undefined for anything else.
 */
export function parseAdministerRequest(event: unknown): AdministerRequest | undefined {
  if (!isRecord(event)) return undefined;
  const [name, ...others] = Object.keys(event);
  if (others.length > 0) return undefined;
  switch (name) {
    case 'bootstrapAdmin': {
      const sub = parseUuid(event[name]);
      return sub && { kind: 'bootstrap_admin', sub };
    }
    case 'beginEpoch':
      return parseEpoch(event[name]);
    case 'honeyPatient': {
      if (event[name] === null) return { kind: 'honey_patient', patient: undefined };
      const patient = parseUuid(event[name]);
      return patient && { kind: 'honey_patient', patient };
    }
    case undefined:
    default:
      return undefined;
  }
}

function parseEpoch(value: unknown): AdministerRequest | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 2) return undefined;
  const epoch = parseUuid(value['epoch']);
  const prev = value['prev'];
  return epoch && typeof prev === 'string' && DIGEST.test(prev) ? { kind: 'begin_epoch', epoch, prev } : undefined;
}

/** The limit that the properties of the custom resource ask for. */
export type ReadLimit = { readonly kind: 'limit'; readonly hours: number | undefined } | { readonly kind: 'malformed' };

/** Parses {@link AdministerResourceProperties}: whole hours, from 1 to 8,760, or no limit where the property is absent. */
export function parseReadLimit(properties: Readonly<Record<string, unknown>>): ReadLimit {
  const name: keyof AdministerResourceProperties = 'StopReadsAfterHours';
  const text = properties[name];
  if (text === undefined) return { kind: 'limit', hours: undefined };
  const hours = typeof text === 'string' && /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  return hours >= 1 && hours <= MAX_HOURS ? { kind: 'limit', hours } : { kind: 'malformed' };
}
