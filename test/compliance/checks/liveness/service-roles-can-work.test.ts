import { serviceRolesCanWork } from '../../../../lib/compliance/checks/liveness/service-roles-can-work';
import { environmentOf } from '../../../support/tiny-environment';

const judged = (Service: string, more: object = {}, others: Parameters<typeof environmentOf>[0] = {}) =>
  serviceRolesCanWork.evaluate(
    environmentOf({ Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } } }, ...more } }, ...others }),
  ).state;
const allowing = (...Action: readonly string[]) => ({ Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: '*' } } }] });

it('has nothing to say of roles for other services', () => {
  expect(judged('lambda.amazonaws.com')).toBe('notApplicable');
});

it('takes the policy of AWS, or one that allows the same', () => {
  const managed = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWS_ConfigRole'] };
  expect([judged('config.amazonaws.com', managed), judged('config.amazonaws.com', allowing('config:Put*')), judged('config.amazonaws.com')]).toEqual(['met', 'met', 'unmet']);
});

it('wants restores only of what the templates restore', () => {
  const restoring = (ProtectedResourceType: string) => ({ Test: { Type: 'AWS::Backup::RestoreTestingSelection', Properties: { IamRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, ProtectedResourceType } } });
  expect(judged('backup.amazonaws.com', allowing('rds:CreateDBSnapshot'))).toBe('met');
  expect(judged('backup.amazonaws.com', allowing('rds:CreateDBSnapshot'), restoring('RDS'))).toBe('unmet');
  expect(judged('backup.amazonaws.com', allowing('rds:*'), restoring('RDS'))).toBe('met');
  expect(judged('backup.amazonaws.com', allowing('rds:*'), restoring('S3'))).toBe('unmet');
});
