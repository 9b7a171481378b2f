import type { Claim } from '../support/claims';
import { holds, judge, notices } from '../support/claims';
import type { Identity } from '../support/identities';
import { identityOf, may } from '../support/identities';
import type { Landscape, Resource } from '../support/landscape';
import type { PolicyDocument } from '../support/policy';
import { decide, list } from '../support/policy';

interface Rule {
  readonly State: string;
  readonly Targets: readonly Target[];
}

interface Target {
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number };
}

interface Permission {
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string;
}

const RULE = 'AWS::Events::Rule';

function rules(land: Landscape, faultsOf: (target: Target, rule: Resource<Rule>) => readonly (string | false | undefined)[]): string[] {
  return judge('event rules', land.of<Rule>(RULE), (rule) => [
    !/^ENABLED(?:_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS)?$/.test(rule.properties.State) && `state is "${rule.properties.State}"`,
    rule.properties.Targets.length === 0 && 'has no target',
    ...rule.properties.Targets.flatMap((target) => faultsOf(target, rule)),
  ]);
}

const targetsAreReached: Claim = (land) =>
  rules(land, (target, rule) => {
    const reached = land.at<{ KmsMasterKeyId?: string }>(target.Arn);
    if (reached?.type === 'AWS::SNS::Topic') return publishFaults(land, target, reached.properties.KmsMasterKeyId);
    if (reached?.type === 'AWS::Lambda::Function')
      return [!mayInvoke(land, target.Arn, land.arnOf(rule)) && `no permission of ${reached.name} names this rule`];
    if (reached?.type === 'AWS::SQS::Queue') {
      const sends = (sourceArn: string) => maySend(land, reached, sourceArn) === 'allowed';
      return [
        target.RoleArn !== undefined && 'sends by a role, which delivery to an encrypted queue may not survive',
        !sends(land.arnOf(rule)) && `${reached.name} does not let this rule send`,
        sends(land.arnOf(rule).replace(land.account, '999999999999')) && `${reached.name} lets rules of any account send`,
      ];
    }
    return [`reaches ${target.Arn}, which is no topic, queue or function of the templates`];
  });

function publishFaults(land: Landscape, { Arn, RoleArn }: Target, key: string | undefined): (string | false)[] {
  if (RoleArn === undefined) return ['publishes without a role, which the topic policy does not allow'];
  const identity = identityOf(land, RoleArn);
  return [
    !trusts(identity, 'events.amazonaws.com', land.account) && `EventBridge cannot assume ${identity.role.name}`,
    trusts(identity, 'events.amazonaws.com', '999999999999') && `${identity.role.name} can be assumed for any account`,
    !may(land, identity, { action: 'sns:Publish', resource: Arn }) && `${identity.role.name} may not publish to the topic`,
    ...['kms:GenerateDataKey', 'kms:Decrypt'].map(
      (action) => !may(land, identity, { action, resource: key ?? '' }) && `${identity.role.name} lacks ${action} on the key of the topic`,
    ),
  ];
}

function trusts({ role }: Identity, service: string, account: string): boolean {
  const statements = role.properties.AssumeRolePolicyDocument.Statement.map((statement) => ({ ...statement, Resource: '*' }));
  return (
    decide(statements, { by: { service }, action: 'sts:AssumeRole', resource: '*', context: { 'aws:SourceAccount': account } }) ===
    'allowed'
  );
}

function mayInvoke(land: Landscape, functionArn: string, ruleArn: string): boolean {
  return land
    .of<Permission>('AWS::Lambda::Permission')
    .some(
      ({ properties }) =>
        properties.FunctionName === functionArn && properties.Principal === 'events.amazonaws.com' && properties.SourceArn === ruleArn,
    );
}

const nothingIsLost: Claim = (land) =>
  rules(land, ({ DeadLetterConfig, RetryPolicy }, rule) => {
    const queue = land.at(DeadLetterConfig?.Arn, 'AWS::SQS::Queue');
    const send = (sourceArn: string) => queue && maySend(land, queue, sourceArn);
    return [
      !queue && 'has no dead-letter queue of the templates',
      queue && send(land.arnOf(rule)) !== 'allowed' && `${queue.name} does not accept what this rule cannot deliver`,
      queue && send(land.arnOf(rule).replace(land.account, '999999999999')) === 'allowed' && `${queue.name} accepts events of any account`,
      !((RetryPolicy?.MaximumRetryAttempts ?? 0) > 0) && 'does not retry',
      !((RetryPolicy?.MaximumEventAgeInSeconds ?? 0) > 0) && 'does not say how long it retries',
    ];
  });

