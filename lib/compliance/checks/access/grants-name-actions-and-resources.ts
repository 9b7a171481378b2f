import type { Check } from '../../check';
import type { EnvironmentModel, Resource } from '../../model/environment';
import type { PlacedPolicy } from '../../policy/every-policy';
import type { Statement } from '../../policy/statement';
import { judgeStatements, type StatementFault } from './statements';

/** Actions that IAM grants on every resource or on none, and that are no mere reading. */
const WITHOUT_RESOURCES: Readonly<Record<string, string>> = {
  'iam:GenerateCredentialReport': 'makes a report that only iam:GetCredentialReport shows',
  'logs:StopQuery': 'ends a query, of which the role started its own',
  'cloudwatch:PutMetricData': 'writes a metric, which has no ARN',
  // What Step Functions does to have the log of a workflow delivered, under the role of the workflow.
  'logs:CreateLogDelivery': 'begins a delivery of logs, which has no ARN',
  'logs:UpdateLogDelivery': 'changes a delivery of logs, which has no ARN',
  'logs:DeleteLogDelivery': 'ends a delivery of logs, which has no ARN',
  'logs:PutResourcePolicy': 'lets a service write to log groups, by a policy of the account, which has no ARN',
  'xray:PutTraceSegments': 'writes a trace, which has no ARN',
};
/** What changes nothing and tells of configuration... */
const READING = /^[a-z0-9-]+:(?:BatchGet|Describe|Get|List|Lookup)[A-Za-z0-9]*$/;
/** ...except of a store's content, of people or of code, where the store has to be named. */
const SHOWS_CONTENT = new RegExp(
  [
    '^(?:s3:GetObject|s3:ListBucket(?:Versions)?$|secretsmanager:(?:BatchGet|GetSecretValue)|ssm:GetParameter|logs:Get(?:Log(?!Delivery$)|Query)',
    'cognito-idp:ListUsers|lambda:GetFunction$|dynamodb:)',
  ].join('|'),
);

/** Policies that stand at their one resource, in which the star is that resource. */
const STAR_IS_ITSELF: readonly string[] = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey', 'AWS::Backup::BackupVault'];

/** Types whose policies name the resource itself, by its ARN; of others, such as an API, they name what is in it. */
const NAMED_BY_ARN: readonly string[] = ['AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'];

/** Whoever is allowed something is allowed it by name, and on what it is for: a star today is tomorrow's new bucket. */
export const grantsNameActionsAndResources: Check = {
  id: 'access/grants-name-actions-and-resources',
  claim:
    'no policy allows all actions of a service, or on every resource any action but to read configuration, where IAM could tie it to one',
  citations: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeStatements(environment, ['identity', 'boundary', 'trust', 'resource', 'endpoint'], '164.308(a)(4)(ii)(B)', (statement, policy) =>
      statement.effect === 'Deny'
        ? []
        : [...unnamedActions(environment, statement, policy), ...unnamedResources(environment, statement, policy)],
    ),
};

function unnamedActions(environment: EnvironmentModel, statement: Statement, policy: PlacedPolicy): readonly StatementFault[] {
  const { actions, notActions } = statement;
  if (notActions.length > 0) return [{ value: `all but ${notActions.join(', ')}`, expected: 'the actions that it allows, by name' }];
  if (isAdministrationOfKey(environment, statement, policy)) return [];
  return actions
    .filter((action) => /^(?:[\w-]+:)?\*+$/.test(action))
    .map((value) => ({ value, expected: 'the actions that it allows, by name' }));
}

/** The account itself has to administer a key, or nobody could change its policy again: who of the account may, IAM policies say. */
function isAdministrationOfKey({ place }: EnvironmentModel, { actions, principal }: Statement, { at }: PlacedPolicy): boolean {
  if (!at.type.startsWith('AWS::KMS::') || principal === undefined || principal === '*' || actions.some((action) => action !== 'kms:*'))
    return false;
  const names = Object.values(principal).flat();
  return names.every((name) => name === `arn:aws:iam::${place.account}:root` || name === place.account);
}

function unnamedResources(
  environment: EnvironmentModel,
  statement: Statement,
  { kind, at, guards }: PlacedPolicy,
): readonly StatementFault[] {
  const { actions, resources, notResources } = statement;
  if (kind === 'boundary' || kind === 'trust' || STAR_IS_ITSELF.includes(at.type)) return [];
  if (notResources.length > 0)
    return [{ value: `all but ${notResources.join(', ')}`, expected: 'the resources that it is about, by name' }];
  if (kind === 'resource')
    return resources
      .filter((each) => !isOf(environment, guards, each))
      .map((value) => ({ value, expected: 'the resource that the policy stands at' }));
  if (!resources.some((each) => /^\*+$/.test(each))) return [];
  return actions
    .filter((action) => kind === 'endpoint' || !mayBeOnEverything(action))
    .map((action) => ({ value: `${action} on *`, expected: 'resources, by name' }));
}

function mayBeOnEverything(action: string): boolean {
  return Object.hasOwn(WITHOUT_RESOURCES, action) || (READING.test(action) && !SHOWS_CONTENT.test(action));
}

function isOf(environment: EnvironmentModel, guards: Resource | undefined, pattern: string): boolean {
  if (!guards || !NAMED_BY_ARN.includes(guards.type)) return true;
  // The ARN of a log group ends in a star for its streams.
  const arn = environment.arnOf(guards).replace(/:\*$/, '');
  return pattern === arn || pattern.startsWith(`${arn}/`) || pattern.startsWith(`${arn}:`);
}
