import { newUuid } from '../../shared/uuid';
import { answerFields } from '../answers';
import { openKeys, pathId, type Operation } from '../call';
import { keyClassesOf, project, toColumn, toWire } from '../record-values';
import { execute } from '../statement';
import { indexOf } from './index-value';
import { functionOf, rowId } from './reading';
import { claimOf, encrypted } from './writing';

/**
 * Opens one record to one clinician for one hour: 164.312(a)(2)(ii). Every use is an audit event of its own kind, an alarm and a review.
 */
export const openEmergency: Operation = async (call, tools) => {
  const mrn = await indexOf(call, tools, 'mrn');
  if (mrn.kind === 'refused') return mrn;
  const grant = newUuid();
  const rule = { resource: 'emergency', name: 'clinician_open_emergency', fields: ['reason_text'] } as const;
  const patient = call.body['patient_id'];
  // Whose record an mrn is, only the database can tell, so the text is bound to its grant and not to the patient.
  const executed = await encrypted(call, tools, rule, { recordId: grant, patientId: grant }, (cipher) => [
    ...claimOf(call), grant,
    typeof patient === 'string' ? patient : null, mrn.bytes,
    String(call.body['reason_code']), toColumn(cipher, 'emergency', 'reason_text', call.body['reason_text']),
  ]);
  if (executed.kind === 'refused') return executed;
  const [row = {}] = executed.rows;
  const body = { id: rowId(row, 'id'), patient_id: rowId(row, 'patient_id'), expires_at: toWire(row['expires_at']) };
  return { kind: 'answer', body };
};

/** Judges a grant, or reads it when no outcome is given. Only a clinician, and never the one who asked, sees the text. */
export const reviewEmergency: Operation = async (call, tools) => {
  const fields = answerFields(call.route, call.principal.role, 'emergency');
  const ring = await openKeys(tools, keyClassesOf('emergency', fields), call.nowMs);
  if (ring.kind === 'refused') return ring;
  const name = functionOf({ admin: 'admin_review_emergency', clinician: 'clinician_review_emergency' }, call);
  const outcome = call.body['outcome'];
  const executed = await execute(tools, call, name, [pathId(call, 'grant'), typeof outcome === 'string' ? outcome : null]);
  if (executed.kind === 'refused') return executed;
  const [row = {}] = executed.rows;
  const id = rowId(row, 'id');
  const projected = project(ring.keys, 'emergency', fields, row, { recordId: id, patientId: id });
  return projected.kind === 'refused' ? projected : { kind: 'answer', body: projected.record };
};
