import { randomUUID } from 'node:crypto';
import type { Role } from '../../lambda/records/contract';
import { ROUTES, type Route, type RouteName } from '../../lambda/records/routes';
import type { Answer, RecordsApi, RequestOptions } from './records-api';
import { VALUES, type RecordsScene } from './records-scene';
import type { Actor } from './sql-world';

/** Ids and identifiers that a request may name, in the words of the route table. */
export interface Named {
  readonly patient: string;
  readonly note: string;
  readonly appointment: string;
  readonly session: string;
  readonly document: string;
  readonly grant: string;
  readonly assessment: string;
  readonly member: string;
  readonly principal: string;
  readonly mrn: string;
  readonly insuranceId: string;
}

/** One route of the table, with its name. */
export type NamedRoute = Route & { readonly name: RouteName };

/** The table, each route with the roles it is for as plain data. */
export const ALL_ROUTES: readonly NamedRoute[] = ROUTES;

/** The route of a name. */
export function routeOf(name: RouteName): NamedRoute {
  const found = ALL_ROUTES.find((route) => route.name === name);
  if (!found) throw new Error(`There is no route ${name}.`);
  return found;
}

/** What a scene consists of; `member` is a clinician outside its care team, `principal` is nobody yet. */
export function namedBy(scene: RecordsScene): Named {
  const { patient, note, appointment, session, document, grant, assessment, mrn, insuranceId } = scene;
  return { patient, note, appointment, session, document, grant, assessment, mrn, insuranceId, member: scene.outsider.sub, principal: randomUUID() };
}

/** Names of the same form that nothing has. */
export function namedNothing(): Named {
  const [patient, note, appointment, session, document] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const others = { grant: randomUUID(), assessment: randomUUID(), member: randomUUID(), principal: randomUUID() };
  return { patient, note, appointment, session, document, ...others, mrn: unusedMrn(), insuranceId: 'INS-NOBODY' };
}

let used = 0;

/** An mrn that no record has yet. */
export function unusedMrn(): string {
  used += 1;
  return `MRN-NEW-${String(used).padStart(5, '0')}-${process.pid}`;
}

const { name, date_of_birth, starts_at, ends_at, reason, title, reason_text, recipient } = VALUES;

/** The smallest good body of each route that takes one. */
const BODIES: { readonly [Name in RouteName]?: (named: Named, role: Role) => Readonly<Record<string, unknown>> } = {
  'patient.create': () => ({ name, date_of_birth, mrn: unusedMrn() }),
  'patient.search': ({ mrn, insuranceId }, role) => (role === 'billing' ? { insurance_id: insuranceId } : { mrn }),
  'patient.update': () => ({ medical_history: VALUES.medical_history }),
  'patient.void': () => ({ reason: 'test_data' }),
  'billing.update': () => ({ billing_address: VALUES.billing_address }),
  'note.create': () => ({ body: VALUES.note }),
  'note.amend': () => ({ body: VALUES.note }),
  'appointment.create': () => ({ starts_at, ends_at }),
  'appointment.update': () => ({ reason }),
  'appointment.cancel': () => ({ reason: 'other' }),
  'session.create': () => ({ started_at: starts_at }),
  'document.create': () => ({ title, content_type: 'text/plain', size_bytes: 1, sha256: 'cd'.repeat(32) }),
  'emergency.open': ({ patient }) => ({ patient_id: patient, reason_code: 'disaster', reason_text }),
  'emergency.review': () => ({}),
  'disclosure.create': () => ({ disclosed_at: starts_at, recipient, data_classes: ['clinical'], purpose: 'judicial' }),
  'audit.search': ({ patient }) => ({ patient }),
  'breach.assess': ({ patient }) => ({
    ...{ discovered_at: starts_at, from: '2020-01-01T00:00:00Z', to: ends_at, key_exposure: 'none' },
    patients: [patient],
  }),
  'principal.put': () => ({ role: 'clinician', disabled: false }),
};

/** The path of a route with its ids filled in. */
export function pathOf({ path }: Pick<Route, 'path'>, named: Named): string {
  return path.replace(/\{(\w+)\}/g, (_, id: keyof Named) => named[id]);
}

/** The body that the route asks for, and the version where it has to be named. Whatever is given replaces what would have been sent. */
export function optionsOf(route: NamedRoute, named: Named, role: Role, given: RequestOptions = {}): RequestOptions {
  const body = BODIES[route.name]?.(named, role);
  return {
    ...(body === undefined ? {} : { body }),
    ...given,
    headers: { ...(route.ifMatch === 'required' ? { 'if-match': '"1"' } : {}), ...given.headers },
  };
}

/** Sends a good request of a route as somebody, with parts of it replaced. */
export function sendRoute(api: RecordsApi, actor: Actor, name: RouteName, named: Named, given: RequestOptions = {}): Promise<Answer> {
  const route = routeOf(name);
  return api.send(actor, route.method, pathOf(route, named), optionsOf(route, named, actor.role, given));
}

/** The person of a scene who may use a route as the given role: who is in the care team, whose own record it is. */
export function callerOf(scene: RecordsScene, role: Role, route?: RouteName): Actor {
  const callers: Readonly<Record<Role, Actor>> = {
    admin: scene.admin,
    // Nobody opens an emergency for a patient already in care.
    clinician: route === 'emergency.open' ? scene.outsider : scene.clinician,
    billing: scene.billing,
    patient: scene.self,
  };
  return callers[role];
}

/** Every pair of a route and a role that has it. */
export const ROUTES_BY_ROLE: readonly (readonly [RouteName, Role])[] = ALL_ROUTES.flatMap(({ name: routeName, roles }) =>
  roles.map((role) => [routeName, role] as const),
);
