import { dayIn, type Day } from '../incident/calendar';
import type { IncidentStore, Officer } from '../incident/ports';
import { sweep } from '../incident/sweep';
import { SWEEPS_PREFIX } from './contract';

/** Officers are told from this hour on, in UTC: a morning in the Americas, where yesterday's mail would count a day too many. */
const FIRST_HOUR_UTC = 12;

/** What a run did. */
export type Told =
  | { readonly outcome: 'early' | 'told_before' }
  | { readonly outcome: 'told'; readonly notices: number; readonly broken: number };

/**
 * Tells both officers, once a day, which clocks of which incidents run out: 164.404(b), 164.308(a)(6)(ii). The day is written down after
 * everybody was told and not before, so a run that fails leaves it to the next one, which repeats what some had already been sent.
 *
 * @throws CodedError of the store or the topic.
 */
export async function tellDay(store: IncidentStore, officers: readonly Officer[], now: string): Promise<Told> {
  if (new Date(now).getUTCHours() < FIRST_HOUR_UTC) return { outcome: 'early' };
  const key = keyOf(dayIn(now, 'UTC'));
  if ((await store.list(key)).length > 0) return { outcome: 'told_before' };
  const { notices, broken } = await sweep(store, now);
  for (const text of broken.length > 0 ? [...notices, brokenNotice(broken.length)] : notices) {
    for (const officer of officers) await officer.tell(text);
  }
  const counts = { notices: notices.length, broken: broken.length };
  // Whoever came first has told the same.
  await store.create(key, Buffer.from(`${JSON.stringify({ at: now, ...counts })}\n`));
  return { outcome: 'told', ...counts };
}

function keyOf(day: Day): string {
  return `${SWEEPS_PREFIX}${day}.json`;
}

/** Without what is wrong with them, which may cite what somebody wrote. */
function brokenNotice(count: number): string {
  return [
    `Records of incidents that are not whole: ${count}. Their clocks run on, and nobody can tell them here.`,
    'npm run incident -- notice',
    'What to do: docs/runbook.md, IncidentClocksBroken.',
  ].join('\n');
}
