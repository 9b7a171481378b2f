import type { EnvironmentModel, Resource } from '../../model/environment';
import { isJson } from '../../model/template';
import { actionOf, workflowOf } from '../../model/workflow';

/** One thing that a workflow calls a service about. */
export interface WorkflowCall {
  readonly state: string;
  /** As IAM names it, such as `lambda:PutFunctionConcurrency`. */
  readonly action: string;
  /** ARN of the thing, with a star for what only the input says; a star alone where the call names nothing. */
  readonly resource: string;
  /** Condition keys of the call that its arguments decide, by lower-case name. */
  readonly context: ReadonlyMap<string, string>;
  /** Its arguments, as the workflow gives them. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** @param where Region and account, with a colon between. */
type ArnOf = (name: string, where: string) => string;

const regional =
  (service: string, kind: string): ArnOf =>
  (name, where) =>
    `arn:aws:${service}:${where}:${kind}${name}`;

/** How the arguments of a call name things in a Region and account, by service and argument; one call may name several. */
const THINGS: Readonly<Record<string, Readonly<Record<string, ArnOf>>>> = {
  'cognito-idp': { UserPoolId: regional('cognito-idp', 'userpool/') },
  iam: { RoleName: (name, where) => `arn:aws:iam::${where.slice(where.indexOf(':') + 1)}:role/${name}` },
  kms: { KeyId: regional('kms', 'key/') },
  lambda: { FunctionName: regional('lambda', 'function:') },
  rds: { DbInstanceIdentifier: regional('rds', 'db:'), DbSnapshotIdentifier: regional('rds', 'snapshot:') },
  s3: { Bucket: (name) => `arn:aws:s3:::${name}` },
  sns: { TopicArn: (name) => name },
  ssm: { Name: regional('ssm', 'parameter'), Path: regional('ssm', 'parameter') },
  states: { StateMachineArn: (name) => name },
};

/**
 * What the states of a workflow call, on what.
 *
 * @throws CannotTell when its definition cannot be read.
 */
export function callsOf({ place }: EnvironmentModel, machine: Resource): readonly WorkflowCall[] {
  return [...workflowOf(machine).states].flatMap(([state, definition]) => {
    const action = actionOf(definition);
    if (action === undefined) return [];
    const given = isJson(definition['Arguments']) ? definition['Arguments'] : {};
    const [service = ''] = action.split(':');
    const where = `${machine.region}:${place.account}`;
    const key = typeof given['Key'] === 'string' ? `/${plain(given['Key'])}` : '';
    const named = Object.entries(THINGS[service] ?? {}).flatMap(([argument, arnOf]) => {
      const value = given[argument];
      if (typeof value !== 'string') return [];
      return [`${value.startsWith('arn:') ? value : arnOf(plain(value), where)}${key}`];
    });
    const context = new Map(typeof given['PolicyArn'] === 'string' ? [['iam:policyarn', given['PolicyArn']]] : []);
    return (named.length > 0 ? named : ['*']).map((resource): WorkflowCall => ({ state, action, resource, context, given }));
  });
}

/** A text as it stands, or what an expression begins with for certain and a star. */
function plain(value: string): string {
  if (!value.startsWith('{%')) return value;
  return `${/^\{%\s*'([^']*)'\s*&/.exec(value)?.[1] ?? ''}*`;
}
