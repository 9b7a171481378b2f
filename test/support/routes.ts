import type { Landscape, Resource } from './landscape';

interface Association {
  readonly RouteTableId: string;
  readonly SubnetId: string;
}

/** One route. */
export interface Route {
  readonly RouteTableId: string;
  readonly DestinationCidrBlock?: string;
  readonly DestinationIpv6CidrBlock?: string;
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
}

/** The routes that a subnet's traffic follows, from its own table. */
export function routesOf(land: Landscape, subnet: Resource<unknown>): readonly Resource<Route>[] {
  const id = land.refOf(subnet);
  const tables = land.of<Association>('AWS::EC2::SubnetRouteTableAssociation').filter(({ properties }) => properties.SubnetId === id);
  if (tables.length !== 1) throw new Error(`${subnet.name} has ${tables.length} route tables.`);
  return land.of<Route>('AWS::EC2::Route').filter(({ properties }) => properties.RouteTableId === tables[0]?.properties.RouteTableId);
}

/** Whether nothing leads out of the VPC from a subnet. Any route at all counts as a way out: local routes are implicit. */
export function isIsolated(land: Landscape, subnetId: string): boolean {
  const subnet = land.at(subnetId, 'AWS::EC2::Subnet');
  if (!subnet) throw new Error(`${subnetId} is no subnet of the templates.`);
  return routesOf(land, subnet).length === 0;
}
