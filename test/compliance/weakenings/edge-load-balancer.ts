import type { Weakening } from '../../support/weakening';
import { addedResource } from '../../support/added-resource';
import { WeakeningRows } from '../../support/weakening-rows';

const STRICT = 'strength/load-balancers-are-strict';
const TLS = 'strength/listeners-insist-on-tls';
const TOKENS = 'strength/listeners-admit-tokens-only';
const CLASS = 'strength/carriers-say-what-they-carry';
const INVOKED = 'liveness/targets-may-be-invoked';

const balancer = new WeakeningRows('AWS::ElasticLoadBalancingV2::LoadBalancer', '', 'the load balancer');
const listener = new WeakeningRows('AWS::ElasticLoadBalancingV2::Listener', '', 'the listener');
const group = new WeakeningRows('AWS::ElasticLoadBalancingV2::TargetGroup', '', 'the target group');
const rule = new WeakeningRows('AWS::ElasticLoadBalancingV2::ListenerRule', '', 'the listener rule');

type Pair = { Key: string; Value: unknown };
const given = (properties: Record<string, unknown>, list: string, key: string, value: unknown): void => {
  const pair = (properties[list] as Pair[]).find(({ Key }) => Key === key);
  if (pair) pair.Value = value;
  else (properties[list] as Pair[]).push({ Key: key, Value: value });
};
const attribute = (rows: WeakeningRows, list: string, key: string, value: unknown, noticedBy: string): Weakening =>
  rows.edit(`with ${key} ${JSON.stringify(value)}`, [`${list}.0.Value`], (properties) => given(properties, list, key, value), noticedBy);
const ofBalancer = (key: string, value: unknown): Weakening => attribute(balancer, 'LoadBalancerAttributes', key, value, STRICT);
const ofListener = (key: string, value: unknown): Weakening => attribute(listener, 'ListenerAttributes', key, value, TLS);

const CLAIM = 'Actions.0.JwtValidationConfig.AdditionalClaims';
const STAR_CONDITION = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } }];
const LISTENER_OF_OURS = { Port: 443, Protocol: 'HTTPS', LoadBalancerArn: { Ref: 'EdgeLoadBalancer9EA98EDF' }, Certificates: [{ CertificateArn: { Ref: 'NameCertificate7613FB85' } }] };

