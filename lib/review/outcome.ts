import type { Entry } from './entry';

/** How a review ends, as an exit code; 1 is left to crashes, so that none reads as a verdict. */
export const OUTCOMES = {
  /** Nothing asks for anybody. */
  nothing: 0,
  /** The command cannot be understood, or the assemblies cannot be compared. */
  notComparable: 2,
  /** A reviewer has to acknowledge what the page says. */
  acknowledge: 10,
  /** Must not be merged. */
  stop: 20,
} as const;

/** How a review of two assemblies ends. */
export type Outcome = 'nothing' | 'acknowledge' | 'stop';

/** The heaviest entry decides. */
export function outcomeOf(entries: readonly Pick<Entry, 'weight'>[]): Outcome {
  if (entries.some(({ weight }) => weight === 'stops')) return 'stop';
  return entries.some(({ weight }) => weight === 'asks') ? 'acknowledge' : 'nothing';
}
