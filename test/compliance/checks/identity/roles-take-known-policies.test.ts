import { rolesTakeKnownPolicies } from '../../../../lib/compliance/checks/identity/roles-take-known-policies';
import { environmentOf } from '../../../support/tiny-environment';

type Resources = Parameters<typeof environmentOf>[0];

const role = (service: string, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } } },
    ...more,
  },
});
const policy = (more: object = {}) => ({ Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [] }, ...more } });
const judged = (resources: Resources) => rolesTakeKnownPolicies.evaluate(environmentOf(resources)).state;
const OF_BACKUP = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'] };

it('has nothing to say where there is no role', () => {
  expect(judged({})).toBe('notApplicable');
});

it('takes a policy of AWS’s for the service that it is made for', () => {
  expect([judged({ Role: role('backup.amazonaws.com', OF_BACKUP) }), judged({ Role: role('lambda.amazonaws.com', OF_BACKUP) })]).toEqual([
    'met',
    'unmet',
  ]);
});

it('takes a policy that roles name, and one that names its role, but no two of the latter', () => {
  const one = { Roles: [{ Ref: 'Role' }] };
  expect(judged({ Role: role('lambda.amazonaws.com', { ManagedPolicyArns: [{ Ref: 'Policy' }] }), Policy: policy() })).toBe('met');
  expect(judged({ Role: role('lambda.amazonaws.com'), Policy: policy(one) })).toBe('met');
  expect(judged({ Role: role('lambda.amazonaws.com'), Policy: policy(one), Second: policy(one) })).toBe('unmet');
  expect(judged({ Role: role('lambda.amazonaws.com'), Policy: policy() })).toBe('unmet');
});