function maySend(land: Landscape, queue: Resource<unknown>, sourceArn: string): ReturnType<typeof decide> {
  return decide(queuePolicy(land, queue), {
    by: { service: 'events.amazonaws.com' },
    action: 'sqs:SendMessage',
    resource: land.arnOf(queue),
    context: { 'aws:SourceArn': sourceArn, 'aws:SecureTransport': 'true' },
  });
}

function queuePolicy(land: Landscape, queue: Resource<unknown>): PolicyDocument['Statement'] {
  return land
    .of<{ Queues: readonly string[]; PolicyDocument: PolicyDocument }>('AWS::SQS::QueuePolicy')
    .filter(({ properties }) => list(properties.Queues).includes(land.refOf(queue)))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement);
}

/** Something in a dead-letter queue is itself an alarm; in a queue that is worked off, something that stays there. */
const lettersAreNoticed: Claim = (land) =>
  judge('queues', land.of('AWS::SQS::Queue'), (queue) => {
    const isWorkedOff = land
      .of<{ EventSourceArn: string }>('AWS::Lambda::EventSourceMapping')
      .some(({ properties }) => properties.EventSourceArn === land.arnOf(queue));
    const metric = isWorkedOff ? 'ApproximateAgeOfOldestMessage' : 'ApproximateNumberOfMessagesVisible';
    const watched = land
      .of<{ MetricName: string; Dimensions?: readonly { Value: string }[] }>('AWS::CloudWatch::Alarm')
      .some(
        ({ properties }) =>
          properties.MetricName === metric &&
          properties.Dimensions?.some(({ Value }) => land.at(Value)?.name === queue.name),
      );
    return [!watched && 'no alarm watches it'];
  });

describe('every event rule', () => {
  holds('is enabled and may reach its target', targetsAreReached);
  holds('retries, and then sends what it could not deliver to a queue that accepts it', nothingIsLost);
  holds('has a queue whose content raises an alarm', lettersAreNoticed);

  notices(
    'a rule that is off',
    targetsAreReached,
    (draft) => draft.set(RULE, 'EventsThreatFinding', ['State'], 'DISABLED'),
    /^Detection\/EventsThreatFinding\w+: state is "DISABLED"/,
  );
  notices(
    'a rule without a target',
    targetsAreReached,
    (draft) => draft.set(RULE, 'EventsBackupJobFailed', ['Targets'], []),
    /has no target/,
  );
  notices(
    'a target that may not be published to',
    targetsAreReached,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::IAM::ManagedPolicy', 'EventsDelivery', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action !== 'sns:Publish');
      }),
    /may not publish to the topic/,
  );
  notices(
    'a publisher without the key of the topic',
    targetsAreReached,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::IAM::ManagedPolicy', 'EventsDelivery', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action === 'sns:Publish');
      }),
    /lacks kms:GenerateDataKey on the key of the topic/,
  );
  notices(
    'a queue that takes nothing from rules',
    targetsAreReached,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::SQS::QueuePolicy', 'CoordinationDetected', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'TakeDetections');
      }),
    /^Detection\/EventsKeyLoss\w+: .* does not let this rule send/,
  );
  notices(
    'a function that the rule may not invoke',
    targetsAreReached,
    (draft) => draft.remove('AWS::Lambda::Permission', 'TokenKeysScheduleAllow'),
    /^Api\/TokenKeysSchedule\w+: no permission/,
  );
  notices(
    'a target without a dead-letter queue',
    nothingIsLost,
    (draft) => draft.unset(RULE, 'EventsRestoreFailed', ['Targets', 0, 'DeadLetterConfig']),
    /^Detection\/EventsRestoreFailed\w+: has no dead-letter queue/,
  );
  notices(
    'a queue that refuses what a rule could not deliver',
    nothingIsLost,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::SQS::QueuePolicy', 'EventsUndelivered', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'KeepUndelivered');
      }),
    /^Detection\/EventsThreatFinding\w+: .* does not accept what this rule cannot deliver/,
  );
  notices(
    'a queue that nobody watches',
    lettersAreNoticed,
    (draft) => draft.remove('AWS::CloudWatch::Alarm', 'ServiceDetectionUndelivered'),
    /^Detection\/EventsUndeliveredQueue\w+: no alarm watches it/,
  );
  notices(
    'detections that wait unseen',
    lettersAreNoticed,
    (draft) => draft.remove('AWS::CloudWatch::Alarm', 'CoordinationCoordinatorLate'),
    /^Detection\/CoordinationDetectedQueue\w+: no alarm watches it/,
  );
});
