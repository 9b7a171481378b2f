import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Step } from './step';

/** What the workflow is told to act on. */
export interface Target {
  /** Field of the input, such as `functionName`. */
  readonly field: string;
  /** What it must look like, as the inside of a regular expression, anchored at both ends. */
  readonly pattern: string;
}

/**
 * One containment, as data: how what is there is read, changed and put back. {@link containDefinition} and
 * {@link restoreDefinition} make its two workflows. In expressions, `$target` is what the input names, `$present` what the reading
 * found, `$prior` what it had found before the first change, `$incident` the incident, `$since` when the workflow was started.
 */
export interface ContainmentAction {
  /** Such as `isolate-function`; names workflow, role and evidence. */
  readonly id: string;
  /** What containing does, as a sentence. */
  readonly description: string;
  /** @default the one thing that the template names */
  readonly target?: Target;
  /** Reads what is there into `$present`. */
  readonly read: readonly Step[];
  /** JSONata: whether `$present` is contained. */
  readonly contained: string;
  readonly contain: readonly Step[];
  /** The way back; absent where there is nothing to put back. @default the docstring of the action says why there is none */
  readonly restore?: readonly Step[];
  /** JSONata: whether `$present` is as `$prior` was. @default `$present = $prior` */
  readonly restored?: string;
  /** Steps between the capture and the first change, such as asking for a second person. @default none */
  readonly before?: readonly Step[];
  /** Whether the next deploy would undo it, so that deployments are held until it is restored. */
  readonly holdsDeployments: boolean;
  /** Whether evidence is preserved first, because the change may make it unreachable. */
  readonly preservesFirst: boolean;
  /** Whether policies or detections that come before name its roles, which are then called as the workflows are. @default false */
  readonly hasNamedRoles?: boolean;
  /** What the workflows need, each on named resources; the record of them comes on top. */
  readonly may: { readonly contain: readonly PolicyStatement[]; readonly restore: readonly PolicyStatement[] };
  /** Values that only a deploy knows, by the name that steps write as `${Name}`. */
  readonly substitutions: Readonly<Record<string, string>>;
}
