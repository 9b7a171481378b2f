import type { Uuid } from '../shared/uuid';
import type { RecordPlace } from './field-crypto';

/** temporary */
export function placeOf(table: string, recordId: Uuid, patientId: Uuid): RecordPlace {
  return { table, recordId, patientId: table === 'emergency_grant' ? recordId : patientId };
}
