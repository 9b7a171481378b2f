import { randomUUID } from 'node:crypto';
import type { Role } from '../../lambda/records/contract';
import { ciphertext, digest, type Actor, type ArrangedPatient, type SqlWorld } from './sql-world';

/** A patient with one of everything, and the people around it. */
export interface Scene {
  readonly patient: ArrangedPatient;
  readonly clinician: Actor;
  readonly billing: Actor;
  readonly self: Actor;
  readonly admin: Actor;
  /** A patient of nobody's care team. */
  readonly untreated: ArrangedPatient;
  /** A clinician outside the care team. */
  readonly outsider: Actor;
  readonly note: string;
  readonly appointment: string;
  readonly session: string;
  readonly document: string;
  readonly grant: string;
  readonly assessment: string;
}

/** Builds a scene in which every function of the API has something to succeed on. */
export async function arrangeScene(world: SqlWorld): Promise<Scene> {
  const [clinician, outsider, billing, admin] = await Promise.all([
    world.principal('clinician'),
    world.principal('clinician'),
    world.principal('billing'),
    world.principal('admin'),
  ]);
  const [patient, untreated] = [await world.patient(clinician), await world.patient()];
  const self = await world.principal('patient', patient.id);
  const [note, appointment, session, document, assessment] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const made = [
    await world.call('clinician_create_note', clinician, null, null, patient.id, note, ciphertext()),
    await world.call('clinician_create_appointment', clinician, null, null, patient.id, appointment, AT, LATER, ciphertext()),
    await world.call('clinician_create_session', clinician, null, null, patient.id, session, appointment, AT, LATER, 'v1'),
    await world.call('clinician_create_document', clinician, null, null, patient.id, document, ciphertext(), 'image/png', 9, digest()),
    await world.call('admin_assess_breach', admin, null, null, assessment, AT, AT, LATER, null, null, 'none'),
    await world.call('admin_create_disclosure', admin, null, null, patient.id, randomUUID(), AT, ciphertext(), ['clinical'], 'judicial'),
  ];
  if (made.some(({ outcome }) => outcome !== 'ok'))
    throw new Error(`The scene is incomplete: ${made.map(({ outcome }) => String(outcome)).join()}`);
  const grant = await world.grant(await world.principal('clinician'), patient.id);
  return { patient, untreated, clinician, billing, self, admin, outsider, note, appointment, session, document, grant, assessment };
}

const AT = '2031-05-06T07:08:09.123Z';
const LATER = '2031-05-06T08:08:09.123Z';
const IDENTITY = ['name', 'date_of_birth', 'address', 'mrn'];
const CLINICAL = ['medical_history', 'diagnoses', 'prescriptions'];
const BILLING = ['insurance_id', 'billing_address', 'payment_history'];

/** One function of the API: who calls it with what, and what it must leave in the trail. */
export interface Entry {
  readonly name: string;
  readonly role: Role;
  /** `phi.access/R/patient`: type, action and resource of the one event. */
  readonly event: string;
  readonly fields: readonly string[] | null;
  /** How the function is bound to one patient: by the patient's id, by the id of a thing of the patient's, or not. */
  readonly bound: 'patient' | 'thing' | 'free';
  /** Reason of the event of a success, where it has one. */
  readonly reason?: string;
  /** The arguments after the context; `target` takes the place of the id the function is bound by. */
  readonly args: (scene: Scene, target?: string) => readonly unknown[];
}

const entry = (
  name: string,
  role: Role,
  event: string,
  fields: readonly string[] | null,
  bound: Entry['bound'],
  args: Entry['args'],
  reason?: string,
): Entry => ({ name, role, event, fields, bound, args, ...(reason === undefined ? {} : { reason }) });

const ofPatient =
  (...rest: readonly unknown[]): Entry['args'] =>
  ({ patient }, target = patient.id) => [target, ...rest];
const made =
  (...rest: readonly (() => unknown)[]): Entry['args'] =>
  ({ patient }, target = patient.id) => [randomUUID(), digest(), target, randomUUID(), ...rest.map((make) => make())];
const at = (): unknown => AT;
const later = (): unknown => LATER;

