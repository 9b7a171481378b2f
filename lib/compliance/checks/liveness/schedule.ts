import type { Resource } from '../../model/environment';
import { textAt } from '../../model/read';

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Minutes between two runs of a schedule; undefined for a rule without one, or with one that is less than daily or not understood. */
export function minutesBetween(rule: Resource): number | undefined {
  const expression = textAt(rule, 'ScheduleExpression') ?? '';
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) * (MINUTES[unit] ?? Number.NaN);
  return /^cron\(\S+ \S+ (?:\*|\?) \* (?:\?|\*) \*\)$/.test(expression) ? MINUTES['day'] : undefined;
}
