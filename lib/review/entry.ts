import type { FieldAccess } from '../compliance/field-access';
import type { EnvironmentModel } from '../compliance/model/environment';
import type { GateResult } from '../compliance/run-checks';
import type { Phrase } from './phrase';

/** `stops` must not be merged, `asks` wants a reviewer's acknowledgement, `tells` is good to know. */
export type Weight = 'stops' | 'asks' | 'tells';

/** One thing that a change does to one environment. */
export interface Entry {
  /** Stable name of its class, such as `check-weaker`, for whoever reads the JSON. */
  readonly kind: string;
  readonly weight: Weight;
  readonly text: Phrase;
  readonly details: readonly Phrase[];
}

/** One environment before and after the change. */
export interface EnvironmentPair {
  readonly name: string;
  readonly base: EnvironmentModel;
  readonly head: EnvironmentModel;
  /** What the checks say of the base. */
  readonly before: GateResult;
  /** What the same checks say of the head. */
  readonly after: GateResult;
  /** ISO date, by which exceptions expire. */
  readonly today: string;
  /** What the handlers of the two let each role do; undefined where an assembly does not say. */
  readonly fieldAccess: { readonly base: readonly FieldAccess[] | undefined; readonly head: readonly FieldAccess[] | undefined };
}

/** What one section of the review finds in one environment; pure. */
export type SectionOf = (pair: EnvironmentPair) => readonly Entry[];
