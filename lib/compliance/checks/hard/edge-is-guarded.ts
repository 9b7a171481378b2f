import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt } from '../../model/read';

/** Actions of a listener that see who asks before anything is forwarded. */
const VERIFYING: readonly unknown[] = ['jwt-validation', 'authenticate-cognito', 'authenticate-oidc'];

const TYPES = [
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::Lambda::Url',
];

/** Every way in from the internet leads past the web ACL and the check of the token. */
export const edgeIsGuarded: Check = {
  id: 'hard/edge-is-guarded',
  claim:
    'every load balancer stands behind a web ACL, nothing is forwarded before a token is verified, and no function has a URL of its own',
  citations: ['164.312(d)', '164.312(e)(1)'],
  severity: 'fatal',
  evaluate: (environment) => judgeTypes(environment, TYPES, '164.312(d)', (resource) => faultsOf(environment, resource)),
};

function faultsOf(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  if (resource.type === 'AWS::Lambda::Url') return [{ property: 'Type', value: resource.type, expected: 'absent' }];
  if (resource.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer') return hasWebAcl(environment, resource);
  const property = resource.type.endsWith('Rule') ? 'Actions' : 'DefaultActions';
  const actions = [...recordsAt(resource, property)]
    .sort((a, b) => Number(a['Order'] ?? 1) - Number(b['Order'] ?? 1))
    .map(({ Type }) => Type);
  const forward = actions.indexOf('forward');
  return forward < 0 || actions.slice(0, forward).some((type) => VERIFYING.includes(type))
    ? []
    : [{ property, value: actions, expected: 'jwt-validation before forward' }];
}

function hasWebAcl(environment: EnvironmentModel, balancer: Resource): readonly Fault[] {
  const associated = environment
    .of('AWS::WAFv2::WebACLAssociation')
    .filter((each) => environment.at(textAt(each, 'ResourceArn')) === balancer);
  return associated.some((each) => textAt(each, 'WebACLArn') !== undefined)
    ? []
    : [{ property: 'WebACLAssociation', value: undefined, expected: 'an association with a web ACL' }];
}
