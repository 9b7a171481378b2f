import { pathId, type Operation } from '../call';
import { writableFields } from '../policy';
import { toColumn } from '../record-values';
import { indexOf } from './index-value';
import { readRecord } from './reading';
import { answerVersion, encrypted } from './writing';

/** The billing side of a record: 164.506(c). */
export const readBilling = readRecord('billing', 'patient', { billing: 'billing_read_billing', patient: 'self_read_billing' });

/** Changes billing fields; the index travels with the value it is of. */
export const updateBilling: Operation = async (call, tools) => {
  const patient = pathId(call, 'patient');
  const insurance = await indexOf(call, tools, 'insurance_id');
  if (insurance.kind === 'refused') return insurance;
  const rule = { resource: 'billing', name: 'billing_update_billing', fields: writableFields('billing', 'billing', 'change') } as const;
  const executed = await encrypted(call, tools, rule, { recordId: patient, patientId: patient }, (cipher) => {
    const column = (field: (typeof rule.fields)[number]) => toColumn(cipher, 'billing', field, call.body[field]);
    return [patient, call.version ?? null, column('insurance_id'), insurance.bytes, column('billing_address'), column('payment_history')];
  });
  return answerVersion(executed);
};
