import type { WeakeningGroup } from '../../support/weakening';

/** The network, its endpoints, groups and names. */
export const NETWORK_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::RouteTable', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::Route', 'AWS::EC2::InternetGateway', 'AWS::EC2::VPCGatewayAttachment', 'AWS::EC2::FlowLog', 'AWS::EC2::VPCEndpoint', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress', 'Custom::VpcRestrictDefaultSG', 'AWS::Route53::RecordSet', 'AWS::CertificateManager::Certificate'],
  rows: [],
  neutral: [],
};
