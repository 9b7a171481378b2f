import { createHash } from 'node:crypto';
import type { ObjectStore, PresignedRequest } from '../lambda/records/ports';
import { isRecord } from '../lambda/shared/record';
import { newUuid } from '../lambda/shared/uuid';
import { textOf, type Body, type Call } from './api-client';
import { ADMIN, BILLING, CLINICIANS, patientPerson } from './people';
import { DOCUMENT, PATIENTS, RECORDING, type SyntheticPatient } from './synthetic';

/** What seeding goes through. */
export interface SeedPorts {
  readonly call: Call;
  readonly objects: ObjectStore;
}

/**
 * Fills an empty service with {@link PATIENTS}, their care teams and everything around them. Every record goes in through its route, so it is
 * encrypted, authorised and audited as any other; only a recording has no route, since in AWS the video service writes it.
 *
 * The administrator must be there already.
 *
 * @throws Error when anything is refused.
 */
export async function seed(ports: SeedPorts): Promise<void> {
  const { call } = ports;
  for (const { sub, role } of [...CLINICIANS, BILLING]) await call(ADMIN, 'PUT', `/v1/principals/${sub}`, { role, disabled: false });
  const ids = await Promise.all(PATIENTS.map((patient) => seedPatient(call, patient)));
  const [first = '', second = ''] = ids;
  // The second clinician stands in for the first one.
  for (const id of [first, second]) await call(ADMIN, 'PUT', `/v1/care-teams/${id}/${CLINICIANS[1].sub}`);
  await seedFiles(ports, first);
}

async function seedPatient(call: Call, { number, clinician, record, billing, note, appointment }: SyntheticPatient): Promise<string> {
  const treating = CLINICIANS[clinician];
  const id = textOf(await call(treating, 'POST', '/v1/patients', record), 'id');
  const own = patientPerson(number);
  await call(ADMIN, 'PUT', `/v1/principals/${own.sub}`, { role: own.role, patient_id: id, disabled: false });
  await call(BILLING, 'PATCH', `/v1/patients/${id}/billing`, billing, { 'if-match': '"1"' });
  await call(treating, 'POST', `/v1/patients/${id}/notes`, { body: note });
  await call(treating, 'POST', `/v1/patients/${id}/appointments`, appointment);
  return id;
}

async function seedFiles({ call, objects }: SeedPorts, patient: string): Promise<void> {
  const [clinician] = CLINICIANS;
  const document = await call(clinician, 'POST', `/v1/patients/${patient}/documents`, {
    title: 'Synthetic referral letter',
    content_type: 'text/plain',
    size_bytes: DOCUMENT.length,
    sha256: sha256(DOCUMENT).toString('hex'),
  });
  await upload(readPresigned(document['upload']), DOCUMENT);
  const session = await call(clinician, 'POST', `/v1/patients/${patient}/sessions`, {
    started_at: '2024-05-06T15:00:00Z',
    ended_at: '2024-05-06T15:20:00Z',
    // What the store will call the only version of these bytes.
    recording_version: sha256(RECORDING).toString('hex'),
  });
  const recording = {
    key: `recordings/${textOf(session, 'id')}`,
    auditId: newUuid(),
    lifetimeS: 60,
    contentType: 'video/mp4',
    sizeBytes: RECORDING.length,
    sha256: sha256(RECORDING),
  };
  await upload(await objects.presignPut(recording), RECORDING);
}

async function upload({ method, url, headers }: Pick<PresignedRequest, 'url' | 'headers'> & { method: string }, content: Buffer): Promise<void> {
  const response = await fetch(url, { method, headers, body: content });
  if (!response.ok) throw new Error(`An upload was answered ${response.status}.`);
}

function readPresigned(value: unknown): { readonly method: string; readonly url: string; readonly headers: Record<string, string> } {
  const presigned: Body = isRecord(value) ? value : {};
  const headers = isRecord(presigned['headers']) ? presigned['headers'] : {};
  const texts = Object.entries(headers).map(([name, header]) => [name, String(header)] as const);
  return { method: textOf(presigned, 'method'), url: textOf(presigned, 'url'), headers: Object.fromEntries(texts) };
}

function sha256(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
