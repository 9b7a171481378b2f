/** One thing that is not as it must be, with everything needed to find and mend it. */
export interface Finding {
  /** Stack as the templates name it. */
  readonly stack: string;
  /** The resource; empty where what is missing is a whole resource. */
  readonly logicalId: string;
  /** Path of the property, such as `VersioningConfiguration.Status`. */
  readonly property: string;
  /** What stands there, as text; `absent` where nothing does. */
  readonly value: string;
  /** What has to stand there. */
  readonly expected: string;
  /** As `164.312(b)`. */
  readonly citation: string;
}

/** What a check looked at: a pass is only as good as its population. */
export interface Subject {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

/**
 * What a check found. Whatever cannot be read is `cannotTell` and never `met`; `notApplicable` says why there is nothing to judge.
 */
export type Verdict =
  | {
      readonly state: 'met';
      readonly population: readonly Subject[];
      /** What a reader of the pass has to know with it. */
      readonly notes?: readonly string[];
    }
  | { readonly state: 'unmet'; readonly population: readonly Subject[]; readonly findings: readonly Finding[] }
  | { readonly state: 'notApplicable'; readonly reason: string }
  | { readonly state: 'cannotTell'; readonly reason: string };

/**
 * Ends a check that has met something it cannot read: a function whose result only a deploy knows, a template that is not there, a
 * condition operator nobody taught the evaluator. The runner turns it into the verdict of that name.
 */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
