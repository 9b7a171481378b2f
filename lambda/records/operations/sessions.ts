import { pathId, type Operation } from '../call';
import { execute } from '../statement';
import { presign } from './presigned';
import { functionOf, listRecords, rowId } from './reading';
import { createOfPatient } from './writing';

/** A patient's video sessions, latest first. */
export const listSessions = listRecords({
  resource: 'session',
  functions: { clinician: 'clinician_list_sessions', patient: 'self_list_sessions' },
  orderedBy: 'started_at',
  cursorClass: 'clinical',
});

/** Records that a session took place. */
export const createSession = createOfPatient({
  resource: 'session',
  name: 'clinician_create_session',
  fields: ['appointment_id', 'started_at', 'ended_at', 'recording_version'],
  values: (column) => [column('appointment_id'), column('started_at'), column('ended_at'), column('recording_version')],
  answer: (row) => ({ kind: 'answer', body: { id: rowId(row, 'id') } }),
});

/** An address to watch a recording from: exactly the version that the session names. */
export const accessRecording: Operation = async (call, tools) => {
  const auditId = call.audit.next;
  const name = functionOf({ clinician: 'clinician_grant_recording', patient: 'self_grant_recording' }, call);
  const executed = await execute(tools, call, name, [pathId(call, 'session')]);
  if (executed.kind === 'refused') return executed;
  const [row = {}] = executed.rows;
  const version = String(row['object_version']);
  const signed = await presign(call, auditId, row['object_key'], (access) => tools.objects.presignGet({ ...access, version }));
  return signed.kind === 'refused' ? signed : { kind: 'answer', body: { id: rowId(row, 'id'), download: signed.request } };
};