/** The load balancer, its listener and rule, and the group behind them. */
export const LOAD_BALANCER_ROWS: readonly Weakening[] = [
  ofBalancer('deletion_protection.enabled', 'false'),
  ofBalancer('routing.http.drop_invalid_header_fields.enabled', 'false'),
  ofBalancer('routing.http.desync_mitigation_mode', 'defensive'),
  ofBalancer('routing.http.xff_header_processing.mode', 'preserve'),
  ofBalancer('waf.fail_open.enabled', 'true'),
  ofBalancer('waf.fail_open.enabled', { 'Fn::Sub': 'true' }),
  ofBalancer('access_logs.s3.enabled', 'false'),
  ofBalancer('access_logs.s3.bucket', 'somebody-elses-bucket'),
  ofBalancer('connection_logs.s3.enabled', 'false'),
  ofBalancer('connection_logs.s3.bucket', 'somebody-elses-bucket'),
  balancer.set('LoadBalancerAttributes.2.Key', 'routing.http.preserve_host_header.enabled', STRICT),
  balancer.edit('with an attribute given twice', [], ({ LoadBalancerAttributes: list }) => (list as Pair[]).push({ Key: 'waf.fail_open.enabled', Value: 'true' }), STRICT),
  balancer.drop('SecurityGroups.0', STRICT),
  balancer.set('SecurityGroups.0', 'sg-0123456789abcdef0', STRICT),
  balancer.edit('of type network', ['Type'], (properties) => Object.assign(properties, { Type: 'network' }), STRICT),
  balancer.drop('Subnets.1', 'strength/tiers-span-zones'),
  balancer.set('Subnets.0', 'subnet-0123456789abcdef0', 'strength/tiers-span-zones'),
  balancer.edit('tagged as holding nothing', ['Tags'], (properties) => given(properties, 'Tags', 'DataClass', 'none'), CLASS),
  balancer.gone('presence/a-load-balancer'),
  addedResource('a second load balancer without a web ACL', 'Api', { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Type: 'application', Scheme: 'internet-facing' } }, 'liveness/web-acl-blocks'),

  listener.set('Protocol', 'HTTP', 'hard/edge-speaks-tls'),
  listener.set('SslPolicy', 'ELBSecurityPolicy-2016-08', 'hard/edge-speaks-tls'),
  listener.drop('SslPolicy', 'hard/edge-speaks-tls'),
  listener.set('Port', 8443, TLS),
  listener.set('Certificates.0.CertificateArn', 'arn:aws:iam::111122223333:server-certificate/old', TLS),
  listener.drop('Certificates.0.CertificateArn', TLS),
  ofListener('routing.http.response.strict_transport_security.header_value', 'max-age=3600; includeSubDomains'),
  ofListener('routing.http.response.strict_transport_security.header_value', 'max-age=31536000'),
  ofListener('routing.http.response.server.enabled', 'true'),
  ofListener('routing.http.response.access_control_allow_origin.header_value', '*'),
  listener.set('ListenerAttributes.0.Key', 'routing.http.response.x_content_type_options.header_value', TLS),
  listener.set('LoadBalancerArn', 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/other/0123456789abcdef', TOKENS),
  listener.set('DefaultActions.0.FixedResponseConfig.StatusCode', '200', TOKENS),
  listener.set('DefaultActions.0.Type', 'forward', TOKENS),
  listener.edit('that forwards by default', [], (properties) => Object.assign(properties, { DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'EdgeTargets877AA439' } }] }), TOKENS),
  addedResource('a certificate beside the listener’s', 'Api', {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerCertificate',
    Properties: { ListenerArn: { Ref: 'EdgeLoadBalancerHttps6581747E' }, Certificates: [{ CertificateArn: 'arn:aws:iam::111122223333:server-certificate/old' }] },
  }, TLS),
  addedResource('a listener in the clear', 'Api', { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { ...LISTENER_OF_OURS, Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'redirect' }] } }, 'hard/edge-speaks-tls'),
  addedResource('a second listener that forwards to anybody', 'Api', {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: { ...LISTENER_OF_OURS, Port: 8443, DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'EdgeTargets877AA439' } }] },
  }, TOKENS),

  rule.set(`${CLAIM}.0.Name`, 'aud', TOKENS),
  rule.set(`${CLAIM}.0.Values.0`, '*', TOKENS),
  rule.set(`${CLAIM}.1.Name`, 'scope', TOKENS),
  rule.set(`${CLAIM}.1.Values.0`, 'id', TOKENS),
  rule.set(`${CLAIM}.1.Format`, 'space-separated-values', TOKENS),
  rule.edit('that takes identity tokens too', [], (properties) => ((at(properties, CLAIM) as { Values: unknown[] }[])[1] as { Values: unknown[] }).Values.push('id'), TOKENS),
  rule.set('Actions.0.JwtValidationConfig.Issuer', 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Elsewhere', TOKENS),
  rule.set('Actions.0.JwtValidationConfig.JwksEndpoint', 'https://example.org/jwks.json', TOKENS),
  rule.set('Actions.0.Type', 'fixed-response', TOKENS),
  rule.set('Actions.1.Order', 0, TOKENS),
  rule.drop('Actions.0.Order', TOKENS),
  rule.edit('without its token check', [], (properties) => void (properties['Actions'] as unknown[]).shift(), TOKENS),
  rule.set('Actions.1.TargetGroupArn', 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/other/0123456789abcdef', TOKENS),
  rule.edit('that forwards to a second group', [], (properties) => Object.assign(at(properties, 'Actions.1') as object, { ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/other/0' }] } }), TOKENS),
  rule.set('ListenerArn', 'arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/other/0/0', TOKENS),
  addedResource('a rule that forwards before any token', 'Api', {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: { ListenerArn: { Ref: 'EdgeLoadBalancerHttps6581747E' }, Priority: 1, Conditions: STAR_CONDITION, Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'EdgeTargets877AA439' } }] },
  }, TOKENS),
  addedResource('a rule that redirects to another site', 'Api', {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: { ListenerArn: { Ref: 'EdgeLoadBalancerHttps6581747E' }, Priority: 1, Conditions: STAR_CONDITION, Actions: [{ Type: 'redirect', RedirectConfig: { Host: 'example.org', StatusCode: 'HTTP_301' } }] },
  }, TOKENS),

  group.set('TargetGroupAttributes.0.Value', 'false', 'strength/target-groups-keep-every-header'),
  group.set('TargetGroupAttributes.0.Key', 'slow_start.duration_seconds', 'strength/target-groups-keep-every-header'),
  group.set('TargetType', 'ip', 'strength/target-groups-keep-every-header'),
  group.set('Targets.0.Id', 'arn:aws:lambda:us-east-1:444455556666:function:other', INVOKED),
  group.edit('with another function of ours behind it', [], (properties) => Object.assign(properties, { Targets: [{ Id: { 'Fn::GetAtt': ['AuditExporterFunctionC37731C8', 'Arn'] } }] }), INVOKED),
  group.set('Name', 'prod-others', INVOKED),
  group.edit('tagged as holding nothing', ['Tags'], (properties) => given(properties, 'Tags', 'DataClass', 'none'), CLASS),
];

function at(properties: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], properties);
}
