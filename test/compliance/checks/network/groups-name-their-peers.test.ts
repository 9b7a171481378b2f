import { groupsNameTheirPeers } from '../../../../lib/compliance/checks/network/groups-name-their-peers';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: '443' };
const judged = (rule: object, others: Parameters<typeof environmentOf>[0] = {}) =>
  groupsNameTheirPeers.evaluate(
    environmentOf({ Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: [{ ...HTTPS, ...rule }] } }, ...others }),
  ).state;
const standing = (Type: string, property: object) => ({ Type, Properties: property });
const ID = { 'Fn::GetAtt': ['Group', 'GroupId'] };

it('opens a range to a load balancer only, and only where nothing else stands in its group', () => {
  const balancer = standing('AWS::ElasticLoadBalancingV2::LoadBalancer', { SecurityGroups: [ID] });
  const work = standing('AWS::Lambda::Function', { VpcConfig: { SecurityGroupIds: [ID] } });
  expect(judged({ CidrIp: '0.0.0.0/0' })).toBe('unmet');
  expect(judged({ CidrIp: '0.0.0.0/0' }, { balancer })).toBe('met');
  expect(judged({ CidrIp: '0.0.0.0/0' }, { balancer, work })).toBe('unmet');
});

it('does not take a range that only a deploy knows for none', () => {
  expect(() => judged({ CidrIp: { 'Fn::FindInMap': ['Ranges', 'All', 'Cidr'] } })).toThrow(CannotTell);
});
