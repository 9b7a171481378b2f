import { witnessesOfEmergencies } from '../../../../lib/compliance/checks/presence/witnesses-of-emergencies';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where no role of people opens anything', () => {
  expect(witnessesOfEmergencies.evaluate(environmentOf({ Key: { Type: 'AWS::KMS::Key' } })).state).toBe('notApplicable');
});

it('counts topics, over all alarms that the use rings', () => {
  const alarm = (...topics: readonly string[]) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      MetricName: 'Rescue',
      Namespace: 'Ours',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      AlarmActions: topics.map((topic) => `arn:aws:sns:us-east-1:111122223333:${topic}`),
    },
  });
  const judged = (...alarms: readonly ReturnType<typeof alarm>[]) =>
    witnessesOfEmergencies.evaluate(
      environmentOf({
        Key: { Type: 'AWS::KMS::Key' },
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'rescue',
            AssumeRolePolicyDocument: {
              Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
            },
            Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'kms:DisableKey', Resource: '*' } } }],
          },
        },
        Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['Group', 'Arn'] } } },
        Group: { Type: 'AWS::Logs::LogGroup' },
        Filter: {
          Type: 'AWS::Logs::MetricFilter',
          Properties: {
            LogGroupName: { Ref: 'Group' },
            FilterPattern: '{ $.requestParameters.roleArn = "*:role/rescue" }',
            MetricTransformations: [{ MetricName: 'Rescue', MetricNamespace: 'Ours', MetricValue: '1' }],
          },
        },
        ...Object.fromEntries(alarms.map((each, at) => [`Alarm${at}`, each])),
      }),
    ).state;
  expect([judged(alarm('one', 'two')), judged(alarm('one'), alarm('two')), judged(alarm('one'), alarm('one')), judged()]).toEqual([
    'met',
    'met',
    'unmet',
    'unmet',
  ]);
});
