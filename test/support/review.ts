import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { compare } from '../../lib/review/compare';
import { toText } from '../../lib/review/phrase';
import type { Review, ReviewEntry } from '../../lib/review/review';
import { changed, checkOf, modelOf, type TemplateDraft } from './weakening';

/** The day of every review here; no exception of ours expires within a month of it. */
export const TODAY = '2026-11-27';

/** An entry in plain words. */
export interface PlainEntry {
  readonly kind: string;
  readonly weight: string;
  readonly text: string;
  readonly details: readonly string[];
}

/** The review of two models, by the checks of some ids. */
export function reviewed(base: EnvironmentModel, head: EnvironmentModel, ids: readonly string[] = [], today = TODAY): Review {
  return compare([base], [head], { checks: ids.map(checkOf), today });
}

/** The review of one change of prod. */
export function reviewOf(change: (draft: TemplateDraft) => void, ids: readonly string[] = []): Review {
  return reviewed(modelOf('prod'), changed('prod', change), ids);
}

/** The review of the same change taken back. */
export function reviewOfUndoing(change: (draft: TemplateDraft) => void, ids: readonly string[] = []): Review {
  return reviewed(changed('prod', change), modelOf('prod'), ids);
}

/** The entries of one section; none where the review has no such section. */
export function entriesOf(review: Review, section: string): readonly PlainEntry[] {
  return (review.sections.find(({ id }) => id === section)?.entries ?? []).map(toPlain);
}

/** The entries of one class, of any section. */
export function ofKind(review: Review, kind: string): readonly PlainEntry[] {
  return review.sections.flatMap(({ entries }) => entries.filter((entry) => entry.kind === kind).map(toPlain));
}

function toPlain({ kind, weight, text, details }: ReviewEntry): PlainEntry {
  return { kind, weight, text: toText(text), details: details.map(toText) };
}
