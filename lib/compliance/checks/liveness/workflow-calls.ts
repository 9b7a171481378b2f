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

type ArnOf = (name: string, region: string, account: string) => string;

const asArn =
  (prefix: string): ArnOf =>
  (name, region, account) =>
    name.startsWith('arn:') ? name : `arn:aws:${prefix.replace('REGION', region).replace('ACCOUNT', account)}${name}`;

/** How the arguments of a call name things, by service and argument; a service's call may name several. */
const THINGS: Readonly<Record<string, ArnOf>> = {
  'cognito-idp UserPoolId': asArn('cognito-idp:REGION:ACCOUNT:userpool/'),
  'iam RoleName': asArn('iam::ACCOUNT:role/'),
  'kms KeyId': asArn('kms:REGION:ACCOUNT:key/'),
  'lambda FunctionName': asArn('lambda:REGION:ACCOUNT:function:'),
  'rds DbInstanceIdentifier': asArn('rds:REGION:ACCOUNT:db:'),
  'rds DbSnapshotIdentifier': asArn('rds:REGION:ACCOUNT:snapshot:'),
  's3 Bucket': asArn('s3:::'),
  'sns TopicArn': asArn(''),
  'ssm Name': asArn('ssm:REGION:ACCOUNT:parameter'),
  'ssm Path': asArn('ssm:REGION:ACCOUNT:parameter'),
  'states StateMachineArn': asArn(''),
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
    const key = typeof given['Key'] === 'string' ? `/${plain(given['Key'])}` : '';
    const named = Object.entries(given).flatMap(([argument, value]) => {
      const arnOf = THINGS[`${service} ${argument}`];
      return arnOf && typeof value === 'string' ? [`${arnOf(plain(value), machine.region, place.account)}${key}`] : [];
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
