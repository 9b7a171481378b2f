import { CannotTell } from '../compliance/verdict';

/** What stands where only a deploy knows the value. */
export const UNKNOWN = 'known only to a deploy';

/** A value of a template as text, whole: `absent` for none, {@link UNKNOWN} for what cannot be read, so that a table does not end there. */
export function told(read: () => unknown): string {
  try {
    const value = read();
    if (value === undefined || value === null) return 'absent';
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch (error) {
    if (error instanceof CannotTell) return UNKNOWN;
    throw error;
  }
}

/** {@link told}, with nothing in the place of `absent`. */
export function toldOrNone(read: () => unknown): string {
  const text = told(read);
  return text === 'absent' ? '' : text;
}
