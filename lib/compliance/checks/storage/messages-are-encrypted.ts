import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { decide } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';
import { expectOwnKeyAtAll } from './own-keys';

const SENDING: Readonly<Record<string, string>> = { 'AWS::SNS::Topic': 'sns:Publish', 'AWS::SQS::Queue': 'sqs:SendMessage' };

/** Topics and queues are encrypted under a customer key and refuse what comes without TLS. */
export const messagesAreEncrypted: Check = {
  id: 'strength/messages-are-encrypted',
  claim: 'every topic and queue is under a customer key and denies everybody without TLS',
  citations: ['164.312(a)(2)(iv)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, Object.keys(SENDING), '164.312(a)(2)(iv)', (channel) => [
      ...expectOwnKeyAtAll(environment, channel, 'KmsMasterKeyId'),
      ...refusesPlain(environment, channel),
    ]),
};

function refusesPlain(environment: EnvironmentModel, channel: Resource): readonly Fault[] {
  const { account } = environment.place;
  const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
  const action = SENDING[channel.type] ?? '';
  const call = { by, action, resource: environment.arnOf(channel), context: { 'aws:SecureTransport': 'false' } };
  return decide(policyOf(environment, channel), call) === 'denied'
    ? []
    : [{ property: 'policy', value: `${action} without TLS is not denied`, expected: 'denied' }];
}
