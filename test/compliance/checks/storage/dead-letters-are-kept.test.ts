import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/dead-letters-are-kept';
const queue = { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 60 } };
const ARN = { 'Fn::GetAtt': ['Queue', 'Arn'] };

it('lets a queue be that is for something else', () => {
  expect(judge(environmentOf({ Queue: queue }), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it.each([
  ['a function', { Type: 'AWS::Lambda::Function', Properties: { DeadLetterConfig: { TargetArn: ARN } } }],
  [
    'calls of a function',
    { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { DestinationConfig: { OnFailure: { Destination: ARN } } } },
  ],
  ['a rule', { Type: 'AWS::Events::Rule', Properties: { Targets: [{ DeadLetterConfig: { Arn: ARN } }] } }],
  ['a subscription', { Type: 'AWS::SNS::Subscription', Properties: { RedrivePolicy: { deadLetterTargetArn: ARN } } }],
  ['another queue', { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { deadLetterTargetArn: ARN } } }],
])('judges the queue of %s', (_, User) => {
  expect(judge(environmentOf({ Queue: queue, User }), CHECK).findings).toMatchObject([
    { logicalId: 'Queue', property: 'MessageRetentionPeriod' },
  ]);
});
