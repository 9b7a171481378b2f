import { tagOf } from '../compliance/kinds';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { textAt, textsAt } from '../compliance/model/read';
import { toldOrNone } from './told';

/** Where types name the subnets that they stand in. */
const SUBNETS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'VpcConfig.SubnetIds',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Subnets',
  'AWS::RDS::DBSubnetGroup': 'SubnetIds',
  'AWS::RDS::DBProxy': 'VpcSubnetIds',
  'AWS::EC2::VPCEndpoint': 'SubnetIds',
};

/** Tag by which CDK names the tier of a subnet. */
const TIER_TAG = 'aws-cdk:subnet-name';

/** The tier of the network that a resource stands in; empty for one that stands in none. */
export function tierOf(environment: EnvironmentModel, resource: Resource): string {
  return toldOrNone(() => {
    const holder =
      resource.type === 'AWS::RDS::DBInstance'
        ? environment.at(textAt(resource, 'DBSubnetGroupName'), 'AWS::RDS::DBSubnetGroup')
        : resource;
    const property = SUBNETS[holder?.type ?? ''];
    const subnets = holder && property !== undefined ? textsAt(holder, property) : [];
    const tiers = new Set(
      subnets.map((id) => {
        const subnet = environment.at(id, 'AWS::EC2::Subnet');
        return (subnet && tagOf(subnet, TIER_TAG)) ?? subnet?.name ?? id;
      }),
    );
    if (tiers.size > 0) return [...tiers].join('; ');
    return resource.type === 'AWS::Lambda::Function' ? 'outside the network' : undefined;
  });
}

/** How a resource can be reached from outside, as far as its own properties say; empty where they do not. */
export function exposureOf(resource: Resource): string {
  const at = (path: string): string => toldOrNone(() => textAt(resource, path));
  switch (resource.type) {
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return at('Scheme') === 'internal' ? 'internal' : 'internet-facing';
    case 'AWS::RDS::DBInstance':
      return String(resource.properties['PubliclyAccessible']) === 'true' ? 'publicly accessible' : 'not publicly accessible';
    case 'AWS::Cognito::UserPool':
      return 'endpoint of AWS, open to sign-in';
    case 'AWS::Lambda::Url':
      return 'internet-facing';
    default:
      return '';
  }
}
