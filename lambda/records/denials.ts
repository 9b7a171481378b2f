import type { Uuid } from '../shared/uuid';
import type { RequestAudit } from './call';
import type { Principal } from './claims';
import { INTEGRITY_FAILURE_CODE } from './contract';
import type { Database } from './ports';
import { REFUSALS, type RefusalCode } from './refusals';
import type { AuditSubject, Route } from './routes';

/** What is known of a request that was refused; the less, the earlier. */
export interface RefusedRequest {
  readonly audit: RequestAudit;
  readonly requestId: Uuid;
  readonly clientIp: string | undefined;
  /** Only once the token held: claims that did not verify are nobody's. */
  readonly principal: Principal | undefined;
  readonly route: Route | undefined;
  readonly ids: ReadonlyMap<string, Uuid>;
}

/** What a request is about before it has a route. */
const NO_ROUTE: AuditSubject = { type: 'session', action: 'E', resource: 'request' };

/** Refused by rule rather than for a fault. */
const DENIED_STATUSES: readonly number[] = [401, 403, 404];

/**
 * Leaves the audit row of a refusal that no statement has recorded: 164.312(b), 164.308(a)(5)(ii)(C). One round trip.
 *
 * @returns false when the row is not there: then the refusal may not be answered as what it is.
 */
export async function recordDenial(database: Database, request: RefusedRequest, code: RefusalCode): Promise<boolean> {
  const { audit, principal, route, ids } = request;
  const { type, action, resource } = route?.audit ?? NO_ROUTE;
  const isIntegrity = code === INTEGRITY_FAILURE_CODE;
  const patient = ids.get('patient') ?? null;
  try {
    const [row] = await database.call('record_denial', [
      principal?.sub ?? null, principal?.role ?? null, audit.next, request.clientIp ?? null, request.requestId,
      isIntegrity ? 'integrity.failure' : type, action, DENIED_STATUSES.includes(REFUSALS[code]) ? 'denied' : 'failed',
      resource, resourceIdOf(ids) ?? patient, patient, code,
    ]);
    if (row?.['outcome'] !== 'ok') return false;
  } catch {
    // Whatever it was, the row is not known to be there.
    return false;
  }
  audit.add(1);
  return true;
}

/** The last id of a path is the thing itself, where it is not the patient. */
function resourceIdOf(ids: ReadonlyMap<string, Uuid>): Uuid | undefined {
  return [...ids].findLast(([name]) => name !== 'patient')?.[1];
}
