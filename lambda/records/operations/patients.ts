import { newUuid } from '../../shared/uuid';
import { pathId, type Operation } from '../call';
import { writableFields } from '../policy';
import type { IndexedColumn, SqlRow } from '../ports';
import { toColumn } from '../record-values';
import { refuse } from '../refusals';
import { execute } from '../statement';
import { indexOf } from './index-value';
import { functionOf, page, readRecord, rowId } from './reading';
import { answerVersion, claimOf, encrypted } from './writing';

/** The caller's care team, each patient an event of its own. */
export const listPatients: Operation = (call, tools) =>
  page(call, tools, {
    resource: 'patient',
    paging: { keyClass: 'identity', filters: {} },
    name: 'clinician_list_patients',
    values: (position, limit) => [position ?? null, limit],
    positionOf: (row) => rowId(row, 'id'),
    eventsOf: perPatient,
  });

/** Makes a record; its creator is the first of the care team. Which of the indexes collided, a conflict does not say. */
export const createPatient: Operation = async (call, tools) => {
  const mrn = await indexOf(call, tools, 'mrn');
  if (mrn.kind === 'refused') return mrn;
  const ssn = await indexOf(call, tools, 'ssn');
  if (ssn.kind === 'refused') return ssn;
  const id = newUuid();
  const rule = { resource: 'patient', name: 'clinician_create_patient', fields: writableFields('clinician', 'patient', 'creation') } as const;
  const executed = await encrypted(call, tools, rule, { recordId: id, patientId: id }, (cipher) => {
    const column = (field: (typeof rule.fields)[number]) => toColumn(cipher, 'patient', field, call.body[field]);
    return [
      ...claimOf(call), id,
      column('name'), column('date_of_birth'), column('address'), column('mrn'), mrn.bytes, column('ssn'), ssn.bytes,
      column('medical_history'), column('diagnoses'), column('prescriptions'),
    ];
  });
  return answerVersion(executed);
};

/** Exact search by blind index. A clinician finds patients in care only, so a miss and somebody else's patient are one answer. */
export const searchPatients: Operation = async (call, tools) => {
  const [field] = Object.keys(call.body) as IndexedColumn[];
  if (field === undefined) return refuse('body_value');
  const index = await indexOf(call, tools, field);
  if (index.kind === 'refused') return index;
  const name = functionOf({ clinician: 'clinician_search_patients', billing: 'billing_search_patients' }, call);
  const values = call.principal.role === 'billing' ? [index.bytes] : [field, index.bytes];
  const executed = await execute(tools, call, name, values, perPatient);
  if (executed.kind === 'refused') return executed;
  return { kind: 'answer', body: { items: executed.rows.map((row) => ({ id: rowId(row, 'id') })), next: null } };
};

/** The record, in the columns of the caller's role. */
export const readPatient = readRecord('patient', 'patient', {
  clinician: 'clinician_read_patient',
  billing: 'billing_read_patient',
  patient: 'self_read_patient',
});

/** Changes the clinical fields, of the version that the caller saw. */
export const updatePatient: Operation = async (call, tools) => {
  const patient = pathId(call, 'patient');
  const rule = { resource: 'patient', name: 'clinician_update_patient', fields: writableFields('clinician', 'patient', 'change') } as const;
  const executed = await encrypted(call, tools, rule, { recordId: patient, patientId: patient }, (cipher) => {
    const column = (field: (typeof rule.fields)[number]) => toColumn(cipher, 'patient', field, call.body[field]);
    return [patient, call.version ?? null, column('medical_history'), column('diagnoses'), column('prescriptions')];
  });
  return answerVersion(executed);
};

/** Marks the record as entered in error; nothing is erased. */
export const voidPatient: Operation = async (call, tools) =>
  answerVersion(
    await execute(tools, call, 'clinician_void_patient', [pathId(call, 'patient'), call.version ?? null, String(call.body['reason'])]),
  );

/** An empty page is an event too: somebody looked. */
function perPatient(rows: readonly SqlRow[]): number {
  return Math.max(rows.length, 1);
}
