import type { Day } from './calendar';
import { clocksOf } from './clocks';
import { presumption, type IncidentRecord } from './record';

/**
 * What stands in the way of closing a record: 164.414(b). A breach is presumed, so there has to be an assessment, or a safe harbour that
 * left nothing to assess; and each notice that is due was given, or the record argues why not.
 *
 * @param today in the zone of the record.
 */
export function obstaclesToClosing(record: IncidentRecord, today: Day): readonly string[] {
  const isAssessed = record.assessment !== undefined || !presumption(record).isBreach;
  const due = clocksOf(record, today).filter(
    ({ setBy, state }) => setBy === 'regulation' && (state === 'running' || state === 'overdue'),
  );
  return [
    ...(isAssessed ? [] : ['there is no assessment of the four factors (164.402)']),
    ...due.map(({ what, citation, due: day }) => `${what} is due by ${day} (${citation}): neither met nor argued`),
  ];
}
