import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, textAt, textsAt } from '../../model/read';
import { routesOfSubnet } from './routes';

/** What a resource stands in, by the property that says so. */
const PLACES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'VpcConfig.SubnetIds',
  'AWS::RDS::DBProxy': 'VpcSubnetIds',
  'AWS::RDS::DBSubnetGroup': 'SubnetIds',
  'AWS::EC2::VPCEndpoint': 'SubnetIds',
  'AWS::ECS::Service': 'NetworkConfiguration.AwsvpcConfiguration.Subnets',
  'AWS::EC2::Instance': 'SubnetId',
};

/** Only a load balancer stands in a subnet with a way to the internet, and no subnet gives out public addresses. */
export const onlyLoadBalancersFaceTheInternet: Check = {
  id: 'strength/only-load-balancers-face-the-internet',
  claim: 'nothing but a load balancer stands in a subnet with a way to the internet, and no subnet gives out public addresses',
  citations: ['164.312(e)(1)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const outward = new Set(environment.of('AWS::EC2::Subnet').filter((subnet) => routesOfSubnet(environment, subnet).length > 0));
    const placed = Object.entries(PLACES).flatMap(([type, property]) => environment.of(type).map((resource) => ({ resource, property })));
    const findings = [
      ...placed.flatMap(({ resource, property }) =>
        standsIn(environment, resource, property, outward).map((subnet) =>
          toFinding(resource, '164.312(e)(1)', { property, value: subnet.logicalId, expected: 'a subnet without a way to the internet' }),
        ),
      ),
      ...environment
        .of('AWS::EC2::Subnet')
        .flatMap((subnet) =>
          ['MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation']
            .filter((property) => flagAt(subnet, property) === true)
            .map((property) => ({ subnet, property })),
        )
        .map(({ subnet, property }) => toFinding(subnet, '164.312(e)(1)', { property, value: true, expected: 'false' })),
    ];
    return verdictOf([...environment.of('AWS::EC2::Subnet'), ...placed.map(({ resource }) => resource)], findings);
  },
};

function standsIn(
  environment: EnvironmentModel,
  resource: Resource,
  property: string,
  subnets: ReadonlySet<Resource>,
): readonly Resource[] {
  const ids = property === 'SubnetId' ? [textAt(resource, property)] : textsAt(resource, property);
  return ids
    .map((id) => environment.at(id, 'AWS::EC2::Subnet'))
    .filter((subnet) => subnet !== undefined && subnets.has(subnet)) as Resource[];
}
