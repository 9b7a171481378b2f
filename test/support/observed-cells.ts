import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '../../lambda/records/contract';
import { fieldsOf, RESOURCES, type Resource, type WriteMoment } from '../../lambda/records/policy';
import type { RouteName } from '../../lambda/records/routes';
import type { Answer, RecordsApi } from './records-api';
import { ALL_ROUTES, callerOf, namedBy, optionsOf, routeOf, sendRoute, unusedMrn } from './records-requests';
import { arrangeRecords, VALUES, type RecordsScene } from './records-scene';

/** What a role was seen to do with one field: `r` read, `c` written at creation, `u` written at a change, `s` searched, and in this order. */
export type Observed = ReadonlyMap<string, string>;

/** The name of a cell. */
export const cellOf = (role: Role, resource: Resource, field: string): string => `${resource}.${field} ${role}`;

/** Routes that answer with records of a resource. */
const READS: Readonly<Record<Resource, readonly RouteName[]>> = {
  patient: ['patient.list', 'patient.read', 'patient.search'],
  billing: ['billing.read'],
  note: ['note.list', 'note.read'],
  appointment: ['appointment.list'],
  session: ['session.list', 'recording.access'],
  document: ['document.access'],
  emergency: ['emergency.open', 'emergency.review'],
  disclosure: ['disclosure.list'],
};

/** The route that writes a resource at each moment. */
export const WRITES: Readonly<Record<Resource, Partial<Readonly<Record<WriteMoment, RouteName>>>>> = {
  patient: { creation: 'patient.create', change: 'patient.update' },
  billing: { change: 'billing.update' },
  note: { creation: 'note.create' },
  appointment: { creation: 'appointment.create', change: 'appointment.update' },
  session: { creation: 'session.create' },
  document: { creation: 'document.create' },
  emergency: { creation: 'emergency.open', change: 'emergency.review' },
  disclosure: { creation: 'disclosure.create' },
};

/** What every role is answered by every route, its own and others, with good requests about one patient; voiding comes last. */
export async function askEverything(api: RecordsApi, scene: RecordsScene): Promise<ReadonlyMap<Role, ReadonlyMap<RouteName, Answer>>> {
  const asked = new Map<Role, Map<RouteName, Answer>>(ROLES.map((role) => [role, new Map()]));
  const last = (name: RouteName) => Number(name === 'patient.void');
  for (const { name } of ALL_ROUTES.toSorted((a, b) => last(a.name) - last(b.name))) {
    for (const role of ROLES) {
      asked.get(role)?.set(name, await sendRoute(api, callerOf(scene, role, name), name, namedBy(scene)));
    }
  }
  return asked;
}

/** Tries every cell of the table at the API and says what was possible. */
export async function observeCells(api: RecordsApi, asked: ReadonlyMap<Role, ReadonlyMap<RouteName, Answer>>): Promise<Observed> {
  const scene = await arrangeRecords(api);
  const observed = new Map<string, string>();
  for (const role of ROLES) {
    for (const resource of RESOURCES) {
      const read = readBy(asked.get(role) ?? new Map<RouteName, Answer>(), resource);
      const fields: readonly string[] = fieldsOf(resource);
      const created = await Promise.all(fields.map((field) => tryWriting(api, scene, role, resource, field, 'creation')));
      const searched = await Promise.all(fields.map((field) => trySearching(api, scene, role, field)));
      for (const [index, field] of fields.entries()) {
        // One after the other: each names the version that the one before has made.
        const changed = await tryWriting(api, scene, role, resource, field, 'change');
        observed.set(cellOf(role, resource, field), [read.has(field) ? 'r' : '', created[index], changed, searched[index]].join(''));
      }
    }
  }
  return observed;
}

