import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textsAt, valueAt } from '../../model/read';
import { groupRulesOf } from './group-rules';
import { tablesOfSubnet } from './routes';

/**
 * A subnet without a table of its own goes by the main one of its network, which no template shows and anybody may add to. And where a
 * function may go out to a service by a gateway, the gateway is there: 164.312(e)(1).
 */
export const subnetsHaveOwnRoutes: Check = {
  id: 'strength/subnets-have-own-routes',
  claim:
    'every subnet has exactly one route table of these templates, with a gateway endpoint in it where a function’s group leads out to one',
  citations: ['164.312(e)(1)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::EC2::Subnet', 'AWS::EC2::SubnetRouteTableAssociation'], '164.312(e)(1)', (resource) =>
      resource.type === 'AWS::EC2::Subnet' ? ofSubnet(environment, resource) : ofAssociation(environment, resource),
    ),
};

function ofSubnet(environment: EnvironmentModel, subnet: Resource): readonly Fault[] {
  const tables = tablesOfSubnet(environment, subnet);
  const gateways = environment
    .of('AWS::EC2::VPCEndpoint')
    .flatMap((endpoint) => textsAt(endpoint, 'RouteTableIds').map((id) => environment.at(id, 'AWS::EC2::RouteTable')));
  const stranded = callersIn(environment, subnet).filter(() => !tables.some((table) => gateways.includes(table)));
  return [
    ...(tables.length === 1 ? [] : [{ property: 'route table', value: `${tables.length} of these templates`, expected: 'exactly one' }]),
    ...stranded.map(({ logicalId }): Fault => ({
      property: 'route table',
      value: `no gateway for ${logicalId}`,
      expected: 'a gateway endpoint in the table',
    })),
  ];
}

function ofAssociation(environment: EnvironmentModel, association: Resource): readonly Fault[] {
  const ends = { SubnetId: 'AWS::EC2::Subnet', RouteTableId: 'AWS::EC2::RouteTable' };
  return Object.entries(ends)
    .filter(([property, type]) => environment.at(valueAt(association, property), type) === undefined)
    .map(([property, type]) => ({ property, value: valueAt(association, property), expected: `an ${type} of these templates` }));
}

/** Functions of a subnet whose groups let them out to a list of AWS’s, which only a gateway leads to. */
function callersIn(environment: EnvironmentModel, subnet: Resource): readonly Resource[] {
  const leading = new Set<Resource | undefined>(
    groupRulesOf(environment).flatMap(({ direction, lists, group }) => (direction === 'out' && lists.length > 0 && group ? [group] : [])),
  );
  return environment.of('AWS::Lambda::Function').filter((each) => {
    const stands = textsAt(each, 'VpcConfig.SubnetIds').some((id) => environment.at(id) === subnet);
    return stands && textsAt(each, 'VpcConfig.SecurityGroupIds').some((id) => leading.has(environment.at(id)));
  });
}
