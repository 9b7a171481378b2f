import type { Entry } from './entry';
import type { Outcome } from './outcome';

/** One thing that a change does, with the environments that it does it to. */
export interface ReviewEntry extends Entry {
  /** Names; empty where the change as a whole is meant. */
  readonly environments: readonly string[];
}

/** One question of a reviewer, with what answers it; a question without an answer is left out. */
export interface ReviewSection {
  readonly id: string;
  readonly title: string;
  /** All of them, the heaviest first. */
  readonly entries: readonly ReviewEntry[];
  /** How many a page shows: one page, and the rest counted. */
  readonly most: number;
}

/** What a change does to the templates. */
export interface Review {
  readonly outcome: Outcome;
  /** Environments that both sides have. */
  readonly environments: readonly string[];
  readonly sections: readonly ReviewSection[];
}

/** What a page shows of a section, and how many it leaves out. What stops the change is always there. */
export function shownOf({ entries, most }: ReviewSection): { readonly shown: readonly ReviewEntry[]; readonly leftOut: number } {
  const shown = entries.filter(({ weight }, at) => at < most || weight === 'stops');
  return { shown, leftOut: entries.length - shown.length };
}
