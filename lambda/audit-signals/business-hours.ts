import { CodedError } from '../shared/outcome';

/** Hours of Monday to Friday, in UTC, in which somebody works; `until` is the first hour after them. */
export interface BusinessHours {
  readonly from: number;
  readonly until: number;
}

/**
 * Reads hours from the environment: `none`, or as `13-22`.
 *
 * @throws CodedError `business_hours_invalid` for anything else, and unless the first hour is before the second.
 */
export function parseBusinessHours(text: string): BusinessHours | undefined {
  if (text === 'none') return undefined;
  const [from, until] = /^\d{1,2}-\d{1,2}$/.test(text) ? text.split('-').map(Number) : [];
  if (from === undefined || until === undefined || from >= until || until > 24) throw new CodedError('business_hours_invalid');
  return { from, until };
}

/** When the business hours that hold a time began, in milliseconds since the epoch; undefined outside of them. */
export function openedAtMs(hours: BusinessHours, atMs: number): number | undefined {
  const at = new Date(atMs);
  const weekend = at.getUTCDay() === 0 || at.getUTCDay() === 6;
  if (weekend || at.getUTCHours() < hours.from || at.getUTCHours() >= hours.until) return undefined;
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), hours.from);
}
