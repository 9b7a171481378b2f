import { ROLES, type Role } from '../../lambda/records/contract';
import {
  FIELD_POLICY,
  fieldsOf,
  readableFields,
  RESOURCES,
  ruleOf,
  searchableFields,
  writableFields,
  type Resource,
} from '../../lambda/records/policy';
import type { RouteName } from '../../lambda/records/routes';
import { askEverything, cellOf, observeCells, type Observed } from '../support/observed-cells';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';

let api: RecordsApi;
let scene: RecordsScene;
let asked: ReadonlyMap<Role, ReadonlyMap<RouteName, Answer>>;
let observed: Observed;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
  asked = await askEverything(api, scene);
  observed = await observeCells(api, asked);
}, 120_000);
afterAll(() => api.stop());

/** A cell of the table, in the letters of what was observed. */
function allowed(role: Role, resource: Resource, field: string): string {
  const has = (fields: readonly string[], letter: string) => (fields.includes(field) ? letter : '');
  return [
    has(readableFields(role, resource), 'r'),
    has(writableFields(role, resource, 'creation'), 'c'),
    has(writableFields(role, resource, 'change'), 'u'),
    has(searchableFields(role, resource), 's'),
  ].join('');
}

const CELLS = RESOURCES.flatMap((resource) => (fieldsOf(resource) as readonly string[]).map((field) => [resource, field] as const));

describe('every cell of the policy table', () => {
  it.each(CELLS)('is what the API does, and not more: %s %s', (resource, field) => {
    const rows = (cell: (role: Role) => unknown) => Object.fromEntries(ROLES.map((role) => [role, cell(role)]));
    expect(rows((role) => observed.get(cellOf(role, resource, field)))).toEqual(rows((role) => allowed(role, resource, field)));
  });
});

/** Who does what with what a person is, written down a second time: clinician, billing, patient, admin. */
const DECIDED: Readonly<Record<string, readonly [string, string, string, string]>> = {
  'patient.name': ['rc', 'r', 'r', ''],
  'patient.date_of_birth': ['rc', '', 'r', ''],
  'patient.address': ['rc', '', 'r', ''],
  'patient.mrn': ['rcs', '', 'r', ''],
  'patient.ssn': ['cs', '', '', ''],
  'patient.medical_history': ['rcu', '', 'r', ''],
  'patient.diagnoses': ['rcu', '', 'r', ''],
  'patient.prescriptions': ['rcu', '', 'r', ''],
  'billing.name': ['', 'r', 'r', ''],
  'billing.insurance_id': ['', 'rus', 'r', ''],
  'billing.billing_address': ['', 'ru', 'r', ''],
  'billing.payment_history': ['', 'ru', 'r', ''],
  'note.body': ['rc', '', 'r', ''],
  'appointment.starts_at': ['rcu', '', 'r', ''],
  'appointment.ends_at': ['rcu', '', 'r', ''],
  'appointment.reason': ['rcu', '', 'r', ''],
  'session.started_at': ['rc', '', 'r', ''],
  'session.ended_at': ['rc', '', 'r', ''],
  'session.recorded': ['r', '', 'r', ''],
  'session.recording_version': ['rc', '', 'r', ''],
  'document.title': ['rc', '', 'r', ''],
  'emergency.reason_text': ['rc', '', '', ''],
  'disclosure.recipient': ['', '', '', 'rc'],
};

describe('what the API does with what a person is', () => {
  it('is decided field by field, none forgotten', () => {
    const personal = CELLS.filter(([resource, field]) => ruleOf(resource, field)?.dataClass !== 'none');
    expect(Object.keys(DECIDED)).toEqual(personal.map(([resource, field]) => `${resource}.${field}`));
    expect(Object.keys(FIELD_POLICY)).toHaveLength(8);
  });

  it.each(Object.entries(DECIDED))('is as it was decided: %s', (name, [clinician, billing, patient, admin]) => {
    const seen = Object.fromEntries(ROLES.map((role) => [role, observed.get(`${name} ${role}`)]));
    expect(seen).toEqual({ clinician, billing, patient, admin });
  });
});

/** A text by which the value of a field is known wherever it stands. */
const MARKS: Readonly<Record<string, (of: RecordsScene) => string>> = {
  name: () => VALUES.name,
  date_of_birth: () => VALUES.date_of_birth,
  address: () => VALUES.address.line1,
  mrn: ({ mrn }) => mrn,
  medical_history: () => VALUES.medical_history,
  diagnoses: () => VALUES.diagnoses[0].description,
  prescriptions: () => VALUES.prescriptions[0].medication,
  insurance_id: ({ insuranceId }) => insuranceId,
  billing_address: () => VALUES.billing_address.line1,
  payment_history: () => '"amount_cents":1234',
  body: () => VALUES.note,
  reason: () => VALUES.reason,
  title: () => VALUES.title,
  reason_text: () => VALUES.reason_text,
  recipient: () => VALUES.recipient,
};

describe('the answers of a role, refusals included', () => {
  const everything = (role: Role) => [...(asked.get(role)?.values() ?? [])].map(({ raw }) => raw).join('\n');
  const readersOf = (field: string) => ROLES.filter((role) => CELLS.some(([resource, one]) => one === field && allowed(role, resource, one).includes('r')));

  it('come from every route of the table', () => {
    for (const role of ROLES) expect(asked.get(role)?.size).toBe(33);
  });

  it.each(Object.entries(MARKS))('hold a value of %s for whoever has the cell, and for nobody else', (field, markOf) => {
    expect(ROLES.filter((role) => everything(role).includes(markOf(scene)))).toEqual(readersOf(field));
  });

  it('never hold an ssn, in no spelling and for nobody', () => {
    const digits = scene.ssn.replaceAll('-', '');
    const all = ROLES.map(everything).join('\n');
    expect([all.includes(scene.ssn), all.includes(digits), /"ssn":/.test(all)]).toEqual([false, false, false]);
  });

  it('never hold an index, a wrapped key or a ciphertext', async () => {
    const [row = {}] = await api.sql.admin('SELECT * FROM phi.patient WHERE id = $1', [scene.patient]);
    const stored = Object.entries(row).filter(([, value]) => Buffer.isBuffer(value)) as [string, Buffer][];
    expect(stored.length).toBeGreaterThan(12);
    const all = ROLES.map(everything).join('\n');
    expect(stored.filter(([, value]) => all.includes(value.toString('hex')) || all.includes(value.toString('base64'))).map(([column]) => column)).toEqual([]);
    expect(/bidx|wrapped|data_key/.test(all)).toBe(false);
  });
});
