import { pathId, type Operation } from '../call';
import { toWire } from '../record-values';
import { execute } from '../statement';

/** Who the caller is, as the database has it. */
export const readMe: Operation = async (call, tools) => {
  const { sub, role } = call.principal;
  const executed = await execute(tools, call, 'me', [role]);
  if (executed.kind === 'refused') return executed;
  return { kind: 'answer', body: { sub, role, patient_id: toWire(executed.rows[0]?.['patient_id']) } };
};

/** Adds a clinician to a care team: 164.308(a)(4)(ii)(B). */
export const putCareTeam = careTeam('admin_put_care_team');

/** Takes a clinician out of a care team, from the next request on: 164.308(a)(3)(ii)(C). */
export const deleteCareTeam = careTeam('admin_delete_care_team');

function careTeam(name: string): Operation {
  return async (call, tools) => {
    const [patient, member] = [pathId(call, 'patient'), pathId(call, 'member')];
    const executed = await execute(tools, call, name, [patient, member]);
    return executed.kind === 'refused' ? executed : { kind: 'answer', body: { patient_id: patient, sub: member } };
  };
}

/** Makes a principal or sets all there is about one; nobody sets one's own: 164.308(a)(3)(ii)(A), (C). */
export const putPrincipal: Operation = async (call, tools) => {
  const principal = pathId(call, 'principal');
  const { role, patient_id: patient, disabled } = call.body;
  const values = [principal, String(role), typeof patient === 'string' ? patient : null, disabled === true];
  const executed = await execute(tools, call, 'admin_put_principal', values);
  return executed.kind === 'refused' ? executed : { kind: 'answer', body: { sub: principal, created: executed.rows[0]?.['created'] === true } };
};
