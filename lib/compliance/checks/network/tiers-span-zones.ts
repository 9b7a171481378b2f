import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';

/** What stands in subnets, and the property that says in which. */
const PLACES: Readonly<Record<string, string>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Subnets',
  'AWS::Lambda::Function': 'VpcConfig.SubnetIds',
  'AWS::RDS::DBProxy': 'VpcSubnetIds',
  'AWS::RDS::DBSubnetGroup': 'SubnetIds',
  'AWS::EC2::VPCEndpoint': 'SubnetIds',
};

/** The failure of one zone leaves every tier standing: 164.308(a)(7)(i). Whether the database itself has a standby, its own check says. */
export const tiersSpanZones: Check = {
  id: 'strength/tiers-span-zones',
  claim: 'everything in the network stands in subnets of these templates in two zones or more',
  citations: ['164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) => {
    const placed = Object.entries(PLACES).flatMap(([type, property]) =>
      environment.of(type).filter((resource) => valueAt(resource, property) !== undefined),
    );
    return judgeEach(
      placed,
      '164.308(a)(7)(i)',
      (resource) => faultsOf(environment, resource, PLACES[resource.type] ?? ''),
      'nothing in the templates stands in a subnet',
    );
  },
};

function faultsOf(environment: EnvironmentModel, resource: Resource, property: string): readonly Fault[] {
  const ids = textsAt(resource, property);
  const subnets = ids.map((id) => environment.at(id, 'AWS::EC2::Subnet'));
  if (subnets.includes(undefined)) return [{ property, value: ids, expected: 'subnets of these templates' }];
  // Where a template names no zone, AWS chooses one, and may choose the same.
  const zones = new Set(subnets.flatMap((subnet) => (subnet && textAt(subnet, 'AvailabilityZone')) ?? []));
  return zones.size >= 2 ? [] : [{ property, value: `${[...zones].join(', ') || 'nowhere'} only`, expected: 'two zones or more' }];
}
