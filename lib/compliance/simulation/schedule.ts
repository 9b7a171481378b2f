import { onceForText } from '../model/once';
import { CannotTell } from '../verdict';

const DAY_MILLISECONDS = 86_400_000;

/** A span with a leap year, long enough to hold every gap of a schedule that recurs within a year. */
const [FIRST_DAY, DAYS] = [Date.UTC(2027, 0, 1), 3 * 366];

const UNIT_DAYS: Readonly<Record<string, number>> = { minute: 1 / 1440, hour: 1 / 24, day: 1 };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The longest time, in days, that passes between two runs of an AWS schedule; infinite for one that ends or never runs. Three years are
 * walked day by day, once for each expression.
 *
 * @param expression as `rate(12 hours)` or `cron(0 5 * * ? *)`.
 * @throws CannotTell when the expression is not understood: a guess could pass for an answer.
 */
export const longestGapDays = onceForText((expression): number => {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return Number(count) * (UNIT_DAYS[unit] ?? Number.POSITIVE_INFINITY);
  const [, , , dayOfMonth, month, dayOfWeek, year] = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression) ?? [];
  if (dayOfMonth === undefined || month === undefined || dayOfWeek === undefined)
    throw new CannotTell(`the schedule ${expression} is not understood here`);
  if (year !== '*') return Number.POSITIVE_INFINITY;
  const [isMonth, isDayOfMonth, isDayOfWeek] = [fieldOf(month, MONTHS), fieldOf(dayOfMonth, []), fieldOf(dayOfWeek, WEEKDAYS)];
  const runs = Array.from({ length: DAYS }, (_, day) => day).filter((day) => {
    const date = new Date(FIRST_DAY + day * DAY_MILLISECONDS);
    return (
      isMonth(date.getUTCMonth() + 1, 12) && isDayOfMonth(date.getUTCDate(), lastDayOf(date)) && isDayOfWeek(date.getUTCDay() + 1, 7)
    );
  });
  return runs.length < 2 ? Number.POSITIVE_INFINITY : Math.max(...runs.slice(1).map((day, at) => day - (runs[at] ?? day)));
});

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Whether a value is one of a field, whose last one is given. */
type Field = (value: number, last: number) => boolean;

/** Reads a field of a cron expression: `*`, `?`, `L`, numbers, names, ranges, steps and lists of them. */
function fieldOf(text: string, names: readonly string[]): Field {
  const parts = text.split(',').map((part) => partOf(part, names));
  return (value, last) => parts.some((holds) => holds(value, last));
}

function partOf(part: string, names: readonly string[]): Field {
  if (part === '*' || part === '?') return () => true;
  if (part === 'L') return (value, last) => value === last;
  const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const first = from === '*' ? 1 : numberOf(from, names);
  const end = to === undefined ? (step === undefined ? first : undefined) : numberOf(to, names);
  if (Number.isNaN(first) || Number.isNaN(end)) throw new CannotTell(`the part ${part} of a schedule is not understood here`);
  return (value, last) => value >= first && value <= (end ?? last) && (value - first) % Number(step ?? 1) === 0;
}

function numberOf(text: string, names: readonly string[]): number {
  const at = names.indexOf(text.toUpperCase());
  return at >= 0 ? at + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
