import { innerTiersLetInCallersOnly } from '../../../../lib/compliance/checks/network/inner-tiers-let-in-callers-only';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

const GROUP = { Type: 'AWS::EC2::SecurityGroup' };
const idOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'GroupId'] });
const judged = (rule: object, others: Parameters<typeof environmentOf>[0] = {}) =>
  innerTiersLetInCallersOnly.evaluate(
    environmentOf({
      Inner: GROUP,
      Caller: GROUP,
      Idle: GROUP,
      Database: { Type: 'AWS::RDS::DBInstance', Properties: { VPCSecurityGroups: [idOf('Inner')] } },
      Work: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SecurityGroupIds: [idOf('Caller')] } } },
      Rule: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { GroupId: idOf('Inner'), IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, ...rule },
      },
      ...others,
    }),
  ).state;

it('has nothing to say where nothing stands in a group', () => {
  expect(innerTiersLetInCallersOnly.evaluate(environmentOf({ Group: GROUP })).state).toBe('notApplicable');
});

it('lets in a function, and no group that nobody stands in yet', () => {
  expect(judged({ SourceSecurityGroupId: idOf('Caller') })).toBe('met');
  expect(judged({ SourceSecurityGroupId: idOf('Idle') })).toBe('unmet');
});

it('refuses a group that database and function share', () => {
  const both = { Both: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SecurityGroupIds: [idOf('Inner')] } } } };
  expect(judged({ SourceSecurityGroupId: idOf('Caller') }, both)).toBe('unmet');
});

it('does not guess at a peer that only a deploy knows', () => {
  expect(() => judged({ SourceSecurityGroupId: { 'Fn::If': ['A', 'b', 'c'] } })).toThrow(CannotTell);
});
