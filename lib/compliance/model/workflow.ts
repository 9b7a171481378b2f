import { CannotTell } from '../verdict';
import type { Resource } from './environment';
import { once, onceForText } from './once';
import { textAt, valueAt, within } from './read';
import { isJson } from './template';

/** One state of a workflow, with the values that the template substitutes put in. */
export type WorkflowState = Readonly<Record<string, unknown>>;

/** A workflow of Step Functions as its template defines it. */
export interface Workflow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, WorkflowState>;
}

/**
 * Reads the definition of a state machine, once.
 *
 * @throws CannotTell when it stands elsewhere, or is no definition.
 */
export const workflowOf = once((machine: Resource): Workflow => {
  const text = textAt(machine, 'DefinitionString') ?? textOf(valueAt(machine, 'Definition'));
  if (text === undefined) throw new CannotTell(`${machine.name}: its definition is not in the template`);
  let definition: unknown;
  try {
    definition = JSON.parse(text.replace(/\$\{(\w+)\}/g, (whole, name: string) => substituted(machine, name) ?? whole));
  } catch {
    throw new CannotTell(`${machine.name}: its definition is no JSON`);
  }
  const states = isJson(definition) ? definition['States'] : undefined;
  const startAt = isJson(definition) ? definition['StartAt'] : undefined;
  if (!isJson(states) || typeof startAt !== 'string') throw new CannotTell(`${machine.name}: its definition has no states`);
  return { startAt, states: new Map(Object.entries(states).filter((entry): entry is [string, WorkflowState] => isJson(entry[1]))) };
});

function textOf(definition: unknown): string | undefined {
  return isJson(definition) ? JSON.stringify(definition) : undefined;
}

function substituted(machine: Resource, name: string): string | undefined {
  const value = within(machine, valueAt(machine, 'DefinitionSubstitutions'), name);
  return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : undefined;
}

/** The states that may follow one, by whatever way: choices, errors, the default. */
export function followingOf(state: WorkflowState): readonly string[] {
  const branches = [state['Choices'], state['Catch']]
    .flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []))
    .filter(isJson);
  return [state['Next'], state['Default'], ...branches.map((branch) => branch['Next'])].filter((next) => typeof next === 'string');
}

/** Names that Step Functions has for services, where IAM has others. */
const IAM_NAMES: Readonly<Record<string, string>> = { cognitoidentityprovider: 'cognito-idp', sfn: 'states' };
/** Calls that IAM allows under another name than the API's. */
const IAM_ACTIONS: Readonly<Record<string, string>> = {
  's3:DeletePublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
};

/** What a task calls, as IAM names it, such as `lambda:PutFunctionConcurrency`; undefined for a state that calls nothing. */
export function actionOf({ Resource: called }: WorkflowState): string | undefined {
  return typeof called === 'string' ? actionNamed(called) : undefined;
}

const actionNamed = onceForText((called): string | undefined => {
  const [, service = '', call = ''] = /:states:::(?:aws-sdk:)?(\w+):(\w+)/.exec(called) ?? [];
  if (service === '') return undefined;
  if (service === 'lambda' && call === 'invoke') return 'lambda:InvokeFunction';
  const action = `${IAM_NAMES[service] ?? service}:${call.charAt(0).toUpperCase()}${call.slice(1)}`;
  return IAM_ACTIONS[action] ?? action;
});
