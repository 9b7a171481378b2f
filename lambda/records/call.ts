import { auditEventId } from '../shared/audit-id';
import type { Uuid } from '../shared/uuid';
import type { Principal } from './claims';
import type { DataKeys } from './data-keys';
import type { KeyRing } from './field-crypto';
import type { Database, KeyClass, MacProvider, ObjectStore } from './ports';
import { refuse, type Refused } from './refusals';
import type { RouteName } from './routes';
import type { JsonObject } from './strict-json';

/** What operations work with. */
export interface Tools {
  readonly database: Database;
  readonly keys: DataKeys;
  readonly index: MacProvider;
  readonly objects: ObjectStore;
}

/** The audit events of one request: each has its id from the one id that the request is logged with. */
export class RequestAudit {
  private written = 0;

  constructor(readonly id: Uuid) {}

  /** Id for the next event. */
  get next(): Uuid {
    return auditEventId(this.id, this.written + 1);
  }

  /** How many events the request has left. */
  get count(): number {
    return this.written;
  }

  /** Says that a statement with {@link next} has committed this many events. */
  add(events: number): void {
    this.written += events;
  }
}

/** A request that passed every check before its operation. */
export interface Call {
  readonly route: RouteName;
  readonly principal: Principal;
  /** Ids taken from the path, by their name in the route. */
  readonly ids: ReadonlyMap<string, Uuid>;
  readonly query: ReadonlyMap<string, string>;
  /** As the route's body schema for the role admits it; empty for a route without a body. */
  readonly body: JsonObject;
  /** From `If-Match`, where it was given. */
  readonly version: number | undefined;
  /** From `Idempotency-Key`, where it was given. */
  readonly idempotencyKey: Uuid | undefined;
  readonly requestId: Uuid;
  readonly clientIp: string;
  readonly audit: RequestAudit;
  /** Milliseconds since the epoch, at the start of the request. */
  readonly nowMs: number;
}

/** What an operation answers: the whole body, built field by field, or a refusal. */
export type OperationOutcome =
  | {
      readonly kind: 'answer';
      readonly body: Readonly<Record<string, unknown>>;
      /** Version of the record, for the `etag`. */
      readonly version?: number;
    }
  | Refused;

/** One operation. A rejection is answered with 500 and its reason is dropped. */
export type Operation = (call: Call, tools: Tools) => Promise<OperationOutcome>;

/** Unwrapped keys for one request, or the refusal that their absence is. */
export type OpenedRing = { readonly kind: 'opened'; readonly keys: KeyRing } | Refused;

/** The keys of the given classes, before any row is read, so that a row is never read in vain. */
export async function openKeys({ keys }: Tools, classes: readonly KeyClass[], nowMs: number): Promise<OpenedRing> {
  const opened = await keys.open(classes, nowMs);
  return opened.kind === 'opened' ? opened : refuse(opened.code);
}

/**
 * An id of the path.
 *
 * @throws Error when the route has none of that name: a mistake in the table of routes.
 */
export function pathId({ route, ids }: Call, name: string): Uuid {
  const id = ids.get(name);
  if (!id) throw new Error(`The path of ${route} has no {${name}}.`);
  return id;
}
