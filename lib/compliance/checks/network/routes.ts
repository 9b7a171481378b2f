import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';

/** Ways out of a network. */
export const OUTWARD: readonly string[] = [
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'InstanceId',
  'NetworkInterfaceId',
  'CarrierGatewayId',
  'CoreNetworkArn',
  'LocalGatewayId',
  'VpcEndpointId',
];

/** The route tables of these templates that a subnet is given. One with none goes by the main table, which no template shows. */
export function tablesOfSubnet(environment: EnvironmentModel, subnet: Resource): readonly Resource[] {
  return environment
    .of('AWS::EC2::SubnetRouteTableAssociation')
    .filter((association) => environment.at(textAt(association, 'SubnetId')) === subnet)
    .flatMap((association) => environment.at(textAt(association, 'RouteTableId'), 'AWS::EC2::RouteTable') ?? []);
}

/** The routes by which a subnet leads out of its network. */
export function routesOfSubnet(environment: EnvironmentModel, subnet: Resource): readonly Resource[] {
  const tables = tablesOfSubnet(environment, subnet);
  return environment.of('AWS::EC2::Route').filter((route) => {
    const table = environment.at(textAt(route, 'RouteTableId'), 'AWS::EC2::RouteTable');
    return table !== undefined && tables.includes(table) && OUTWARD.some((property) => textAt(route, property) !== undefined);
  });
}
