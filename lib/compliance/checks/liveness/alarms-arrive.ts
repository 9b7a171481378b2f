import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, textAt, textsAt, valueAt } from '../../model/read';
import { decide, type Call } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';

/** What an alarm does while such a rule holds, nobody is told. */
const MUTE = 'AWS::CloudWatch::AlarmMuteRule';

/**
 * An alarm that rings reaches a person: its actions are on, its topic and the topic's key let CloudWatch publish, and somebody
 * subscribes.
 */
export const alarmsArrive: Check = {
  id: 'liveness/alarms-arrive',
  claim: 'every alarm acts on a topic that CloudWatch may publish to, under a key that it may use, with a subscription',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::CloudWatch::Alarm', MUTE], '164.308(a)(6)(ii)', (resource) =>
      resource.type === MUTE
        ? [{ property: 'Type', value: resource.type, expected: 'no rule that silences alarms' }]
        : faultsOf(environment, resource),
    ),
};

function faultsOf(environment: EnvironmentModel, alarm: Resource): readonly Fault[] {
  const actions = textsAt(alarm, 'AlarmActions');
  const topics = actions.map((action) => environment.at(action, 'AWS::SNS::Topic'));
  return [
    ...(flagAt(alarm, 'ActionsEnabled') === false ? [{ property: 'ActionsEnabled', value: false, expected: 'true' }] : []),
    ...(actions.length > 0 ? [] : [{ property: 'AlarmActions', value: undefined, expected: 'a topic' }]),
    ...topics.flatMap((topic, at) =>
      topic
        ? obstacles(environment, alarm, topic)
        : [{ property: 'AlarmActions', value: actions[at], expected: 'a topic of these templates' }],
    ),
  ];
}

/** What stands between CloudWatch and whoever subscribes to a topic. */
function obstacles(environment: EnvironmentModel, alarm: Resource, topic: Resource): readonly Fault[] {
  const property = `AlarmActions ${topic.logicalId}`;
  const key = environment.at(valueAt(topic, 'KmsMasterKeyId'), 'AWS::KMS::Key');
  const { account } = environment.place;
  const source = `arn:aws:cloudwatch:${alarm.region}:${account}:alarm:${textAt(alarm, 'AlarmName') ?? alarm.logicalId}`;
  const context = { 'aws:SourceAccount': account, 'aws:SourceArn': source, 'aws:SecureTransport': 'true' };
  const may = (guarded: Resource, action: string, resource: string): boolean => {
    const call: Call = { by: { kind: 'service', service: CLOUDWATCH }, action, resource, context };
    return decide(policyOf(environment, guarded), call) === 'allowed';
  };
  const subscribed = environment.of('AWS::SNS::Subscription').some((subscription) => {
    const isOf = environment.at(textAt(subscription, 'TopicArn')) === topic;
    return (
      isOf &&
      /^(?:email|https|sms|lambda|sqs)$/.test(textAt(subscription, 'Protocol') ?? '') &&
      textAt(subscription, 'Endpoint') !== undefined
    );
  });
  return [
    ...(may(topic, 'sns:Publish', environment.arnOf(topic))
      ? []
      : [{ property, value: `the topic does not let ${CLOUDWATCH} publish`, expected: 'sns:Publish for this account' }]),
    ...(key && !['kms:Decrypt', 'kms:GenerateDataKey'].every((action) => may(key, action, environment.arnOf(key)))
      ? [
          {
            property,
            value: `the topic’s key does not let ${CLOUDWATCH} in`,
            expected: 'kms:Decrypt and kms:GenerateDataKey for this account',
          },
        ]
      : []),
    ...(subscribed ? [] : [{ property, value: 'nobody subscribes', expected: 'a subscription with an endpoint' }]),
  ];
}
