import { pathId, type Operation } from '../call';
import { toColumn } from '../record-values';
import { listRecords, readRecord } from './reading';
import { answerVersion, createOfPatient, encrypted, versioned } from './writing';

const FIELDS = ['body'] as const;

/** The latest version of each of a patient's notes, newest first. */
export const listNotes = listRecords({
  resource: 'note',
  functions: { clinician: 'clinician_list_notes', patient: 'self_list_notes' },
  orderedBy: 'created_at',
  cursorClass: 'clinical',
});

/** Writes a note. */
export const createNote = createOfPatient({
  resource: 'note',
  name: 'clinician_create_note',
  fields: FIELDS,
  values: (column) => [column('body')],
  answer: versioned,
});

/** The latest version of one note. */
export const readNote = readRecord('note', 'note', { clinician: 'clinician_read_note', patient: 'self_read_note' });

/** Adds a version to a note, on top of the one the caller saw; every version stays: 164.312(c)(1), 164.526. */
export const amendNote: Operation = async (call, tools) => {
  const [patientId, recordId] = [pathId(call, 'patient'), pathId(call, 'note')];
  const rule = { resource: 'note', name: 'clinician_amend_note', fields: FIELDS } as const;
  return answerVersion(
    await encrypted(call, tools, rule, { recordId, patientId }, (cipher) => [
      patientId, recordId, call.version ?? null,
      toColumn(cipher, 'note', 'body', call.body['body']),
    ]),
  );
};
