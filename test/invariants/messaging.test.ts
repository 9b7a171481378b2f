import type { AlarmProperties } from '../../lib/compliance/simulation/alarm-state';
import type { Claim } from '../support/claims';
import { holds, judge, notices, unlike } from '../support/claims';
import type { Landscape, Resource } from '../support/landscape';
import type { PolicyDocument, Principal, Statement } from '../support/policy';
import { decide, list, role } from '../support/policy';

const TOPIC_POLICY = 'AWS::SNS::TopicPolicy';
const QUEUE_POLICY = 'AWS::SQS::QueuePolicy';

interface Policy {
  readonly Topics?: readonly string[];
  readonly Queues?: readonly string[];
  PolicyDocument: PolicyDocument;
}

function policyOf(land: Landscape, resource: Resource<unknown>): readonly Statement[] {
  const ref = land.refOf(resource);
  return [...land.of<Policy>(TOPIC_POLICY), ...land.of<Policy>(QUEUE_POLICY)]
    .filter(({ properties }) => [...list(properties.Topics), ...list(properties.Queues)].includes(ref))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement);
}

function tlsOnly(type: string, action: string): Claim {
  return (land) =>
    judge(type, land.of(type), (resource) => {
      const who: readonly Principal[] = [role(land.account, 'anybody'), { service: 'cloudwatch.amazonaws.com' }];
      const arn = type === 'AWS::SNS::Topic' ? land.refOf(resource) : land.arnOf(resource);
      const denied = (secure: string) =>
        who.filter(
          (by) => decide(policyOf(land, resource), { by, action, resource: arn, context: { 'aws:SecureTransport': secure } }) === 'denied',
        );
      return [
        denied('false').length !== who.length && `${action} is not denied to everybody over plain HTTP`,
        denied('true').length !== 0 && `${action} is denied over TLS`,
      ];
    });
}

const topicsUseTls = tlsOnly('AWS::SNS::Topic', 'sns:Publish');
const queuesUseTls = tlsOnly('AWS::SQS::Queue', 'sqs:SendMessage');

/** The subscriber of a topic is a person of the environment's contacts, by mail. */
const topicsReachSomebody: Claim = (land) => {
  const { securityOfficerEmail, privacyOfficerEmail } = land.config.contacts;
  const subscriptions = land.of<{ TopicArn: string; Protocol: string; Endpoint: string }>('AWS::SNS::Subscription');
  return [
    // Heartbeats are counted where they arrive, and read by nobody.
    ...judge('topics', land.of('AWS::SNS::Topic').filter(({ logicalId }) => !logicalId.startsWith('HeartbeatTopic')), (topic) => [
      !subscriptions.some(({ properties }) => properties.TopicArn === land.refOf(topic)) && 'nobody is subscribed',
    ]),
    ...judge('subscriptions', subscriptions, ({ properties }) => [
      unlike('protocol', properties.Protocol, 'email'),
      ![securityOfficerEmail, privacyOfficerEmail].includes(properties.Endpoint) &&
        `${properties.Endpoint} is no contact of the environment`,
    ]),
  ];
};

const alarmsArrive: Claim = (land) =>
  judge('alarms', land.of<AlarmProperties>('AWS::CloudWatch::Alarm'), ({ properties }) => {
    const actions = properties.AlarmActions ?? [];
    return [
      properties.ActionsEnabled === false && 'its actions are off',
      actions.length === 0 && 'tells nobody',
      ...actions.flatMap((arn) => {
        const topic = land.at(arn, 'AWS::SNS::Topic');
        if (!topic) return [`tells ${arn}, which is no topic of the templates`];
        const publish = (account: string) =>
          decide(policyOf(land, topic), {
            by: { service: 'cloudwatch.amazonaws.com' },
            action: 'sns:Publish',
            resource: arn,
            context: { 'aws:SourceAccount': account, 'aws:SecureTransport': 'true' },
          });
        return [
          publish(land.account) !== 'allowed' && `${topic.name} does not let alarms publish`,
          publish('999999999999') === 'allowed' && `${topic.name} lets alarms of any account publish`,
        ];
      }),
    ];
  });

