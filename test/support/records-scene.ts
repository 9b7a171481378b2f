import type { Answer, RecordsApi } from './records-api';
import type { Actor } from './sql-world';

/** Synthetic values, one for each field, each recognisable and none of a real person. */
export const VALUES = {
  name: 'Avery Canary-Example',
  date_of_birth: '1984-02-29',
  address: { line1: '1 Canary Street', city: 'Exampleton', postal_code: '00000', country: 'US' },
  mrn: 'MRN-900001',
  ssn: '900-12-3456',
  medical_history: 'Canary-history: none of it is true.',
  diagnoses: [{ code: 'Z00.0', description: 'Canary-diagnosis', recorded_on: '2031-01-02' }],
  prescriptions: [{ medication: 'Canary-medication', dosage: '1 daily', prescribed_on: '2031-01-02' }],
  insurance_id: 'INS-CANARY-1',
  billing_address: { line1: '2 Canary Street', city: 'Exampleton', postal_code: '00000', country: 'US' },
  payment_history: [{ paid_on: '2031-01-03', amount_cents: 1234, currency: 'USD', method: 'card' }],
  note: 'Canary-note: patient is imaginary.',
  reason: 'Canary-reason of the appointment',
  title: 'Canary-title of the document',
  reason_text: 'Canary-emergency text',
  recipient: 'Canary-recipient Inc.',
  starts_at: '2031-05-06T07:08:09.123Z',
  ends_at: '2031-05-06T08:08:09.123Z',
} as const;

/** One patient with one of everything, made through the API, and the people around it. */
export interface RecordsScene {
  readonly clinician: Actor;
  /** A clinician outside the care team. */
  readonly outsider: Actor;
  readonly billing: Actor;
  readonly admin: Actor;
  /** The patient. */
  readonly self: Actor;
  readonly patient: string;
  readonly note: string;
  readonly appointment: string;
  readonly session: string;
  readonly document: string;
  readonly grant: string;
  readonly disclosure: string;
  readonly assessment: string;
  readonly mrn: string;
  readonly ssn: string;
  readonly insuranceId: string;
}

let made = 0;

/** Builds a scene: every record through its own route, so that every value is encrypted and audited as in production. */
export async function arrangeRecords(api: RecordsApi): Promise<RecordsScene> {
  made += 1;
  const number = String(made).padStart(4, '0');
  const [mrn, ssn, insuranceId] = [`MRN-${number}-${process.pid}`, `900-55-${number}`, `INS-${number}`];
  const { world } = api;
  const [clinician, outsider, billing, admin] = [
    await world.principal('clinician'),
    await world.principal('clinician'),
    await world.principal('billing'),
    await world.principal('admin'),
  ];
  const { name, date_of_birth, address, medical_history, diagnoses, prescriptions, billing_address, payment_history } = VALUES;
  const patient = await idOf(
    api.send(clinician, 'POST', '/v1/patients', {
      body: { name, date_of_birth, address, mrn, ssn, medical_history, diagnoses, prescriptions },
    }),
  );
  const of = `/v1/patients/${patient}`;
  const self = await world.principal('patient', patient);
  await idOf(
    api.send(billing, 'PATCH', `${of}/billing`, {
      headers: { 'if-match': '"1"' },
      body: { insurance_id: insuranceId, billing_address, payment_history },
    }),
  );
  const { starts_at, ends_at, reason, title } = VALUES;
  const appointment = await idOf(api.send(clinician, 'POST', `${of}/appointments`, { body: { starts_at, ends_at, reason } }));
  const times = { started_at: starts_at, ended_at: ends_at };
  return {
    ...{ clinician, outsider, billing, admin, self, patient, appointment, mrn, ssn, insuranceId },
    note: await idOf(api.send(clinician, 'POST', `${of}/notes`, { body: { body: VALUES.note } })),
    session: await idOf(
      api.send(clinician, 'POST', `${of}/sessions`, { body: { appointment_id: appointment, ...times, recording_version: 'v1' } }),
    ),
    document: await idOf(
      api.send(clinician, 'POST', `${of}/documents`, {
        body: { title, content_type: 'image/png', size_bytes: 9, sha256: 'ab'.repeat(32) },
      }),
    ),
    grant: await idOf(
      api.send(await world.principal('clinician'), 'POST', '/v1/emergency-access', {
        body: { patient_id: patient, reason_code: 'disaster', reason_text: VALUES.reason_text },
      }),
    ),
    disclosure: await idOf(
      api.send(admin, 'POST', `${of}/disclosures`, {
        body: { disclosed_at: starts_at, recipient: VALUES.recipient, data_classes: ['clinical'], purpose: 'judicial' },
      }),
    ),
    assessment: await idOf(
      api.send(admin, 'POST', '/v1/breach-assessments', {
        body: { discovered_at: starts_at, from: '2020-01-01T00:00:00Z', to: ends_at, key_exposure: 'none' },
      }),
    ),
  };
}

/** Makes further patients of one clinician, with every field that a creation takes but the ssn. */
export async function admitPatients(api: RecordsApi, clinician: Actor, count: number): Promise<readonly string[]> {
  const { name, date_of_birth, address, medical_history, diagnoses, prescriptions } = VALUES;
  const body = { name, date_of_birth, address, medical_history, diagnoses, prescriptions };
  return Promise.all(
    Array.from({ length: count }, () => {
      made += 1;
      return idOf(api.send(clinician, 'POST', '/v1/patients', { body: { ...body, mrn: `MRN-${made}-${process.pid}` } }));
    }),
  );
}

async function idOf(sent: Promise<Answer>): Promise<string> {
  const { status, body, raw } = await sent;
  if (status >= 300 || typeof body['id'] !== 'string') throw new Error(`The scene is incomplete: ${status} ${raw}`);
  return body['id'];
}
