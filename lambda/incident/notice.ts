import { daysBetween, type Day } from './calendar';
import { clocksOf, type Clock } from './clocks';
import type { IncidentRecord } from './record';

/** Days before a due day on which officers are told; after it, every day. */
export const WARNING_DAYS: readonly number[] = [15, 5, 1];

/** The clocks of which officers are told today. */
export function clocksToTell(record: IncidentRecord, today: Day): readonly Clock[] {
  return clocksOf(record, today).filter(
    ({ state, due }) => state === 'overdue' || (state === 'running' && (WARNING_DAYS.includes(daysBetween(today, due)) || due === today)),
  );
}

/**
 * What officers are sent: ids, citations and days, in a channel that leaves the encrypted path. Nothing that anybody wrote into the record
 * is in it. 164.308(a)(6)(ii).
 *
 * @returns undefined when there is nothing to tell.
 */
export function officerNotice(record: IncidentRecord, today: Day): string | undefined {
  const clocks = clocksToTell(record, today);
  if (clocks.length === 0) return undefined;
  const lines = clocks.map(({ id, citation, due, state }) => {
    const days = daysBetween(today, due);
    return `${state === 'overdue' ? `OVERDUE by ${-days} d` : `due in ${days} d`}: ${id} (${citation}), ${due}`;
  });
  return [`Incident ${record.id}`, ...lines, `npm run incident -- status ${record.id}`, 'What to do: docs/incidents.md.'].join('\n');
}
