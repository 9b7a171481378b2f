import { pathId, type Operation } from '../call';
import { toColumn } from '../record-values';
import { execute } from '../statement';
import { listRecords } from './reading';
import { answerVersion, createOfPatient, encrypted, versioned } from './writing';

const FIELDS = ['starts_at', 'ends_at', 'reason'] as const;

/** A patient's appointments, latest first. */
export const listAppointments = listRecords({
  resource: 'appointment',
  functions: { clinician: 'clinician_list_appointments', patient: 'self_list_appointments' },
  orderedBy: 'starts_at',
  cursorClass: 'clinical',
});

/** Books an appointment. */
export const createAppointment = createOfPatient({
  resource: 'appointment',
  name: 'clinician_create_appointment',
  fields: FIELDS,
  values: (column) => FIELDS.map(column),
  answer: versioned,
});

/** Moves an appointment or changes its reason, in the version that the caller saw. */
export const updateAppointment: Operation = async (call, tools) => {
  const [patientId, recordId] = [pathId(call, 'patient'), pathId(call, 'appointment')];
  const rule = { resource: 'appointment', name: 'clinician_update_appointment', fields: FIELDS } as const;
  return answerVersion(
    await encrypted(call, tools, rule, { recordId, patientId }, (cipher) => [
      patientId, recordId, call.version ?? null,
      ...FIELDS.map((field) => toColumn(cipher, 'appointment', field, call.body[field])),
    ]),
  );
};

/** Cancels an appointment; it stays on record. */
export const cancelAppointment: Operation = async (call, tools) =>
  answerVersion(
    await execute(tools, call, 'clinician_cancel_appointment', [
      pathId(call, 'patient'), pathId(call, 'appointment'), call.version ?? null, String(call.body['reason']),
    ]),
  );
