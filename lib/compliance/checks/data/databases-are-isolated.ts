import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';
import { routesOfSubnet } from '../network/routes';

/** A database and its proxy stand where no packet from the internet has a way. */
export const databasesAreIsolated: Check = {
  id: 'strength/databases-are-isolated',
  claim:
    'every database and proxy stands in two or more subnets without a route out, and no role or integration takes rows elsewhere',
  citations: ['164.312(e)(1)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance', 'AWS::RDS::DBProxy', 'AWS::RDS::DBProxyEndpoint'], '164.312(e)(1)', (resource) =>
      resource.type !== 'AWS::RDS::DBInstance'
        ? isolated(environment, resource, 'VpcSubnetIds', textsAt(resource, 'VpcSubnetIds'))
        : [
            ...ofGroup(environment, resource),
            // With one, a statement can export a table to a bucket or call a function.
            ...expectAbsent(resource, 'AssociatedRoles'),
            ...environment
              .of('AWS::RDS::Integration')
              .map((copy): Fault => ({ property: 'Integration', value: copy.logicalId, expected: 'no copy of every row elsewhere' })),
          ],
    ),
};

function ofGroup(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  const group = environment.at(textAt(database, 'DBSubnetGroupName'), 'AWS::RDS::DBSubnetGroup');
  if (!group)
    return [
      { property: 'DBSubnetGroupName', value: valueAt(database, 'DBSubnetGroupName'), expected: 'a subnet group of these templates' },
    ];
  return isolated(environment, database, 'DBSubnetGroupName', textsAt(group, 'SubnetIds'));
}

function isolated(environment: EnvironmentModel, _of: Resource, property: string, ids: readonly string[]): readonly Fault[] {
  const subnets = ids.map((id) => environment.at(id, 'AWS::EC2::Subnet'));
  const known = subnets.filter((subnet) => subnet !== undefined);
  const zones = new Set(known.map((subnet) => textAt(subnet, 'AvailabilityZone')));
  return [
    ...(known.length === subnets.length && zones.size >= 2
      ? []
      : [{ property, value: ids, expected: 'subnets of these templates in two or more zones' }]),
    ...known.flatMap((subnet) =>
      routesOfSubnet(environment, subnet).map((route): Fault => ({
        property,
        value: `${subnet.logicalId} has the route ${route.logicalId}`,
        expected: 'no route out',
      })),
    ),
  ];
}