/** Names of fields in the answers about a resource. */
function readBy(answers: ReadonlyMap<RouteName, Answer>, resource: Resource): ReadonlySet<string> {
  const names = new Set<string>();
  for (const route of READS[resource]) {
    const { body = {}, status = 0 } = answers.get(route) ?? {};
    if (status >= 300) continue;
    const records = (Array.isArray(body['items']) ? body['items'] : [body]) as readonly Readonly<Record<string, unknown>>[];
    for (const record of records) Object.keys(record).forEach((name) => names.add(name));
    // The address of a recording is where its version shows.
    if (JSON.stringify(body['download'] ?? '').includes('versionId=')) names.add('recording_version');
  }
  // Other answers name a record by its id.
  const isNamed = [...answers.values()].some(({ status, raw }) => status < 300 && raw.includes('"patient_id":"'));
  if (resource === 'patient' && isNamed) names.add('id');
  return names;
}

let ssns = 0;

function unusedSsn(): string {
  ssns += 1;
  return `900-66-${String(ssns).padStart(4, '0')}`;
}

/** Good values, where a value has to be new each time or is in no scene. */
const MADE: Readonly<Record<string, () => unknown>> = {
  mrn: unusedMrn,
  ssn: unusedSsn,
  body: () => VALUES.note,
  started_at: () => VALUES.starts_at,
  ended_at: () => VALUES.ends_at,
  recording_version: () => 'v2',
  content_type: () => 'text/plain',
  size_bytes: () => 2,
  sha256: () => 'ef'.repeat(32),
  reason_code: () => 'disaster',
  outcome: () => 'justified',
  disclosed_at: () => VALUES.starts_at,
  data_classes: () => ['billing'],
  purpose: () => 'safety',
};

async function tryWriting(
  api: RecordsApi,
  scene: RecordsScene,
  role: Role,
  resource: Resource,
  field: string,
  moment: WriteMoment,
): Promise<string> {
  const name = WRITES[resource][moment];
  if (name === undefined) return '';
  const actor = callerOf(scene, role, name);
  const grant = name === 'emergency.review' ? await newGrant(api, scene) : scene.grant;
  const named = { ...namedBy(scene), grant };
  // A review writes its outcome, which a request calls just that.
  const key = field === 'review_outcome' ? 'outcome' : field;
  const value = valueOf(scene, key);
  const base = moment === 'creation' ? optionsOf(routeOf(name), named, role).body : {};
  const headers = moment === 'change' ? await versionOf(api, scene, resource) : {};
  const { status, body } = await sendRoute(api, actor, name, named, { body: { ...(base as object), [key]: value }, headers });
  if (status === 200 || status === 201) return moment === 'creation' ? 'c' : 'u';
  return isRefusal(status, body['code']) ? '' : `?${status} ${String(body['code'])}`;
}

async function trySearching(api: RecordsApi, scene: RecordsScene, role: Role, field: string): Promise<string> {
  const value = field === 'mrn' ? scene.mrn : field === 'ssn' ? scene.ssn : valueOf(scene, field);
  const { status, body } = await sendRoute(api, callerOf(scene, role), 'patient.search', namedBy(scene), { body: { [field]: value } });
  if (status === 200) return 's';
  return isRefusal(status, body['code']) ? '' : `?${status} ${String(body['code'])}`;
}

/** The two ways in which a cell that is not there may show. */
function isRefusal(status: number, code: unknown): boolean {
  return (status === 403 && code === 'forbidden') || (status === 400 && code === 'body_unknown_key');
}

function valueOf(scene: RecordsScene, field: string): unknown {
  if (field === 'appointment_id') return scene.appointment;
  if (field === 'patient_id') return scene.patient;
  if (field === 'insurance_id') return scene.insuranceId;
  return MADE[field]?.() ?? (VALUES as Readonly<Record<string, unknown>>)[field] ?? randomUUID();
}

async function newGrant(api: RecordsApi, scene: RecordsScene): Promise<string> {
  const clinician = await api.world.principal('clinician');
  const { body } = await sendRoute(api, clinician, 'emergency.open', namedBy(scene));
  return String(body['id']);
}

async function versionOf(api: RecordsApi, scene: RecordsScene, resource: Resource): Promise<Readonly<Record<string, string>>> {
  if (resource === 'emergency') return {};
  const [table, id] = resource === 'appointment' ? ['appointment', scene.appointment] : ['patient', scene.patient];
  const [row] = await api.sql.admin<{ version: number }>(`SELECT version FROM phi.${table} WHERE id = $1`, [id]);
  return { 'if-match': `"${row?.version ?? 0}"` };
}
