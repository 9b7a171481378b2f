/** JSON by name; strings of the form `{% … %}` are JSONata, which Step Functions evaluates. */
export type Values = Readonly<Record<string, unknown>>;

/** Where an error goes, and what is remembered of it. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: Values;
  readonly Next: string;
}

/** Calls an API of AWS. */
export interface TaskState {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments: Values;
  readonly TimeoutSeconds: number;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly IntervalSeconds: number;
    readonly MaxAttempts: number;
    readonly BackoffRate: number;
  }[];
  readonly Catch: readonly Catcher[];
  readonly Assign?: Values;
  readonly Output?: unknown;
  readonly Next: string;
}

/** Goes one way or another. */
export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly { readonly Condition: string; readonly Assign?: Values; readonly Next: string }[];
  readonly Default: string;
  readonly Assign?: Values;
}

/** Remembers something. */
export interface PassState {
  readonly Type: 'Pass';
  readonly Assign: Values;
  readonly Next: string;
}

/** One state of the part of the Amazon States Language that the workflows are written in. */
export type State =
  | TaskState
  | ChoiceState
  | PassState
  | { readonly Type: 'Wait'; readonly Seconds: number; readonly Next: string }
  | { readonly Type: 'Succeed'; readonly Output: Values }
  | { readonly Type: 'Fail'; readonly Error: string; readonly Cause: string };

/** States by name, in the order in which they are read. */
export type States = Readonly<Record<string, State>>;

/** A workflow. Its values that only a deploy knows are written `${Name}` and substituted. */
export interface Definition {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: States;
}

/** An expression that Step Functions evaluates. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}
