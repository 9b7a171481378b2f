import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';

/** Ways out of a network. */
export const OUTWARD: readonly string[] = [
  'GatewayId', 'NatGatewayId', 'EgressOnlyInternetGatewayId', 'TransitGatewayId', 'VpcPeeringConnectionId', 'InstanceId', 'NetworkInterfaceId', 'CarrierGatewayId',
  'CoreNetworkArn', 'LocalGatewayId', 'VpcEndpointId',
];

/** The routes by which a subnet leads out of its network. A subnet with no table of its own has none here: the main table is not CDK's to write. */
export function routesOfSubnet(environment: EnvironmentModel, subnet: Resource): readonly Resource[] {
  const tables = environment
    .of('AWS::EC2::SubnetRouteTableAssociation')
    .filter((association) => textAt(association, 'SubnetId') === environment.refOf(subnet))
    .map((association) => textAt(association, 'RouteTableId'));
  return environment
    .of('AWS::EC2::Route')
    .filter((route) => tables.includes(textAt(route, 'RouteTableId')) && OUTWARD.some((property) => textAt(route, property) !== undefined));
}
