import { emergencyUseRings } from '../../../../lib/compliance/checks/liveness/emergency-use-rings';
import { environmentOf } from '../../../support/tiny-environment';

type Resources = Parameters<typeof environmentOf>[0];

const role = (action: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'rescue',
    AssumeRolePolicyDocument: {
      Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    },
    Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: action, Resource: '*' } } }],
  },
});
const judged = (action: string, others: Resources = {}) =>
  emergencyUseRings.evaluate(environmentOf({ Key: { Type: 'AWS::KMS::Key' }, Role: role(action), ...others })).state;
const ruleFor = (detail: object) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { 'detail-type': ['AWS API Call via CloudTrail'], detail },
    Targets: [{ Id: '0', Arn: 'arn:aws:sns:us-east-1:111122223333:ours' }],
  },
});

it('has nothing to say of a role that opens nothing', () => {
  expect(judged('kms:DescribeKey')).toBe('notApplicable');
});

it('misses an alarm for one that may disable a key', () => {
  expect(judged('kms:DisableKey')).toBe('unmet');
});

it('takes rules of EventBridge too, if they see the session and what is done in it', () => {
  const session = ruleFor({ requestParameters: { roleArn: ['arn:aws:iam::111122223333:role/rescue'] } });
  const calls = ruleFor({ userIdentity: { sessionContext: { sessionIssuer: { userName: ['rescue'] } } } });
  expect([judged('kms:DisableKey', { session }), judged('kms:DisableKey', { session, calls })]).toEqual(['unmet', 'met']);
});
