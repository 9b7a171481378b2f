import { MAX_RESTARTS, RESTART_WINDOW_MS } from './limits';

/** Whether logging may be started once more, and what is to be remembered then. */
export type RestartDecision =
  { readonly kind: 'start'; readonly remember: string } | { readonly kind: 'refuse'; readonly restarts: number };

/**
 * Decides whether logging is started again: at most {@link MAX_RESTARTS} times in {@link RESTART_WINDOW_MS}. Whoever stops it again and again
 * is to be contained, and a function that does nothing else would only hide it. 164.308(a)(6)(ii).
 *
 * @param remembered times of earlier starts, as this function gave them; anything else counts as none, so that a lost memory never keeps
 *   logging off.
 */
export function decideRestart(remembered: string | undefined, nowMs: number): RestartDecision {
  const recent = timesOf(remembered).filter((time) => time > nowMs - RESTART_WINDOW_MS && time <= nowMs);
  if (recent.length >= MAX_RESTARTS) return { kind: 'refuse', restarts: recent.length };
  return { kind: 'start', remember: JSON.stringify([...recent, nowMs].map((time) => new Date(time).toISOString())) };
}

function timesOf(remembered: string | undefined): readonly number[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(remembered ?? '[]');
  } catch {
    return [];
  }
  return Array.isArray(parsed) ? parsed.map((each) => Date.parse(String(each))).filter((time) => !Number.isNaN(time)) : [];
}
