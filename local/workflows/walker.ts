import jsonata from 'jsonata';

type Values = Readonly<Record<string, unknown>>;

/** One state as the template has it; only the fields that the walker reads. */
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Assign?: Values;
  readonly Output?: unknown;
  readonly Choices?: readonly { readonly Condition: string; readonly Assign?: Values; readonly Next: string }[];
  readonly Default?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Assign?: Values; readonly Next: string }[];
  readonly Error?: string;
  readonly Cause?: string;
}

/** A workflow as the template has it. */
export interface Workflow {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** One call that a workflow makes. */
export interface Call {
  readonly state: string;
  /** After `arn:aws:states:::`, such as `aws-sdk:s3:putObject`. */
  readonly resource: string;
  readonly arguments: Values;
}

/** An error by the name that Step Functions gives it, such as `Ssm.ParameterNotFoundException`. */
export class WorkflowError extends Error {
  constructor(
    override readonly name: string,
    message = '',
  ) {
    super(message);
  }
}

/** What became of an execution. */
export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Every call that was made, retries included. */
  readonly calls: readonly Call[];
}

/** How an execution is started. */
export interface Start {
  readonly name: string;
  readonly input: unknown;
  /** Answers a call, or throws a {@link WorkflowError}. */
  readonly answer: (call: Call) => unknown;
}

/** More states than this in one execution are a loop. */
const MOST_STATES = 400;

/**
 * Walks through a workflow as Step Functions would: JSONata, variables, choices, retries and catches. Waiting takes no time. It knows the
 * states that the workflows here are made of, and no others.
 *
 * @throws Error on a state or a query language that it does not know, and on an execution that does not end.
 */
export async function walk(workflow: Workflow, { name, input, answer }: Start): Promise<Outcome> {
  if (workflow.QueryLanguage !== 'JSONata')
    throw new Error(`The workflow is written in ${String(workflow.QueryLanguage)}; the walker reads JSONata.`);
  const calls: Call[] = [];
  const context = { Execution: { Name: name, Id: `execution:${name}`, Input: input }, Task: { Token: `token-of-${name}` } };
  let variables: Values = {};
  let stateInput: unknown = input;
  let at = workflow.StartAt;
  const ended = (rest: Partial<Outcome>): Outcome => ({
    status: 'FAILED',
    output: undefined,
    error: undefined,
    cause: undefined,
    calls,
    ...rest,
  });
  for (let count = 0; count < MOST_STATES; count += 1) {
    const state = workflow.States[at];
    if (!state) throw new Error(`There is no state "${at}".`);
    const scope = (more: Values = {}): Values => ({ states: { input: stateInput, context, ...more }, ...variables });
    const assign = async (values: Values | undefined, bound: Values): Promise<void> => {
      variables = { ...variables, ...((await evaluate(values ?? {}, bound)) as Values) };
    };
    try {
      switch (state.Type) {
        case 'Succeed':
          return ended({ status: 'SUCCEEDED', output: await evaluate(state.Output, scope()) });
        case 'Fail':
          return ended({ error: String(await evaluate(state.Error, scope())), cause: String(await evaluate(state.Cause, scope())) });
        case 'Wait':
          at = state.Next ?? '';
          continue;
        case 'Pass':
          await assign(state.Assign, scope());
          at = state.Next ?? '';
          continue;
        case 'Choice': {
          const taken = await firstTrue(state.Choices ?? [], scope());
          await assign(taken?.Assign, scope());
          at = taken?.Next ?? state.Default ?? '';
          continue;
        }
        case 'Task': {
          try {
            const call = { state: at, resource: resourceOf(state), arguments: (await evaluate(state.Arguments, scope())) as Values };
            const bound = scope({ result: attempt(state, call, calls, answer) });
            const output = await evaluate(state.Output ?? {}, bound);
            await assign(state.Assign, bound);
            stateInput = output;
            at = state.Next ?? '';
          } catch (error) {
            if (!(error instanceof WorkflowError)) throw error;
            const caught = state.Catch?.find(({ ErrorEquals }) => catches(ErrorEquals, error.name));
            if (!caught) throw error;
            await assign(caught.Assign, scope({ errorOutput: { Error: error.name, Cause: error.message } }));
            at = caught.Next;
          }
          continue;
        }
        default:
          throw new Error(`The walker does not know a state of type ${state.Type}.`);
      }
    } catch (error) {
      if (error instanceof WorkflowError) return ended({ error: error.name, cause: `${at}: ${error.message}` });
      throw error;
    }
  }
  throw new Error(`The execution was still running after ${MOST_STATES} states, last at "${at}".`);
}

function attempt(state: State, call: Call, calls: Call[], answer: Start['answer']): unknown {
  for (let tried = 0; ; tried += 1) {
    try {
      calls.push(call);
      return structuredClone(answer(call)) ?? {};
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error;
      const retry = state.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error.name));
      if (tried >= (retry?.MaxAttempts ?? 0)) throw error;
    }
  }
}

function catches(names: readonly string[], error: string): boolean {
  return names.includes(error) || names.includes('States.ALL');
}

function resourceOf({ Resource = '' }: State): string {
  return Resource.replace(/^arn:[^:]+:states:::/, '');
}

async function firstTrue<Choice extends { readonly Condition: string }>(
  choices: readonly Choice[],
  scope: Values,
): Promise<Choice | undefined> {
  for (const choice of choices) if ((await evaluate(choice.Condition, scope)) === true) return choice;
  return undefined;
}

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** Evaluates every expression in a value; one that comes to nothing is an error, as in Step Functions. */
async function evaluate(value: unknown, scope: Values): Promise<unknown> {
  if (typeof value === 'string') {
    const expression = EXPRESSION.exec(value)?.[1];
    return expression === undefined ? value : query(expression, scope);
  }
  if (Array.isArray(value)) return Promise.all((value as readonly unknown[]).map((item) => evaluate(item, scope)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await evaluate(item, scope)] as const)),
  );
}

async function query(expression: string, scope: Values): Promise<unknown> {
  let result: unknown;
  try {
    const compiled = jsonata(expression);
    compiled.registerFunction('parse', (text: string) => JSON.parse(text) as unknown, '<s:x>');
    result = await compiled.evaluate({}, { ...scope });
  } catch (error) {
    throw new WorkflowError('States.QueryEvaluationError', `${expression.trim()}: ${(error as { message?: string }).message ?? 'failed'}`);
  }
  if (result === undefined) throw new WorkflowError('States.QueryEvaluationError', `${expression.trim()} comes to nothing`);
  // JSONata marks the lists that it makes; what goes on is plain JSON.
  return JSON.parse(JSON.stringify(result)) as unknown;
}
