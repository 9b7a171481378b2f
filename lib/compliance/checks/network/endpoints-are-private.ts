import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, textAt, textsAt, valueAt } from '../../model/read';
import { statementsOf, type Statement } from '../../policy/statement';

/** A gateway's presigned answer to CloudFormation has no principal to bind. */
const ANSWER_BUCKET = /^arn:aws:s3:::cloudformation-custom-resource-response-[a-z0-9]+\/\*$/;

/** Services whose actions have another name than the service. */
const PREFIXES: Readonly<Record<string, string>> = {
  'kms-fips': 'kms',
  monitoring: 'cloudwatch',
  'ecr.api': 'ecr',
  'ecr.dkr': 'ecr',
  s3express: 's3',
  email: 'ses',
  'git-codecommit': 'codecommit',
  'bedrock-runtime': 'bedrock',
};

/**
 * An endpoint is a way out of an isolated network: it leads to this account's things, for this account's principals, and to named
 * actions.
 */
export const endpointsArePrivate: Check = {
  id: 'strength/endpoints-are-private',
  claim:
    'every endpoint leads to a service of AWS’s own, with a policy of that service’s actions bound to this account, private names ' +
    'that resolve, a security group, and a place in the network',
  citations: ['164.312(e)(1)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::EC2::VPCEndpoint'], '164.312(e)(1)', (endpoint) => faultsOf(environment, endpoint)),
};

function faultsOf(environment: EnvironmentModel, endpoint: Resource): readonly Fault[] {
  const isGateway = textAt(endpoint, 'VpcEndpointType') === 'Gateway';
  const statements = statementsOf(endpoint.name, valueAt(endpoint, 'PolicyDocument'));
  const { account } = environment.place;
  const loose = statements.filter(({ effect, actions, resources, conditions }) => {
    if (effect !== 'Allow') return false;
    const bound = Object.values(conditions).some((keys) =>
      Object.entries(keys).some(
        ([key, values]) =>
          /^aws:(?:PrincipalAccount|ResourceAccount|PrincipalOrgID|PrincipalArn)$/i.test(key) && values.every((value) => value !== '*'),
      ),
    );
    const named = actions.length > 0 && actions.every((action) => !/\*/.test(action));
    const ours = resources.every(
      (resource) =>
        resource.includes(`:${account}:`) || environment.at(resource.replace(/\/.*$/, '')) !== undefined || ANSWER_BUCKET.test(resource),
    );
    return !named || !ours || (!bound && !resources.every((resource) => ANSWER_BUCKET.test(resource)));
  });
  return [
    ...(statements.length > 0
      ? []
      : [{ property: 'PolicyDocument', value: undefined, expected: 'a policy: without one everything may pass' }]),
    ...loose.map(({ label }): Fault => ({
      property: `PolicyDocument ${label}`,
      value: 'not bound',
      expected: 'named actions, this account’s principals and resources',
    })),
    ...service(endpoint, statements),
    ...(isGateway
      ? attached(environment, endpoint, 'RouteTableIds', 'AWS::EC2::RouteTable')
      : [
          ...expectEqual(endpoint, 'VpcEndpointType', 'Interface'),
          ...attached(environment, endpoint, 'SubnetIds', 'AWS::EC2::Subnet'),
          ...attached(environment, endpoint, 'SecurityGroupIds', 'AWS::EC2::SecurityGroup'),
          ...expectEqual(endpoint, 'PrivateDnsEnabled', true),
          ...resolving(environment, endpoint),
        ]),
  ];
}

function attached(environment: EnvironmentModel, endpoint: Resource, property: string, type: string): readonly Fault[] {
  const ids = textsAt(endpoint, property);
  const areOurs = ids.length > 0 && ids.every((id) => environment.at(id, type) !== undefined);
  return areOurs ? [] : [{ property, value: ids, expected: 'at least one, all of these templates' }];
}

/** A service of somebody else’s would be a way out for records; and a policy for another service than the endpoint’s confines nothing. */
function service(endpoint: Resource, statements: readonly Statement[]): readonly Fault[] {
  const name = textAt(endpoint, 'ServiceName') ?? '';
  const [, region, own] = /^com\.amazonaws\.([a-z\d-]+)\.([a-z\d.-]+)$/.exec(name) ?? [];
  const prefix = own === undefined ? undefined : (PREFIXES[own] ?? own);
  const strange = statements
    .flatMap(({ actions }) => actions)
    .filter((action) => prefix === undefined || !action.toLowerCase().startsWith(`${prefix}:`));
  return region === endpoint.region && strange.length === 0
    ? []
    : [{ property: 'ServiceName', value: name, expected: `a service of AWS in ${endpoint.region} whose actions the policy names` }];
}

/** Private names resolve only where the network has DNS, and gives names to what stands in it. */
function resolving(environment: EnvironmentModel, endpoint: Resource): readonly Fault[] {
  const vpc = environment.at(textAt(endpoint, 'VpcId'), 'AWS::EC2::VPC');
  if (!vpc) return [];
  // DNS is on unless it is switched off, names are off unless they are switched on.
  const resolves = flagAt(vpc, 'EnableDnsSupport') !== false && flagAt(vpc, 'EnableDnsHostnames') === true;
  return resolves
    ? []
    : [{ property: 'VpcId', value: `${vpc.logicalId} without DNS names`, expected: 'EnableDnsSupport and EnableDnsHostnames' }];
}
