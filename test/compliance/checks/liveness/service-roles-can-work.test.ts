import { serviceRolesCanWork } from '../../../../lib/compliance/checks/liveness/service-roles-can-work';
import { environmentOf, type TinyResources } from '../../../support/tiny-environment';

const judged = (Service: string, more: object = {}, others: Parameters<typeof environmentOf>[0] = {}) =>
  serviceRolesCanWork.evaluate(
    environmentOf({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } } },
          ...more,
        },
      },
      ...others,
    }),
  ).state;
const allowing = (...Action: readonly string[]) => ({
  Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: '*' } } }],
});

it('has nothing to say of roles for other services', () => {
  expect(judged('lambda.amazonaws.com')).toBe('notApplicable');
});

it('takes the policy of AWS, or one that allows the same', () => {
  const managed = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWS_ConfigRole'] };
  expect([
    judged('config.amazonaws.com', managed),
    judged('config.amazonaws.com', allowing('config:Put*')),
    judged('config.amazonaws.com'),
  ]).toEqual(['met', 'met', 'unmet']);
});

it('lets one role back up and another restore, and neither record for another', () => {
  const role = (Service: string, ...policies: readonly string[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } } },
      ManagedPolicyArns: policies.map((policy) => `arn:aws:iam::aws:policy/${policy}`),
    },
  });
  const taking = role('backup.amazonaws.com', 'service-role/AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForS3Backup');
  const giving = role(
    'backup.amazonaws.com',
    'service-role/AWSBackupServiceRolePolicyForRestores',
    'AWSBackupServiceRolePolicyForS3Restore',
  );
  const recording = role('config.amazonaws.com', 'service-role/AWS_ConfigRole');
  const stateOf = (resources: TinyResources) => serviceRolesCanWork.evaluate(environmentOf(resources)).state;
  expect([stateOf({ taking, giving }), stateOf({ taking }), stateOf({ giving })]).toEqual(['met', 'unmet', 'unmet']);
  expect(stateOf({ recording, other: role('config.amazonaws.com') })).toBe('unmet');
});
