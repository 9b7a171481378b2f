import { isRecord } from '../shared/record';

/** What a run is asked to do: what is due, or to begin a rotation of every class besides. */
export type RotationRequest = { readonly kind: 'due' } | { readonly kind: 'rotate' };

/**
 * Parses what the function is invoked with: `{}` by the schedule, `{"rotate": true}` by an operator.
 *
 * @returns undefined for anything else, so that a slip of the pen does nothing.
 */
export function parseRotationRequest(event: unknown): RotationRequest | undefined {
  if (!isRecord(event)) return undefined;
  const names = Object.keys(event);
  if (names.length === 0) return { kind: 'due' };
  return names.length === 1 && event['rotate'] === true ? { kind: 'rotate' } : undefined;
}
