declare const dayBrand: unique symbol;

/** A day of the calendar, as `2027-03-01`; texts of two days sort as the days do. */
export type Day = string & { readonly [dayBrand]: true };

const MS_A_DAY = 86_400_000;

/** Reads a day, which must exist: `2027-02-29` is none. */
export function parseDay(text: string): Day | undefined {
  const ms = /^(?:19|20|21)\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || dayOf(ms) !== text ? undefined : dayOf(ms);
}

/** The day a whole number of days later. Days of a calendar have no hours, so no change of the clocks can shorten one. */
export function addDays(day: Day, days: number): Day {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * MS_A_DAY);
}

/** Days from one day to a later one; negative when it is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MS_A_DAY;
}

/** The last day of the calendar year. */
export function endOfYear(day: Day): Day {
  return `${day.slice(0, 4)}-12-31` as Day;
}

/** The later of two days. */
export function laterOf(a: Day, b: Day): Day {
  return a > b ? a : b;
}

/**
 * The day that a clock on the wall shows at an instant.
 *
 * @param instant in ISO 8601, with its offset.
 * @param timeZone IANA name, such as `America/New_York`: the same instant is two days in two offices.
 */
export function dayIn(instant: string, timeZone: string): Day {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(
    new Date(instant),
  );
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}` as Day;
}

/** Whether a name is a time zone that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    // The constructor alone knows every zone, links included.
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch {
    return false;
  }
}

function dayOf(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10) as Day;
}
