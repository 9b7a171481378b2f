import { randomInt, randomUUID } from 'node:crypto';
import type { Role } from '../../lambda/records/contract';
import type { RouteName } from '../../lambda/records/routes';
import type { Answer, RecordsApi, RequestOptions } from '../support/records-api';
import type { RecordsScene } from '../support/records-scene';
import type { Actor } from '../support/sql-world';
import { exampleFor, operationOf, type Named } from './contract';

type Body = Readonly<Record<string, unknown>>;

/** A request that the service has every reason to grant. */
export interface Prepared {
  readonly actor: Actor;
  /** Ids of the path by name. */
  readonly ids: Readonly<Record<string, string>>;
  readonly route: Named;
  readonly options: RequestOptions & { readonly body?: Body };
}

/** A running service and a patient with one of everything. */
export interface Stage {
  readonly api: RecordsApi;
  readonly scene: RecordsScene;
}

/** Sends a request, some of its parts replaced. */
export function send({ api }: Stage, prepared: Prepared, replaced: Partial<Prepared> = {}): Promise<Answer> {
  const { actor, ids, route, options } = { ...prepared, ...replaced };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
  return api.send(actor, route.method, path, { ...prepared.options, ...options });
}

/**
 * Prepares a request of a route for a role: the example of the document, with what no example can know replaced, such as whose record it
 * is. What the request uses up is made for it.
 */
export async function prepare(stage: Stage, route: Named, role: Role): Promise<Prepared> {
  const { note, appointment, session, document, grant, assessment, outsider, patient, clinician, billing, admin, self } = stage.scene;
  const ids = { patient, note, appointment, session, document, grant, assessment, member: outsider.sub, principal: randomUUID() };
  const actors: Readonly<Record<Role, Actor>> = { clinician, billing, admin, patient: self };
  const content = operationOf(route).requestBody?.content['application/json'];
  return {
    // An emergency is somebody's outside the care team.
    actor: route.name === 'emergency.open' ? outsider : actors[role],
    ids: { ...ids, ...(await FRESH[route.name]?.(stage)) },
    route,
    options: {
      ...(route.ifMatch === 'required' ? { headers: { 'if-match': '"1"' } } : {}),
      ...(content ? { body: await adapt(stage, route.name, role, exampleFor(content, role) as Body) } : {}),
    },
  };
}

/** Changes a body so that it holds between its keys and with what is on record, as the document says in words. */
export async function adapt(stage: Stage, name: RouteName, role: Role, body: Body): Promise<Body> {
  return (await ADAPTED[name]?.(body, stage, role)) ?? body;
}

const ADAPTED: { readonly [Name in RouteName]?: (body: Body, stage: Stage, role: Role) => Body | Promise<Body> } = {
  'patient.create': (body) => ({ ...replace(body, 'ssn', ssn()), mrn: `MRN-${randomUUID()}` }),
  'patient.search': (_, { scene }, role) => (role === 'billing' ? { insurance_id: scene.insuranceId } : { mrn: scene.mrn }),
  'billing.update': (body) => replace(body, 'insurance_id', `INS-${randomUUID()}`),
  'emergency.open': (body, { scene }) => replace(replace(body, 'mrn', scene.mrn), 'patient_id', scene.patient),
  'session.create': (body, { scene }) => inOrder(replace(body, 'appointment_id', scene.appointment), 'started_at', 'ended_at'),
  'appointment.create': (body) => inOrder(body, 'starts_at', 'ends_at'),
  // One time alone would have to fit the other one, which is on record.
  'appointment.update': (body) =>
    'starts_at' in body && 'ends_at' in body
      ? inOrder(body, 'starts_at', 'ends_at')
      : { reason: 'Follow-up', ...without(body, 'starts_at', 'ends_at') },
  'breach.assess': (body) => inOrder(body, 'from', 'to'),
  'audit.search': (body) => without(body, 'cursor'),
  'principal.put': async (body, stage) => ({
    ...without(body, 'patient_id'),
    ...(body['role'] === 'patient' ? { patient_id: await makePatient(stage) } : {}),
  }),
};

/** What a request uses up, by its name in the path. */
const FRESH: { readonly [Name in RouteName]?: (stage: Stage) => Promise<Readonly<Record<string, string>>> } = {
  'patient.update': freshPatient,
  'patient.void': freshPatient,
  'billing.update': freshPatient,
  'note.amend': async (stage) => ({ note: await made(stage, stage.scene.clinician, 'notes', { body: 'First.' }) }),
  'appointment.update': freshAppointment,
  'appointment.cancel': freshAppointment,
  'emergency.review': async (stage) => {
    const body = { patient_id: stage.scene.patient, reason_code: 'disaster', reason_text: 'Flood.' };
    return { grant: await made(stage, await stage.api.world.principal('clinician'), undefined, body) };
  },
  'care_team.put': async ({ api }) => ({ member: (await api.world.principal('clinician')).sub }),
  'care_team.delete': async ({ api, scene }) => {
    const { sub: member } = await api.world.principal('clinician');
    await api.send(scene.admin, 'PUT', `/v1/care-teams/${scene.patient}/${member}`);
    return { member };
  },
};

async function freshPatient(stage: Stage): Promise<Readonly<Record<string, string>>> {
  return { patient: await makePatient(stage) };
}

async function freshAppointment(stage: Stage): Promise<Readonly<Record<string, string>>> {
  const body = { starts_at: '2031-01-01T00:00:00Z', ends_at: '2031-01-01T01:00:00Z' };
  return { appointment: await made(stage, stage.scene.clinician, 'appointments', body) };
}

/** A patient in the care team of the scene's clinician. */
async function makePatient({ api, scene }: Stage): Promise<string> {
  const body = { name: 'Avery Example', date_of_birth: '1984-02-29', mrn: `MRN-${randomUUID()}` };
  return idOf(await api.send(scene.clinician, 'POST', '/v1/patients', { body }));
}

/** Makes a thing of the scene's patient, or an emergency grant. */
async function made({ api, scene }: Stage, actor: Actor, kind: 'notes' | 'appointments' | undefined, body: Body): Promise<string> {
  return idOf(await api.send(actor, 'POST', kind ? `/v1/patients/${scene.patient}/${kind}` : '/v1/emergency-access', { body }));
}

function idOf({ body, raw }: Answer): string {
  if (typeof body['id'] !== 'string') throw new Error(`Nothing was made: ${raw}`);
  return body['id'];
}

/** Of the range that is never given out. */
const ssn = (): string => `9${String(randomInt(100_000_000)).padStart(8, '0')}`;

const replace = (body: Body, key: string, value: unknown): Body => (key in body ? { ...body, [key]: value } : body);

const without = (body: Body, ...keys: readonly string[]): Body =>
  Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));

/** Two times in order, the second one later. */
function inOrder(body: Body, first: string, second: string): Body {
  if (!(second in body)) return body;
  const [from = '', to = ''] = [body[first], body[second]].map(String).sort();
  return { ...body, [first]: from === to ? '1999-12-31T00:00:00Z' : from, [second]: from === to ? '2000-01-01T00:00:00Z' : to };
}
