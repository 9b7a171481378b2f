import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/subscriptions-tell-in-confidence';
const told = (Protocol: string, Endpoint: unknown) =>
  environmentOf({
    Topic: { Type: 'AWS::SNS::Topic' },
    Queue: { Type: 'AWS::SQS::Queue' },
    Told: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'Topic' }, Protocol, Endpoint } },
  });

it('has nothing to say without topics', () => {
  expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it.each([
  ['email', 'security@telehealth.example', 'met'],
  ['https', 'https://on-call.example/hook', 'met'],
  ['https', 'http://on-call.example/hook', 'unmet'],
  ['sqs', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'met'],
  ['sqs', 'arn:aws:sqs:us-east-1:999999999999:theirs', 'unmet'],
  ['application', 'arn:aws:sns:us-east-1:111122223333:endpoint', 'unmet'],
])('judges %s to %j: %s', (protocol, endpoint, state) => {
  expect(judge(told(protocol, endpoint), CHECK).verdict).toMatchObject({ state });
});
