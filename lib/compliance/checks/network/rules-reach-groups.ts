import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { textAt } from '../../model/read';

const PEERS = [
  'SourceSecurityGroupId',
  'DestinationSecurityGroupId',
  'SourcePrefixListId',
  'DestinationPrefixListId',
  'CidrIp',
  'CidrIpv6',
];

/** A rule apart from its group belongs to a group of these templates and names whom it is for. */
export const rulesReachGroups: Check = {
  id: 'strength/rules-reach-groups',
  claim: 'every security group rule belongs to a group of these templates and names exactly one peer',
  citations: ['164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(
      environment,
      ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'],
      '164.312(e)(1)',
      (rule): readonly Fault[] => {
        const group = textAt(rule, 'GroupId');
        const peers = PEERS.filter((property) => textAt(rule, property) !== undefined);
        const peer = textAt(rule, 'SourceSecurityGroupId') ?? textAt(rule, 'DestinationSecurityGroupId');
        const isSelf = peer !== undefined && peer === group;
        return [
          ...(environment.at(group, 'AWS::EC2::SecurityGroup')
            ? []
            : [{ property: 'GroupId', value: group, expected: 'a group of these templates' }]),
          ...(peers.length === 1 && !isSelf
            ? []
            : [{ property: 'peer', value: peers, expected: 'exactly one peer, and not the group itself' }]),
          ...(peer === undefined || environment.at(peer, 'AWS::EC2::SecurityGroup')
            ? []
            : [{ property: 'peer', value: peer, expected: 'a group of these templates' }]),
        ];
      },
    ),
};
