import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';
import { statementsOf } from '../../policy/statement';

/** A gateway's presigned answer to CloudFormation has no principal to bind. */
const ANSWER_BUCKET = /^arn:aws:s3:::cloudformation-custom-resource-response-[a-z0-9]+\/\*$/;

/** An endpoint is a way out of an isolated network: it leads to this account's things, for this account's principals, and to named actions. */
export const endpointsArePrivate: Check = {
  id: 'strength/endpoints-are-private',
  claim: 'every endpoint has a policy of named actions bound to this account, private names, a security group, and a place in the network',
  citations: ['164.312(e)(1)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::EC2::VPCEndpoint'], '164.312(e)(1)', (endpoint) => faultsOf(environment, endpoint)),
};

function faultsOf(environment: EnvironmentModel, endpoint: Resource): readonly Fault[] {
  const isGateway = textAt(endpoint, 'VpcEndpointType') === 'Gateway';
  const statements = statementsOf(endpoint.name, valueAt(endpoint, 'PolicyDocument'));
  const { account } = environment.place;
  const loose = statements.filter(({ effect, actions, resources, conditions }) => {
    if (effect !== 'Allow') return false;
    const bound = Object.values(conditions).some((keys) => Object.entries(keys).some(([key, values]) => /^aws:(?:PrincipalAccount|ResourceAccount|PrincipalOrgID|PrincipalArn)$/i.test(key) && values.every((value) => value !== '*')));
    const named = actions.length > 0 && actions.every((action) => !/\*/.test(action));
    const ours = resources.every((resource) => resource.includes(`:${account}:`) || environment.at(resource.replace(/\/.*$/, '')) !== undefined || ANSWER_BUCKET.test(resource));
    return !named || !ours || (!bound && !resources.every((resource) => ANSWER_BUCKET.test(resource)));
  });
  return [
    ...(statements.length > 0 ? [] : [{ property: 'PolicyDocument', value: undefined, expected: 'a policy: without one everything may pass' }]),
    ...loose.map(({ label }): Fault => ({ property: `PolicyDocument ${label}`, value: 'not bound', expected: 'named actions, this account’s principals and resources' })),
    ...(isGateway ? attached(endpoint, 'RouteTableIds') : [...attached(endpoint, 'SubnetIds'), ...attached(endpoint, 'SecurityGroupIds'), ...expectEqual(endpoint, 'PrivateDnsEnabled', true)]),
  ];
}

function attached(endpoint: Resource, property: string): readonly Fault[] {
  return textsAt(endpoint, property).length > 0 ? [] : [{ property, value: undefined, expected: 'at least one' }];
}
