import { answerFields } from '../answers';
import { openKeys, pathId, type Operation } from '../call';
import { keyClassesOf, project } from '../record-values';
import { execute } from '../statement';
import { presign } from './presigned';
import { functionOf, rowId } from './reading';
import { createOfPatient } from './writing';

/** Registers a document and gives the address to put its content at: exactly the bytes that were announced, once: 164.312(c)(1). */
export const createDocument = createOfPatient({
  resource: 'document',
  name: 'clinician_create_document',
  fields: ['title', 'content_type', 'size_bytes', 'sha256'],
  values: (column) => [column('title'), column('content_type'), column('size_bytes'), column('sha256')],
  answer: async (row, call, { objects }) => {
    const upload = {
      contentType: String(call.body['content_type']),
      sizeBytes: Number(call.body['size_bytes']),
      sha256: Buffer.from(String(call.body['sha256']), 'hex'),
    };
    // The creation has committed as the request's first event.
    const signed = await presign(call, call.audit.id, row['object_key'], (access) => objects.presignPut({ ...access, ...upload }));
    return signed.kind === 'refused' ? signed : { kind: 'answer', body: { id: rowId(row, 'id'), upload: signed.request } };
  },
});

/** What is known of a document, and an address to read it from. */
export const accessDocument: Operation = async (call, tools) => {
  const auditId = call.audit.next;
  const fields = answerFields(call.route, call.principal.role, 'document');
  const ring = await openKeys(tools, keyClassesOf('document', fields), call.nowMs);
  if (ring.kind === 'refused') return ring;
  const name = functionOf({ clinician: 'clinician_grant_document', patient: 'self_grant_document' }, call);
  const executed = await execute(tools, call, name, [pathId(call, 'document')]);
  if (executed.kind === 'refused') return executed;
  const [row = {}] = executed.rows;
  const ids = { recordId: rowId(row, 'id'), patientId: rowId(row, 'patient_id') };
  const projected = project(ring.keys, 'document', fields, row, ids);
  if (projected.kind === 'refused') return projected;
  const signed = await presign(call, auditId, row['object_key'], (access) => tools.objects.presignGet(access));
  return signed.kind === 'refused' ? signed : { kind: 'answer', body: { ...projected.record, download: signed.request } };
};
