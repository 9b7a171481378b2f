import type { AuditEvent } from '../audit-exporter/event-line';
import type { Finding, FindingCode } from '../audit-exporter/findings';
import { LONGEST_TRANSACTION_MS } from '../audit-exporter/longest-transaction';
import { FIELD_CLASS } from './field-class';

/** Whom and what to count. */
export interface ScopeQuestion {
  /** Instants in ISO 8601: from the first, before the second. */
  readonly from: string;
  readonly to: string;
  /** One actor's accesses. @default anybody's */
  readonly actor?: string | undefined;
  /** These patients only. @default every patient */
  readonly patients?: readonly string[] | undefined;
}

/** One read of an object, as CloudTrail recorded it. */
export interface DataEvent {
  readonly at: string;
  /** Id of the document or recording, out of the object's key. */
  readonly object: string;
}

/** Whom a window of accesses reached: 164.402, 164.404(c)(1). Ids, counts and names of fields; no value of a record. */
export interface Scope {
  readonly question: ScopeQuestion;
  /** Ids of patients, sorted. */
  readonly individuals: readonly string[];
  readonly events: number;
  readonly dataClasses: readonly string[];
  readonly fields: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly firstAccessAt: string | null;
  readonly lastAccessAt: string | null;
  /** Why more may have been reached; empty when nothing in the window is missing. */
  readonly lowerBoundBecause: readonly string[];
  /** Documents and recordings to which an address was handed out, and how many of them somebody fetched. */
  readonly objects: { readonly handedOut: number; readonly fetched: number | 'cannot be answered: data events were not given' };
}

/** Findings that leave the content of the batches whole. */
const HARMLESS: readonly FindingCode[] = ['several_versions', 'delete_marker', 'retention_missing', 'unknown_file', 'heartbeat_late'];

/** Resource types whose content is an object in a bucket. */
const IN_OBJECTS: readonly string[] = ['document', 'recording', 'session'];

/**
 * Counts whom accesses reached, as `POST /v1/breach-assessments` counts it in the database: successful events about a patient that carry
 * fields; persons, not rows. An event that is in two epochs, after a restore, counts once.
 *
 * It is shown every batch in order, and says itself when the window is not whole.
 */
export class ScopeCounter {
  private readonly seen = new Set<string>();
  private readonly patients = new Set<string>();
  private readonly fields = new Set<string>();
  private readonly types = new Set<string>();
  private readonly handedOut = new Set<string>();
  private readonly wanted: ReadonlySet<string> | undefined;
  private readonly gaps: string[] = [];
  private readonly from: number;
  private readonly to: number;
  private first: string | null = null;
  private last: string | null = null;
  /** Every event before this was in a batch that was shown, or would have been in one that was missing or broken. */
  private reachedMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly question: ScopeQuestion) {
    [this.from, this.to] = [Date.parse(question.from), Date.parse(question.to)];
    this.wanted = question.patients && new Set(question.patients);
  }

  /**
   * Takes one batch.
   *
   * @param plannedAt when it was planned; undefined when its header cannot be read.
   * @param findings about it, and about the place before it.
   */
  add(key: string, plannedAt: string | undefined, events: readonly AuditEvent[], findings: readonly Finding[]): void {
    const harm = findings.filter(({ code }) => !HARMLESS.includes(code));
    if (this.mayHide(plannedAt)) this.gaps.push(...harm.map(({ code, expected }) => `${key}: ${code}, expected ${expected}`));
    for (const event of events) this.count(event);
    if (harm.length === 0 && plannedAt !== undefined) this.reach(plannedAt, events);
  }

  /** @param dataEvents reads of objects in the window; undefined where nobody recorded them, or nobody has them. */
  result(dataEvents: readonly DataEvent[] | undefined): Scope {
    const fetched = new Set(
      dataEvents?.filter(({ at, object }) => this.inWindow(at) && this.handedOut.has(object)).map(({ object }) => object),
    );
    const fields = [...this.fields].sort();
    return {
      question: this.question,
      individuals: [...this.patients].sort(),
      events: this.seen.size,
      dataClasses: [...new Set(fields.flatMap((field) => FIELD_CLASS[field] ?? []))].sort(),
      fields,
      resourceTypes: [...this.types].sort(),
      firstAccessAt: this.first,
      lastAccessAt: this.last,
      lowerBoundBecause: [...this.gaps, ...this.unreached()],
      objects: {
        handedOut: this.handedOut.size,
        fetched: dataEvents === undefined ? 'cannot be answered: data events were not given' : fetched.size,
      },
    };
  }

  private count(event: AuditEvent): void {
    const { id, at, actor_id, outcome, patient_id, fields, resource_type, resource_id } = event;
    if (!this.inWindow(at) || outcome !== 'success' || patient_id === null) return;
    if (this.question.actor !== undefined && actor_id !== this.question.actor) return;
    if (this.wanted && !this.wanted.has(patient_id)) return;
    if (IN_OBJECTS.includes(resource_type) && event.event_type === 'phi.disclosure.grant' && resource_id !== null)
      this.handedOut.add(resource_id);
    if (fields === null || fields.length === 0 || this.seen.has(id)) return;
    this.seen.add(id);
    this.patients.add(patient_id);
    this.types.add(resource_type);
    for (const field of fields) this.fields.add(field);
    if (this.first === null || at < this.first) this.first = at;
    if (this.last === null || at > this.last) this.last = at;
  }

  private inWindow(at: string): boolean {
    const ms = Date.parse(at);
    return ms >= this.from && ms < this.to;
  }

  /** Whether what was missing or broken up to a plan can be an event of the window. */
  private mayHide(plannedAt: string | undefined): boolean {
    return this.reachedMs < this.to && (plannedAt === undefined || Date.parse(plannedAt) >= this.from);
  }

  /**
   * A batch is full before it reaches its plan where there is a backlog, so the plan of an empty one alone tells how far it reached. Of others
   * the events tell, and none is of later than the plan, whatever it says.
   */
  private reach(plannedAt: string, events: readonly AuditEvent[]): void {
    const plannedMs = Date.parse(plannedAt);
    const newestMs = events.reduce((newest, { at }) => Math.max(newest, Date.parse(at)), Number.NEGATIVE_INFINITY);
    const reachedMs = events.length === 0 ? plannedMs : Math.min(plannedMs, newestMs);
    this.reachedMs = Math.max(this.reachedMs, reachedMs - LONGEST_TRANSACTION_MS);
  }

  private unreached(): readonly string[] {
    if (this.reachedMs >= this.to) return [];
    if (!Number.isFinite(this.reachedMs)) return ['the archive holds no whole batch'];
    const reached = new Date(this.reachedMs).toISOString();
    return [
      `the archive is complete up to ${reached}, an hour before its newest, and the window ends at ${this.question.to}: count again later`,
    ];
  }
}