/** Every function of the schema `api` that is called on somebody's behalf. */
export const CATALOGUE: readonly Entry[] = [
  entry('me', 'clinician', 'session/R/principal', null, 'free', () => ['clinician']),
  entry('clinician_list_patients', 'clinician', 'phi.search/E/patient', ['name', 'date_of_birth', 'mrn'], 'free', () => [null, 10]),
  entry('clinician_create_patient', 'clinician', 'phi.change/C/patient', [...IDENTITY, 'ssn', ...CLINICAL], 'free', () => [
    ...[randomUUID(), digest(), randomUUID(), ciphertext(), ciphertext(), ciphertext(), ciphertext(), digest(), ciphertext(), digest()],
    ...[ciphertext(), ciphertext(), ciphertext()],
  ]),
  entry('clinician_read_patient', 'clinician', 'phi.access/R/patient', [...IDENTITY, ...CLINICAL], 'patient', ofPatient()),
  entry('clinician_update_patient', 'clinician', 'phi.change/U/patient', ['diagnoses'], 'patient', ofPatient(1, null, ciphertext(), null)),
  entry('clinician_void_patient', 'clinician', 'phi.change/D/patient', null, 'patient', ofPatient(null, 'test_data'), 'test_data'),
  entry('clinician_search_patients', 'clinician', 'phi.search/E/patient', ['ssn'], 'free', ({ patient }) => ['ssn', patient.ssnIndex]),
  entry('self_read_patient', 'patient', 'phi.access/R/patient', [...IDENTITY, ...CLINICAL], 'patient', ofPatient()),
  entry('billing_read_patient', 'billing', 'phi.access/R/patient', ['name'], 'patient', ofPatient()),
  entry('billing_read_billing', 'billing', 'phi.access/R/billing', ['name', ...BILLING], 'patient', ofPatient()),
  entry(
    'billing_update_billing',
    'billing',
    'phi.change/U/billing',
    ['insurance_id', 'payment_history'],
    'patient',
    ofPatient(1, ciphertext(), digest(), null, ciphertext()),
  ),
  entry('billing_search_patients', 'billing', 'phi.search/E/billing', ['insurance_id'], 'free', ({ patient }) => [patient.insuranceIndex]),
  entry('self_read_billing', 'patient', 'phi.access/R/billing', ['name', ...BILLING], 'patient', ofPatient()),
  entry('clinician_list_notes', 'clinician', 'phi.access/R/note', ['body'], 'patient', ofPatient(null, null, 10)),
  entry('clinician_read_note', 'clinician', 'phi.access/R/note', ['body'], 'thing', ({ note }, target = note) => [target]),
  entry('clinician_create_note', 'clinician', 'phi.change/C/note', ['body'], 'patient', made(ciphertext)),
  entry('clinician_amend_note', 'clinician', 'phi.change/U/note', ['body'], 'thing', ({ patient, note }, target = note) => [
    ...[patient.id, target, 1],
    ciphertext(),
  ]),
  entry('self_list_notes', 'patient', 'phi.access/R/note', ['body'], 'patient', ofPatient(null, null, 10)),
  entry('self_read_note', 'patient', 'phi.access/R/note', ['body'], 'thing', ({ note }, target = note) => [target]),
  ...(['clinician', 'self'] as const).flatMap((who): Entry[] => {
    const role = who === 'self' ? 'patient' : 'clinician';
    const times = ['starts_at', 'ends_at', 'reason'];
    return [
      entry(`${who}_list_appointments`, role, 'phi.access/R/appointment', times, 'patient', ofPatient(null, null, 10)),
      entry(
        `${who}_list_sessions`,
        role,
        'phi.access/R/session',
        ['started_at', 'ended_at', 'recorded'],
        'patient',
        ofPatient(null, null, 10),
      ),
      entry(
        `${who}_grant_recording`,
        role,
        'phi.disclosure.grant/E/session',
        ['recording_version'],
        'thing',
        ({ session }, id = session) => [id],
      ),
      entry(
        `${who}_grant_document`,
        role,
        'phi.disclosure.grant/E/document',
        ['title', 'content'],
        'thing',
        ({ document }, id = document) => [id],
      ),
    ];
  }),
  entry(
    'clinician_create_appointment',
    'clinician',
    'phi.change/C/appointment',
    ['starts_at', 'ends_at', 'reason'],
    'patient',
    made(at, later, ciphertext),
  ),
  entry(
    'clinician_update_appointment',
    'clinician',
    'phi.change/U/appointment',
    ['reason'],
    'thing',
    ({ patient, appointment }, id = appointment) => [...[patient.id, id, 1, null, null, ciphertext()]],
  ),
  entry(
    'clinician_cancel_appointment',
    'clinician',
    'phi.change/D/appointment',
    null,
    'thing',
    ({ patient, appointment }, id = appointment) => [patient.id, id, null, 'patient_request'],
    'patient_request',
  ),
  entry(
    'clinician_create_session',
    'clinician',
    'phi.change/C/session',
    ['started_at', 'ended_at', 'recording_version'],
    'patient',
    made(
      () => null,
      at,
      later,
      () => 'x.1',
    ),
  ),
  entry(
    'clinician_create_document',
    'clinician',
    'phi.change/C/document',
    ['title', 'content'],
    'patient',
    made(
      ciphertext,
      () => 'application/pdf',
      () => 1,
      digest,
    ),
  ),
  entry(
    'clinician_open_emergency',
    'clinician',
    'emergency.override/E/emergency_grant',
    ['reason_text'],
    'free',
    ({ untreated }) => [randomUUID(), digest(), randomUUID(), untreated.id, null, 'disaster', ciphertext()],
    'disaster',
  ),
  entry(
    'clinician_review_emergency',
    'clinician',
    'emergency.review/E/emergency_grant',
    ['reason_text'],
    'free',
    ({ grant }) => [grant, 'justified'],
    'justified',
  ),
  entry(
    'admin_review_emergency',
    'admin',
    'emergency.review/E/emergency_grant',
    null,
    'free',
    ({ grant }) => [grant, 'unjustified'],
    'unjustified',
  ),
  entry('admin_put_care_team', 'admin', 'authz.change/C/care_team', null, 'patient', ({ patient, outsider }, id = patient.id) => [
    id,
    outsider.sub,
  ]),
  entry('admin_delete_care_team', 'admin', 'authz.change/D/care_team', null, 'patient', ({ patient, clinician }, id = patient.id) => [
    ...[id, clinician.sub],
  ]),
  entry('admin_put_principal', 'admin', 'authz.change/C/principal', null, 'free', () => [randomUUID(), 'billing', null, false]),
  entry('admin_search_audit', 'admin', 'audit.read/R/audit_event', null, 'free', () => [null, null, null, null, null, null, 5]),
  entry('admin_access_report', 'admin', 'audit.read/R/access_report', null, 'patient', ofPatient(null, 5)),
  entry('self_access_report', 'patient', 'audit.read/R/access_report', null, 'patient', ofPatient(null, 5)),
  entry('admin_list_disclosures', 'admin', 'disclosure/R/disclosure', ['recipient'], 'patient', ofPatient(null, null, 5)),
  entry(
    'admin_create_disclosure',
    'admin',
    'disclosure/C/disclosure',
    ['recipient'],
    'patient',
    made(
      at,
      ciphertext,
      () => ['identity', 'billing'],
      () => 'public_health',
    ),
  ),
  entry('admin_assess_breach', 'admin', 'breach/C/breach_assessment', null, 'free', () => [
    ...[randomUUID(), digest(), randomUUID(), AT, AT, LATER, null, null, 'unknown'],
  ]),
  entry('admin_read_breach', 'admin', 'breach/R/breach_assessment', null, 'free', ({ assessment }) => [assessment]),
];

/** Functions with a context of their own; each has tests of its own. */
export const APART = ['read_data_keys', 'record_denial'];

/** The actor of a scene who may call an entry. */
export function actorOf(scene: Scene, role: Role): Actor {
  return { clinician: scene.clinician, billing: scene.billing, patient: scene.self, admin: scene.admin }[role];
}
