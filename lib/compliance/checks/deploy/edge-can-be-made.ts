import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, toList, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

const MOST_CLAIMS = 10;
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';

/** What stops a load balancer, or leaves it waiting for somebody: certificate, token keys, targets and web ACL. */
export const edgeCanBeMade: Check = {
  id: 'deploy/edge-can-be-made',
  claim: 'every certificate validates itself, every token check can fetch its keys, and every target and web ACL is in its Region',
  citations: ['164.312(e)(1)', '164.312(d)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(
      environment,
      ['AWS::CertificateManager::Certificate', LISTENER, RULE, 'AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::WAFv2::WebACLAssociation'],
      '164.312(e)(1)',
      (each) => {
        switch (each.type) {
          case 'AWS::CertificateManager::Certificate':
            return faultsOfCertificate(each);
          case 'AWS::ElasticLoadBalancingV2::TargetGroup':
            return faultsOfTargets(environment, each);
          case 'AWS::WAFv2::WebACLAssociation':
            return elsewhere(each, 'WebACLArn', environment.at(textAt(each, 'WebACLArn')));
          default:
            return faultsOfActions(environment, each, each.type === RULE ? 'Actions' : 'DefaultActions');
        }
      },
    ),
};

/** Without the zone the stack waits until somebody writes a record by hand. */
function faultsOfCertificate(certificate: Resource): readonly Fault[] {
  const zones = recordsAt(certificate, 'DomainValidationOptions').map(({ HostedZoneId }) => HostedZoneId);
  const names = new Set(
    [textAt(certificate, 'DomainName'), ...textsAt(certificate, 'SubjectAlternativeNames')].map((name) => name?.replace(/^\*\./, '')),
  );
  const isByDns = textAt(certificate, 'ValidationMethod') === 'DNS';
  return [
    ...(isByDns
      ? []
      : [{ property: 'ValidationMethod', value: textAt(certificate, 'ValidationMethod'), expected: 'DNS: a mail waits for somebody' }]),
    ...(zones.length >= names.size && zones.every((zone) => zone !== undefined)
      ? []
      : [
          {
            property: 'DomainValidationOptions',
            value: valueAt(certificate, 'DomainValidationOptions'),
            expected: 'a hosted zone for every name',
          },
        ]),
  ];
}

function faultsOfTargets(environment: EnvironmentModel, group: Resource): readonly Fault[] {
  if (textAt(group, 'TargetType') !== 'lambda') return [];
  const targets = recordsAt(group, 'Targets').map(({ Id }) => Id);
  const permitted = environment
    .of('AWS::Lambda::Permission')
    .filter((each) => textAt(each, 'Principal') === 'elasticloadbalancing.amazonaws.com')
    .map((each) => environment.at(textAt(each, 'FunctionName')));
  return targets.flatMap((id): readonly Fault[] => {
    const target = environment.at(id, 'AWS::Lambda::Function');
    if (!target) return [{ property: 'Targets', value: id, expected: 'a function of these templates' }];
    const isLet = permitted.includes(target);
    return [
      ...elsewhere(group, 'Targets', target),
      ...(isLet
        ? []
        : [
            {
              property: 'Targets',
              value: `${target.logicalId} may not be invoked`,
              expected: 'a permission for elasticloadbalancing.amazonaws.com',
            },
          ]),
    ];
  });
}

function elsewhere({ region }: Resource, property: string, other: Resource | undefined): readonly Fault[] {
  return other && other.region !== region ? [{ property, value: other.region, expected: `a resource in ${region}` }] : [];
}

function faultsOfActions(environment: EnvironmentModel, each: Resource, property: string): readonly Fault[] {
  const actions = recordsAt(each, property);
  const listener = each.type === LISTENER ? each : environment.at(textAt(each, 'ListenerArn'), LISTENER);
  const balancer = listener && environment.at(textAt(listener, 'LoadBalancerArn'), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const jwt = actions
    .filter(({ Type }) => Type === 'jwt-validation')
    .map(({ JwtValidationConfig }) => (isJson(JwtValidationConfig) ? JwtValidationConfig : {}));
  const signIn = actions.some(({ Type }) => Type === 'authenticate-cognito');
  return [
    ...jwt.flatMap(({ JwksEndpoint, AdditionalClaims }): Fault[] => [
      ...(/^https:\/\//.test(String(JwksEndpoint))
        ? []
        : [{ property: `${property} JwksEndpoint`, value: JwksEndpoint, expected: 'an https address' }]),
      ...(toList(AdditionalClaims).length <= MOST_CLAIMS
        ? []
        : [{ property: `${property} AdditionalClaims`, value: toList(AdditionalClaims).length, expected: `at most ${MOST_CLAIMS}` }]),
    ]),
    ...(jwt.length > 0 && listener && textAt(listener, 'Protocol') !== 'HTTPS'
      ? [{ property, value: 'jwt-validation without HTTPS', expected: 'an HTTPS listener' }]
      : []),
    ...((jwt.length > 0 || signIn) && balancer && !reachesKeys(environment, balancer)
      ? [{ property, value: `no way out of ${balancer.logicalId} on 443`, expected: 'egress to the token keys' }]
      : []),
    ...(signIn && environment.of('AWS::Cognito::UserPoolDomain').length === 0
      ? [{ property, value: 'authenticate-cognito', expected: 'a user pool domain' }]
      : []),
  ];
}

/** CDK opens no way to the keys of a token check, and says "Disallow all traffic" instead. */
function reachesKeys(environment: EnvironmentModel, balancer: Resource): boolean {
  const groups = textsAt(balancer, 'SecurityGroups').map((id) => environment.at(id, 'AWS::EC2::SecurityGroup'));
  const rules = groups.flatMap((group) => (group ? recordsAt(group, 'SecurityGroupEgress') : []));
  const apart = environment.of('AWS::EC2::SecurityGroupEgress').filter((each) => groups.includes(environment.at(textAt(each, 'GroupId'))));
  return [...rules, ...apart.map(({ properties }) => properties)].some(({ IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6 }) => {
    const isOpen = CidrIp === '0.0.0.0/0' || CidrIpv6 === '::/0';
    return isOpen && (String(IpProtocol) === '-1' || (Number(FromPort) <= 443 && Number(ToPort) >= 443));
  });
}
