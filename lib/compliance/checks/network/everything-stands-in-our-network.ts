import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import { valueAt } from '../../model/read';

/** Parts of a network, which name the one that they are of. */
const PARTS: readonly string[] = [
  'AWS::EC2::Subnet',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::EC2::NetworkAcl',
];

/** What the other checks say of a network's flow log, groups and routes holds only for what stands in it. */
export const everythingStandsInOurNetwork: Check = {
  id: 'strength/everything-stands-in-our-network',
  claim: 'every subnet, route table, security group, endpoint and gateway is of a network of these templates',
  citations: ['164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      PARTS.flatMap((type) => environment.of(type)),
      '164.312(e)(1)',
      (part) =>
        environment.at(valueAt(part, 'VpcId'), 'AWS::EC2::VPC')
          ? []
          : [{ property: 'VpcId', value: valueAt(part, 'VpcId'), expected: 'a network of these templates' }],
      'the templates hold no part of a network',
    ),
};
