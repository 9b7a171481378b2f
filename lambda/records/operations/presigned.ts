import { CodedError } from '../../shared/outcome';
import type { Call } from '../call';
import type { ObjectAccess, PresignedRequest } from '../ports';
import { refuse, type Refused } from '../refusals';

/** How long an address works, in seconds: long enough to follow it at once, too short to pass it on. */
const LIFETIME_S = 60;

/** An address as an answer holds it, or why there is none. */
export type Presigned = { readonly kind: 'presigned'; readonly request: PresignedRequest & { readonly expires_at: string } } | Refused;

/**
 * Signs an address after its grant has committed, so that an object that was fetched always has an audit row, which the address names:
 * 164.312(b).
 */
export async function presign(
  call: Call,
  auditId: ObjectAccess['auditId'],
  key: unknown,
  sign: (access: ObjectAccess) => Promise<PresignedRequest>,
): Promise<Presigned> {
  if (typeof key !== 'string') throw new CodedError('row_without_object_key');
  try {
    const request = await sign({ key, auditId, lifetimeS: LIFETIME_S });
    return { kind: 'presigned', request: { ...request, expires_at: new Date(call.nowMs + LIFETIME_S * 1_000).toISOString() } };
  } catch {
    return refuse('object_store_unavailable');
  }
}
