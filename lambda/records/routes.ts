import type { Role } from './contract';
import type { Method } from './edge';

/** What an audit row says a request was about: event type, action (create, read, update, delete, execute) and kind of resource. */
export interface AuditSubject {
  readonly type: string;
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  readonly resource: string;
}

/** One route. A segment written `{name}` takes a lower-case UUID; every other segment is matched letter by letter. */
export interface Route {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  /** Who may call it at all; whose record it is, the database decides. */
  readonly roles: readonly Role[];
  /** Query keys the route knows; any other is refused. */
  readonly query: readonly string[];
  readonly body: 'none' | 'json';
  /** Whether a version is named by `If-Match`. */
  readonly ifMatch: 'required' | 'optional' | 'none';
  /** Whether `Idempotency-Key` makes a repetition harmless. */
  readonly idempotent: boolean;
  /** Status of success. */
  readonly status: 200 | 201;
  /** What the audit row of a refusal names; the row of a success is written by the statement that succeeds. */
  readonly audit: AuditSubject;
}

type Rest = Partial<Pick<Route, 'query' | 'body' | 'ifMatch' | 'idempotent' | 'status'>>;

const DEFAULTS = { query: [], body: 'none', ifMatch: 'none', idempotent: false, status: 200 } as const satisfies Rest;
const PAGE = { query: ['cursor', 'limit'] } as const;
const CREATION = { body: 'json', idempotent: true, status: 201 } as const;
const CHANGE = { body: 'json', ifMatch: 'required' } as const;
const REMOVAL = { body: 'json', ifMatch: 'optional' } as const;

const CARE = ['clinician', 'patient'] as const;

function route<const Name extends string>(
  name: Name,
  request: `${Method} /v1/${string}`,
  roles: readonly Role[],
  audit: `${string}/${AuditSubject['action']}/${string}`,
  rest: Rest = {},
): Route & { readonly name: Name } {
  const [method, path] = request.split(' ') as [Method, string];
  const [type, action, resource] = audit.split('/') as [string, AuditSubject['action'], string];
  return { ...DEFAULTS, name, method, path, roles, audit: { type, action, resource }, ...rest };
}

/**
 * Every route of the service: 164.312(a)(1). There is no unauthenticated one and no health check: a function target needs none. Searches
 * are POSTs, because load balancer logs keep the whole URL.
 */
export const ROUTES = [
  route('me.read', 'GET /v1/me', ['admin', 'clinician', 'billing', 'patient'], 'session/R/principal'),
  route('patient.list', 'GET /v1/patients', ['clinician'], 'phi.search/E/patient', PAGE),
  route('patient.create', 'POST /v1/patients', ['clinician'], 'phi.change/C/patient', CREATION),
  route('patient.search', 'POST /v1/patients/search', ['clinician', 'billing'], 'phi.search/E/patient', { body: 'json' }),
  route('patient.read', 'GET /v1/patients/{patient}', ['clinician', 'billing', 'patient'], 'phi.access/R/patient'),
  route('patient.update', 'PATCH /v1/patients/{patient}', ['clinician'], 'phi.change/U/patient', CHANGE),
  route('patient.void', 'DELETE /v1/patients/{patient}', ['clinician'], 'phi.change/D/patient', REMOVAL),
  route('billing.read', 'GET /v1/patients/{patient}/billing', ['billing', 'patient'], 'phi.access/R/billing'),
  route('billing.update', 'PATCH /v1/patients/{patient}/billing', ['billing'], 'phi.change/U/billing', CHANGE),
  route('note.list', 'GET /v1/patients/{patient}/notes', CARE, 'phi.access/R/note', PAGE),
  route('note.create', 'POST /v1/patients/{patient}/notes', ['clinician'], 'phi.change/C/note', CREATION),
  route('note.read', 'GET /v1/notes/{note}', CARE, 'phi.access/R/note'),
  route('note.amend', 'POST /v1/patients/{patient}/notes/{note}/versions', ['clinician'], 'phi.change/U/note', { ...CHANGE, status: 201 }),
  route('appointment.list', 'GET /v1/patients/{patient}/appointments', CARE, 'phi.access/R/appointment', PAGE),
  route('appointment.create', 'POST /v1/patients/{patient}/appointments', ['clinician'], 'phi.change/C/appointment', CREATION),
  route('appointment.update', 'PATCH /v1/patients/{patient}/appointments/{appointment}', ['clinician'], 'phi.change/U/appointment', CHANGE),
  route('appointment.cancel', 'DELETE /v1/patients/{patient}/appointments/{appointment}', ['clinician'], 'phi.change/D/appointment', REMOVAL),
  route('session.list', 'GET /v1/patients/{patient}/sessions', CARE, 'phi.access/R/session', PAGE),
  route('session.create', 'POST /v1/patients/{patient}/sessions', ['clinician'], 'phi.change/C/session', CREATION),
  route('recording.access', 'POST /v1/sessions/{session}/recording-access', CARE, 'phi.disclosure.grant/E/session'),
  route('document.create', 'POST /v1/patients/{patient}/documents', ['clinician'], 'phi.change/C/document', CREATION),
  route('document.access', 'POST /v1/documents/{document}/access', CARE, 'phi.disclosure.grant/E/document'),
  route('emergency.open', 'POST /v1/emergency-access', ['clinician'], 'emergency.override/E/emergency_grant', CREATION),
  route('emergency.review', 'POST /v1/emergency-access/{grant}/review', ['admin', 'clinician'], 'emergency.review/E/emergency_grant', {
    body: 'json',
  }),
  route('access_report.read', 'GET /v1/patients/{patient}/access-report', ['patient', 'admin'], 'audit.read/R/access_report', PAGE),
  route('disclosure.list', 'GET /v1/patients/{patient}/disclosures', ['admin'], 'disclosure/R/disclosure', PAGE),
  route('disclosure.create', 'POST /v1/patients/{patient}/disclosures', ['admin'], 'disclosure/C/disclosure', CREATION),
  route('audit.search', 'POST /v1/audit-events/search', ['admin'], 'audit.read/R/audit_event', { body: 'json', query: ['format'] }),
  route('breach.assess', 'POST /v1/breach-assessments', ['admin'], 'breach/C/breach_assessment', CREATION),
  route('breach.read', 'GET /v1/breach-assessments/{assessment}', ['admin'], 'breach/R/breach_assessment'),
  route('care_team.put', 'PUT /v1/care-teams/{patient}/{member}', ['admin'], 'authz.change/C/care_team'),
  route('care_team.delete', 'DELETE /v1/care-teams/{patient}/{member}', ['admin'], 'authz.change/D/care_team'),
  route('principal.put', 'PUT /v1/principals/{principal}', ['admin'], 'authz.change/U/principal', { body: 'json' }),
] as const;

/** Name of a route: what logs and audit rows hold instead of a path, which carries ids. */
export type RouteName = (typeof ROUTES)[number]['name'];
