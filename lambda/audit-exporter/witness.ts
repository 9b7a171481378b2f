import { auditEventId } from '../shared/audit-id';
import { isRecord } from '../shared/record';
import { parseUuid, type Uuid } from '../shared/uuid';
import { parseJson } from './event-line';
import { findingsOf, type Finding } from './findings';
import { LONGEST_TRANSACTION_MS } from './longest-transaction';

/** More events than one answer has, by far. */
const MAX_EVENTS_OF_ANSWER = 100_000;

/** Events that may yet turn out to stand between two logged ones; beyond this they add no findings. */
const MAX_PENDING = 10_000;

/**
 * Ids of the events that a line of the request log stands for.
 *
 * @returns none for a line of another kind.
 */
export function loggedIds(line: string): readonly Uuid[] {
  const value = parseJson(line);
  const auditId = isRecord(value) ? parseUuid(value['auditId']) : undefined;
  const events = isRecord(value) ? value['auditEvents'] : undefined;
  if (!auditId || typeof events !== 'number' || !Number.isSafeInteger(events) || events < 1 || events > MAX_EVENTS_OF_ANSWER) return [];
  return Array.from({ length: events }, (_, index) => auditEventId(auditId, index + 1));
}

/** How far the comparison reached. */
export interface WitnessSummary {
  readonly logged: number;
  readonly matched: number;
  /** Logged at the very end, where their export may still be to come. */
  readonly tooNew: number;
  /** Exported before or after what the log tells of. */
  readonly notCovered: number;
}

/**
 * Compares what the service logged with what was exported, both ways: an event that somebody deleted from the database before its export,
 * and one that no answer stands behind. 164.312(b).
 *
 * A log line carries no time, so the order of lines and of batches stands for it. A logged event counts as missing when a later line's event
 * is in a batch that was planned an hour before the newest: by then no transaction that still runs can hold it back. An exported event
 * counts as unlogged when logged ones stand in a batch before and in a batch after its own. What is outside of that is counted, and nothing
 * is claimed about it.
 *
 * Memory grows with the log that is given, about 150 bytes an event; a day at a time is what this is for.
 */
export class Witness {
  private readonly open = new Map<Uuid, number>();
  private logged = 0;
  private events = 0;
  private compared = 0;
  private matched = 0;
  private settledLine = 0;
  private recent: { readonly plannedAtMs: number; readonly line: number }[] = [];
  private pending: Finding[] = [];
  private pendingEvents = 0;

  /** Takes the ids of one line of the log. */
  addLine(line: number, ids: readonly Uuid[]): void {
    for (const id of ids) {
      if (!this.open.has(id)) this.logged += 1;
      this.open.set(id, line);
    }
  }

  /** Takes the ids of the next batch; its findings are about batches before it. */
  addBatch(key: string, plannedAtMs: number, ids: readonly Uuid[]): readonly Finding[] {
    const unlogged: Uuid[] = [];
    let latest = 0;
    for (const id of ids) {
      const line = this.open.get(id);
      if (line === undefined) unlogged.push(id);
      else latest = Math.max(latest, line);
      this.open.delete(id);
    }
    this.settle(plannedAtMs, latest);
    this.events += unlogged.length;
    const begun = this.matched > 0;
    this.matched += ids.length - unlogged.length;
    // The batch in which the log begins or ends is covered in part only.
    if (latest === 0) return begun ? this.keep(key, unlogged) : [];
    const findings = begun ? this.pending : [];
    this.compared += begun ? this.pendingEvents : 0;
    this.pending = [];
    this.pendingEvents = 0;
    if (begun) this.keep(key, unlogged);
    return findings;
  }

  /** What is missing, and how far the comparison reached. */
  end(): { readonly findings: readonly Finding[]; readonly summary: WitnessSummary } {
    const missing = [...this.open].filter(([, line]) => line < this.settledLine);
    const findings = missing.map(([id, line]) => findingsOf(`line ${line}`)('logged_not_exported', `event ${id} in a batch`, 'none'));
    const { logged, matched } = this;
    return { findings, summary: { logged, matched, tooNew: this.open.size - missing.length, notCovered: this.events - this.compared } };
  }

  private keep(key: string, unlogged: readonly Uuid[]): readonly Finding[] {
    const finding = findingsOf(key);
    const room = MAX_PENDING - this.pending.length;
    this.pending.push(...unlogged.slice(0, room).map((id) => finding('exported_not_logged', `event ${id} in the log`, 'none')));
    this.pendingEvents += unlogged.length;
    return [];
  }

  private settle(plannedAtMs: number, line: number): void {
    if (line > 0) this.recent.push({ plannedAtMs, line });
    const settled = this.recent.filter((each) => each.plannedAtMs + LONGEST_TRANSACTION_MS <= plannedAtMs);
    this.settledLine = Math.max(this.settledLine, ...settled.map((each) => each.line));
    this.recent = this.recent.filter((each) => each.plannedAtMs + LONGEST_TRANSACTION_MS > plannedAtMs);
  }
}