/** What may be a breach is told to both officers. */
const emergencyAccessTellsBoth: Claim = (land) =>
  judge(
    'break-glass alarms',
    land.of<AlarmProperties>('AWS::CloudWatch::Alarm').filter(({ properties }) => properties.MetricName === 'BreakGlassUse'),
    ({ properties }) => {
      const told = land
        .of<{ TopicArn: string; Endpoint: string }>('AWS::SNS::Subscription')
        .filter((subscription) => properties.AlarmActions?.includes(subscription.properties.TopicArn));
      const { securityOfficerEmail, privacyOfficerEmail } = land.config.contacts;
      return [
        unlike(
          'those told',
          told.map((subscription) => subscription.properties.Endpoint).sort(),
          [privacyOfficerEmail, securityOfficerEmail].sort(),
        ),
      ];
    },
  );

const lettersStayTwoWeeks: Claim = (land) =>
  judge(
    'queues',
    land.of<{ MessageRetentionPeriod?: number; KmsMasterKeyId?: string; SqsManagedSseEnabled?: boolean }>('AWS::SQS::Queue'),
    ({ properties }) => [unlike('retention in seconds', properties.MessageRetentionPeriod, 14 * 24 * 3600)],
  );

describe('topics and queues', () => {
  holds('deny plain HTTP: topics', topicsUseTls);
  holds('deny plain HTTP: queues', queuesUseTls);
  holds('reach a person: each topic has a subscription, to a contact', topicsReachSomebody);
  holds('keep what could not be delivered for 14 days', lettersStayTwoWeeks);

  notices(
    'a topic without a TLS statement',
    topicsUseTls,
    (draft) =>
      draft.edit<Policy>(TOPIC_POLICY, 'Privacy', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
      }),
    /^Detection\/PrivacyTopic\w+: sns:Publish is not denied/,
  );
  notices(
    'a queue without a policy',
    queuesUseTls,
    (draft) => draft.remove(QUEUE_POLICY, 'TokenKeysFailed'),
    /^Api\/TokenKeysFailedQueue\w+: sqs:SendMessage is not denied/,
  );
  notices(
    'a topic that nobody reads',
    topicsReachSomebody,
    (draft) => draft.remove('AWS::SNS::Subscription', 'Privacy'),
    /^Detection\/PrivacyTopic\w+: nobody is subscribed/,
  );
});

describe('alarms', () => {
  holds('arrive: the topic of each lets alarms of this account publish, and no other', alarmsArrive);
  holds('of emergency access tell both officers', emergencyAccessTellsBoth);

  notices(
    'an alarm that tells nobody',
    alarmsArrive,
    (draft) => draft.set('AWS::CloudWatch::Alarm', 'TrailKeyLoss', ['AlarmActions'], []),
    /^Detection\/TrailKeyLoss\w+: tells nobody/,
  );
  notices(
    'an alarm whose actions are off',
    alarmsArrive,
    (draft) => draft.set('AWS::CloudWatch::Alarm', 'TrailRootUse', ['ActionsEnabled'], false),
    /^Detection\/TrailRootUse\w+: its actions are off/,
  );
  notices(
    'a topic policy that replaced the default one and forgot alarms',
    alarmsArrive,
    (draft) =>
      draft.edit<Policy>(TOPIC_POLICY, 'Security', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny');
      }),
    /SecurityTopic\w+ does not let alarms publish/,
  );
  notices(
    'a topic open to alarms of any account',
    alarmsArrive,
    (draft) =>
      draft.edit<Policy>(TOPIC_POLICY, 'Security', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')) delete statement.Condition;
      }),
    /lets alarms of any account publish/,
  );
  notices(
    'emergency access told to one officer only',
    emergencyAccessTellsBoth,
    (draft) => draft.unset('AWS::CloudWatch::Alarm', 'TrailBreakGlassUse', ['AlarmActions', 1]),
    /those told/,
  );
});
