import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, toNumber, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { decide } from '../../policy/evaluate';
import { identityOf, may, type Identity } from '../../policy/identities';
import { policyOf } from '../../policy/resource-policies';
import { regionOfBus } from './deliveries';

type Json = Readonly<Record<string, unknown>>;

const EVENTS = 'events.amazonaws.com';

/** A matched event reaches something that acts, and one that cannot be delivered is kept where it shows. */
export const rulesArrive: Check = {
  id: 'liveness/rules-arrive',
  claim: 'every rule has a target of these templates that it may invoke, with retries and a dead-letter queue that it may send to',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Events::Rule'], '164.308(a)(6)(ii)', (rule): readonly Fault[] => {
      const targets = recordsAt(rule, 'Targets');
      if (targets.length === 0) return [{ property: 'Targets', value: undefined, expected: 'a target' }];
      return targets.flatMap((target, at) => faultsOf(environment, rule, target, `Targets.${at}`));
    }),
};

function faultsOf(environment: EnvironmentModel, rule: Resource, target: Json, property: string): readonly Fault[] {
  const resource = environment.at(target['Arn']);
  const isBus = regionOfBus(environment, target['Arn']) !== undefined;
  if (!resource && !isBus) return [{ property: `${property}.Arn`, value: target['Arn'], expected: 'a resource of these templates' }];
  const letters = target['DeadLetterConfig'];
  const queue = environment.at(isJson(letters) ? letters['Arn'] : undefined, 'AWS::SQS::Queue');
  const retries = isJson(target['RetryPolicy']) ? target['RetryPolicy'] : {};
  return [
    ...((resource ? mayInvoke(environment, rule, target, resource) : maySendOn(environment, rule, target))
      ? []
      : [{ property, value: `the rule may not invoke ${resource?.logicalId ?? String(target['Arn'])}`, expected: 'a role, policy or permission that lets it' }]),
    ...(queue
      ? maySend(environment, rule, queue)
        ? []
        : [{ property: `${property}.DeadLetterConfig`, value: queue.logicalId, expected: `a queue and key that let ${EVENTS} in` }]
      : [{ property: `${property}.DeadLetterConfig`, value: letters, expected: 'a queue of these templates' }]),
    ...((toNumber(retries['MaximumRetryAttempts']) ?? 185) >= 1 && (toNumber(retries['MaximumEventAgeInSeconds']) ?? 86_400) >= 60
      ? []
      : [{ property: `${property}.RetryPolicy`, value: retries, expected: 'at least one retry and a minute' }]),
  ];
}

/** A bus of this account in another Region asks for a role, and for no policy of its own. */
function maySendOn(environment: EnvironmentModel, rule: Resource, target: Json): boolean {
  const role = identityOf(environment, target['RoleArn']);
  const context = { 'aws:SourceAccount': environment.place.account, 'aws:SourceArn': environment.arnOf(rule) };
  if (!role || !isTrusting(role, context)) return false;
  return may(environment, role, { action: 'events:PutEvents', resource: String(target['Arn']), context });
}

function isTrusting(role: Identity, context: Readonly<Record<string, string>>): boolean {
  const by = { kind: 'service', service: EVENTS } as const;
  return decide(role.trust, { by, action: 'sts:AssumeRole', resource: role.arn, context }) === 'allowed';
}

function mayInvoke(environment: EnvironmentModel, rule: Resource, target: Json, resource: Resource): boolean {
  const arn = environment.arnOf(resource);
  const context = {
    'aws:SourceAccount': environment.place.account,
    'aws:SourceArn': environment.arnOf(rule),
    'aws:SecureTransport': 'true',
  };
  const action = {
    'AWS::SNS::Topic': 'sns:Publish',
    'AWS::SQS::Queue': 'sqs:SendMessage',
    'AWS::StepFunctions::StateMachine': 'states:StartExecution',
    'AWS::Events::EventBus': 'events:PutEvents',
  }[resource.type];
  if (resource.type === 'AWS::Lambda::Function') {
    return environment
      .of('AWS::Lambda::Permission')
      .some(
        (permission) =>
          environment.at(textAt(permission, 'FunctionName')) === resource &&
          textAt(permission, 'Principal') === EVENTS &&
          textAt(permission, 'SourceArn') === environment.arnOf(rule),
      );
  }
  if (action === undefined) return false;
  const key = environment.at(valueAt(resource, 'KmsMasterKeyId'), 'AWS::KMS::Key');
  if (target['RoleArn'] === undefined) {
    const by = { kind: 'service', service: EVENTS } as const;
    return (
      decide(policyOf(environment, resource), { by, action, resource: arn, context }) === 'allowed' &&
      (!key || serviceMayUse(environment, key, rule))
    );
  }
  const role = identityOf(environment, target['RoleArn']);
  return (
    role !== undefined &&
    isTrusting(role, context) &&
    may(environment, role, { action, resource: arn, context }) &&
    (!key ||
      ['kms:Decrypt', 'kms:GenerateDataKey'].every((each) => may(environment, role, { action: each, resource: environment.arnOf(key) })))
  );
}

function maySend(environment: EnvironmentModel, rule: Resource, queue: Resource): boolean {
  const context = {
    'aws:SourceAccount': environment.place.account,
    'aws:SourceArn': environment.arnOf(rule),
    'aws:SecureTransport': 'true',
  };
  const call = {
    by: { kind: 'service', service: EVENTS },
    action: 'sqs:SendMessage',
    resource: environment.arnOf(queue),
    context,
  } as const;
  const key = environment.at(valueAt(queue, 'KmsMasterKeyId'), 'AWS::KMS::Key');
  return decide(policyOf(environment, queue), call) === 'allowed' && (!key || serviceMayUse(environment, key, rule));
}

function serviceMayUse(environment: EnvironmentModel, key: Resource, rule: Resource): boolean {
  const context = { 'aws:SourceAccount': environment.place.account, 'aws:SourceArn': environment.arnOf(rule) };
  return ['kms:Decrypt', 'kms:GenerateDataKey'].every(
    (action) =>
      decide(policyOf(environment, key), {
        by: { kind: 'service', service: EVENTS },
        action,
        resource: environment.arnOf(key),
        context,
      }) === 'allowed',
  );
}
