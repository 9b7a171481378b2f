import { newUuid } from '../../shared/uuid';
import { pathId, type Operation } from '../call';
import { toWire } from '../record-values';
import { execute } from '../statement';
import { rowId } from './reading';
import { claimOf } from './writing';

const ASSESSMENT = [
  'id', 'assessed_at', 'assessed_by', 'discovered_at', 'window_from', 'window_to', 'actor_id', 'patients', 'key_exposure', 'individuals',
  'events', 'data_classes', 'fields', 'first_event_at', 'last_event_at', 'notify_individuals_by', 'notify_secretary_by', 'notify_media',
];

/** Counts from the trail whom a breach reached and with which classes of data: 164.402, 164.404. Persons and field names, no value. */
export const assessBreach: Operation = async (call, tools) => {
  const { discovered_at, from, to, actor, patients, key_exposure } = call.body;
  const executed = await execute(tools, call, 'admin_assess_breach', [
    ...claimOf(call), newUuid(),
    String(discovered_at), String(from), String(to),
    typeof actor === 'string' ? actor : null, Array.isArray(patients) ? (patients as string[]) : null, String(key_exposure),
  ]);
  return executed.kind === 'refused' ? executed : { kind: 'answer', body: { id: rowId(executed.rows[0], 'id') } };
};

/** An assessment with its last days for notice: 164.404(b), 164.406, 164.408. */
export const readBreach: Operation = async (call, tools) => {
  const executed = await execute(tools, call, 'admin_read_breach', [pathId(call, 'assessment')]);
  if (executed.kind === 'refused') return executed;
  const [row = {}] = executed.rows;
  return { kind: 'answer', body: Object.fromEntries(ASSESSMENT.map((column) => [column, toWire(row[column])])) };
};
