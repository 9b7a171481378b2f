import type { Catcher, State, States, TaskState, Values } from './asl';
import { jsonata } from './asl';

/** One call of AWS in a workflow. */
export interface Step {
  /** The state's name: what it does, as a phrase, unique in its workflow. */
  readonly name: string;
  /** After `arn:aws:states:::`, such as `aws-sdk:lambda:putFunctionConcurrency`. */
  readonly call: string;
  readonly arguments: Values;
  /** Variables that it sets. @default none */
  readonly assign?: Values;
  /** JSONata; the step is left out where it is false. @default always taken */
  readonly when?: string;
  /** Errors that are an answer, such as that what is to go is gone; the variables that they set instead. @default every error fails */
  readonly answers?: { readonly errors: readonly string[]; readonly assign?: Values };
  /** For a call whose name does not tell that it only reads. @default told by the name */
  readonly readsOnly?: boolean;
  /** @default 60 */
  readonly timeoutSeconds?: number;
  /**
   * Whether the workflow goes on when it fails, because it must not stand between an incident and its containment. What it fell short
   * of is recorded, and the execution fails in the end. @default false
   */
  readonly mayFail?: boolean;
}

/** By which name an API says that it was asked too often; nothing else is tried again. Where a service has no name for it, none is. */
const THROTTLING: Readonly<Record<string, readonly string[]>> = {
  cognitoidentityprovider: ['CognitoIdentityProvider.TooManyRequestsException'],
  lambda: ['Lambda.TooManyRequestsException'],
  ssm: ['Ssm.TooManyUpdatesException'],
};

/** The state that a failed step goes to. */
export const FAILURE = 'Record the failure';

/** Calls that only read; all others change something, or write the record. */
function reads({ call, readsOnly = false }: Step): boolean {
  return readsOnly || /:(?:get|list|describe|lookup)[A-Z]\w*$/.test(call);
}

/**
 * The steps one after the other, and then `next`. A failed one leaves its name and error in `$failure`, and goes on to record them;
 * a taken one that changes something adds its name to `$done`.
 */
export function chain(steps: readonly Step[], next: string): States {
  return Object.fromEntries(
    steps.flatMap((step, at): [string, State][] => {
      const following = entryOf(steps[at + 1], next);
      const task: [string, TaskState] = [step.name, taskOf(step, following)];
      if (step.when === undefined) return [task];
      return [
        [entryOf(step, next), { Type: 'Choice', Choices: [{ Condition: jsonata(step.when), Next: step.name }], Default: following }],
        task,
      ];
    }),
  );
}

/** The state with which a chain begins. */
export function entryOf(step: Step | undefined, next: string): string {
  if (step === undefined) return next;
  return step.when === undefined ? step.name : `${step.name}?`;
}

function taskOf(step: Step, next: string): TaskState {
  const service = /aws-sdk:(\w+):/.exec(step.call)?.[1] ?? step.call.split(':')[0] ?? '';
  const throttling = THROTTLING[service] ?? [];
  const done: Values = reads(step) ? {} : { done: jsonata(`$append($done, ['${step.name}'])`) };
  const assign = { ...done, ...step.assign };
  const answers: Catcher[] = step.answers ? [{ ErrorEquals: step.answers.errors, ...assigned(step.answers.assign ?? {}), Next: next }] : [];
  return {
    Type: 'Task',
    Resource: `arn:\${Partition}:states:::${step.call}`,
    Arguments: step.arguments,
    TimeoutSeconds: step.timeoutSeconds ?? 60,
    ...(throttling.length > 0 ? { Retry: [{ ErrorEquals: throttling, IntervalSeconds: 2, MaxAttempts: 4, BackoffRate: 2 }] } : {}),
    Catch: [...answers, { ErrorEquals: ['States.ALL'], ...(step.mayFail === true ? goOn(step, next) : giveUp(step)) }],
    ...assigned(assign),
    // What AWS answered stays out of the next state's input: variables carry what is needed of it.
    Output: {},
    Next: next,
  };
}

function giveUp({ name }: Step): Omit<Catcher, 'ErrorEquals'> {
  return { Assign: { failure: { step: name, error: jsonata('$states.errorOutput.Error') } }, Next: FAILURE };
}

function goOn({ name }: Step, next: string): Omit<Catcher, 'ErrorEquals'> {
  return { Assign: { shortcomings: jsonata(`$append($shortcomings, ['${name}: ' & $states.errorOutput.Error])`) }, Next: next };
}

function assigned(variables: Values): { Assign?: Values } {
  return Object.keys(variables).length > 0 ? { Assign: variables } : {};
}
