import { CannotTell } from '../verdict';

const DAY_MILLISECONDS = 86_400_000;

/** A span with a leap year, long enough to hold every gap of a schedule that recurs within a year. */
const [FIRST_DAY, DAYS] = [Date.UTC(2027, 0, 1), 3 * 366];

const UNIT_DAYS: Readonly<Record<string, number>> = { minute: 1 / 1440, hour: 1 / 24, day: 1 };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The longest time, in days, that passes between two runs of an AWS schedule; infinite for one that ends or never runs.
 *
 * @param expression as `rate(12 hours)` or `cron(0 5 * * ? *)`.
 * @throws CannotTell when the expression is not understood: a guess could pass for an answer.
 */
export function longestGapDays(expression: string): number {
  const known = gaps.get(expression);
  if (known !== undefined) return known;
  const gap = gapOf(expression);
  gaps.set(expression, gap);
  return gap;
}

/** Three years day by day are walked once for each expression. */
const gaps = new Map<string, number>();

function gapOf(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return Number(count) * (UNIT_DAYS[unit] ?? Number.POSITIVE_INFINITY);
  const [, , , dayOfMonth, month, dayOfWeek, year] = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression) ?? [];
  if (dayOfMonth === undefined || month === undefined || dayOfWeek === undefined)
    throw new CannotTell(`the schedule ${expression} is not understood here`);
  if (year !== '*') return Number.POSITIVE_INFINITY;
  const runs = Array.from({ length: DAYS }, (_, day) => day).filter((day) => {
    const date = new Date(FIRST_DAY + day * DAY_MILLISECONDS);
    return (
      holds(month, date.getUTCMonth() + 1, 12, MONTHS) &&
      holds(dayOfMonth, date.getUTCDate(), lastDayOf(date), []) &&
      holds(dayOfWeek, date.getUTCDay() + 1, 7, WEEKDAYS)
    );
  });
  return runs.length < 2 ? Number.POSITIVE_INFINITY : Math.max(...runs.slice(1).map((day, at) => day - (runs[at] ?? day)));
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Whether a field of a cron expression takes a value: `*`, `?`, `L`, numbers, names, ranges, steps and lists of them. */
function holds(field: string, value: number, last: number, names: readonly string[]): boolean {
  return field.split(',').some((part) => {
    if (part === '*' || part === '?') return true;
    if (part === 'L') return value === last;
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const first = from === '*' ? 1 : numberOf(from, names);
    const end = to === undefined ? (step === undefined ? first : last) : numberOf(to, names);
    if (Number.isNaN(first) || Number.isNaN(end)) throw new CannotTell(`the part ${part} of a schedule is not understood here`);
    return value >= first && value <= end && (value - first) % Number(step ?? 1) === 0;
  });
}

function numberOf(text: string, names: readonly string[]): number {
  const at = names.indexOf(text.toUpperCase());
  return at >= 0 ? at + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
