import type { Check } from '../../check';
import { expectAbsent, expectAtLeast, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';

/** Protocols that carry a message privately or to a mailbox of ours, and what an endpoint of each looks like. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  'email-json': /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  https: /^https:\/\/[^\s]+$/,
};

const OURS: Readonly<Record<string, string>> = { lambda: 'AWS::Lambda::Function', sqs: 'AWS::SQS::Queue' };

/** Whoever is told of an incident is told all of it, and nobody listens on the way. */
export const subscriptionsTellInConfidence: Check = {
  id: 'strength/subscriptions-tell-in-confidence',
  claim: 'every subscription tells all of a topic, by mail, by HTTPS or to a resource of these templates, and stands on its own',
  citations: ['164.308(a)(6)(ii)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::SNS::Subscription', 'AWS::SNS::Topic'], '164.308(a)(6)(ii)', (resource) =>
      resource.type === 'AWS::SNS::Topic' ? faultsOfTopic(resource) : faultsOf(environment, resource),
    ),
};

/** What an alarm or event may say. */
const LARGEST_MESSAGE_BYTES = 262_144;

function faultsOfTopic(topic: Resource): readonly Fault[] {
  return [
    // A list within the topic would say who is told where nobody looks for it.
    ...expectAbsent(topic, 'Subscription'),
    ...(valueAt(topic, 'MaximumMessageSize') === undefined ? [] : expectAtLeast(topic, 'MaximumMessageSize', LARGEST_MESSAGE_BYTES)),
  ];
}

function faultsOf(environment: EnvironmentModel, subscription: Resource): readonly Fault[] {
  const [protocol, endpoint] = [textAt(subscription, 'Protocol') ?? '', textAt(subscription, 'Endpoint')];
  const ours = OURS[protocol];
  const reaches = ours === undefined ? ENDPOINTS[protocol]?.test(endpoint ?? '') === true : environment.at(endpoint, ours) !== undefined;
  return [
    ...(environment.at(textAt(subscription, 'TopicArn'), 'AWS::SNS::Topic')
      ? []
      : [{ property: 'TopicArn', value: valueAt(subscription, 'TopicArn'), expected: 'a topic of these templates' }]),
    ...(ours === undefined && ENDPOINTS[protocol] === undefined
      ? [{ property: 'Protocol', value: protocol, expected: 'email, https, lambda or sqs' }]
      : []),
    ...(reaches ? [] : [{ property: 'Endpoint', value: endpoint, expected: `an address for ${protocol}` }]),
    ...expectAbsent(subscription, 'FilterPolicy'),
  ];
}
