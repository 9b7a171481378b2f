import type { AuditSubject, Route, RouteName } from '../lambda/records/routes';
import type { AuditEvent } from './openapi-types';

/** Events that differ from what the route's own entry names, and when they are left. */
const OTHERS: { readonly [Name in RouteName]?: Partial<AuditSubject> & { readonly when: string } } = {
  'patient.search': { resource: 'billing', when: 'the role is billing' },
  'emergency.review': { action: 'R', when: 'no outcome is given' },
  'principal.put': { action: 'C', when: 'the user was not known before' },
};

/** What a success leaves in the audit trail: 164.312(b). The first is the usual one, and the one that a refusal leaves. */
export function auditEventsOf({ name, audit, idempotent }: Route & { readonly name: RouteName }): readonly AuditEvent[] {
  const other = OTHERS[name];
  // An emergency stays one, however often it is asked for; any other creation that is repeated was a reading.
  const isReading = idempotent && audit.type !== 'emergency.override';
  const type = audit.type === 'phi.change' ? 'phi.access' : audit.type;
  return [
    audit,
    ...(other ? [{ ...audit, ...other }] : []),
    ...(isReading ? [{ ...audit, type, action: 'R', when: 'the key was used before' } as const] : []),
  ];
}
