import { ENVIRONMENTS } from '../../../lib/config/select';
import { bucketFor } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { Landscape } from '../../support/landscape';
import { covers } from '../../../lib/compliance/policy/pattern';

interface Attribute {
  readonly Key: string;
  readonly Value: string;
}

interface Action {
  readonly Type: string;
  readonly Order?: number;
  readonly FixedResponseConfig?: { readonly StatusCode: string };
  readonly JwtValidationConfig?: {
    readonly AdditionalClaims?: readonly { readonly Name: string; readonly Format: string; readonly Values: readonly string[] }[];
    readonly Issuer: string;
    readonly JwksEndpoint: string;
  };
  readonly TargetGroupArn?: string;
}

interface Listener {
  readonly Certificates?: readonly { readonly CertificateArn: string }[];
  readonly DefaultActions: readonly Action[];
  readonly ListenerAttributes?: readonly Attribute[];
  readonly LoadBalancerArn: string;
  readonly Port: number;
  readonly Protocol: string;
  readonly SslPolicy?: string;
}

interface ListenerRule {
  readonly Actions: readonly Action[];
  readonly Conditions: readonly { readonly Field: string; readonly PathPatternConfig?: { readonly Values: readonly string[] } }[];
  readonly ListenerArn: string;
}

interface TargetGroup {
  readonly HealthCheckEnabled?: boolean;
  readonly Name: string;
  readonly TargetGroupAttributes?: readonly Attribute[];
  readonly TargetType: string;
  readonly Targets?: readonly { readonly Id: string }[];
}

interface Permission {
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceAccount?: string;
  readonly SourceArn?: string;
}

const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const TARGETS = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const PERMISSION = 'AWS::Lambda::Permission';

const value = (attributes: readonly Attribute[] | undefined, key: string) => attributes?.find(({ Key }) => Key === key)?.Value;

const isHardened: Claim = (land) =>
  judge(
    'load balancers',
    land.of<{ LoadBalancerAttributes?: readonly Attribute[]; Scheme?: string; Type?: string }>(BALANCER),
    ({ properties }) => {
      const logBucket = land.refOf(bucketFor(land, 'albLogs'));
      const expected: Readonly<Record<string, string>> = {
        'deletion_protection.enabled': String(land.config.teardown.policy === 'protected'),
        'routing.http.drop_invalid_header_fields.enabled': 'true',
        'routing.http.desync_mitigation_mode': 'strictest',
        'waf.fail_open.enabled': 'false',
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': logBucket,
        'access_logs.s3.prefix': 'access',
        'connection_logs.s3.enabled': 'true',
        'connection_logs.s3.bucket': logBucket,
        'connection_logs.s3.prefix': 'connection',
      };
      return [
        unlike('type', properties.Type, 'application'),
        ...Object.entries(expected).map(([key, wanted]) => unlike(key, value(properties.LoadBalancerAttributes, key), wanted)),
      ];
    },
  );

const listensOverTlsOnly: Claim = (land) =>
  [
    unlike(
      'the ports',
      land.of<Listener>(LISTENER).map(({ properties }) => `${properties.Protocol} ${properties.Port}`),
      ['HTTPS 443'],
    ),
    ...judge('listeners', land.of<Listener>(LISTENER), ({ properties }) => [
      // TLS 1.2 and 1.3 with forward secrecy and post-quantum key exchange.
      unlike('TLS policy', properties.SslPolicy, 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'),
      unlike(
        'HSTS',
        value(properties.ListenerAttributes, 'routing.http.response.strict_transport_security.header_value'),
        'max-age=31536000; includeSubDomains',
      ),
      unlike('server header', value(properties.ListenerAttributes, 'routing.http.response.server.enabled'), 'false'),
      properties.Certificates?.length !== 1 && 'has no certificate of its own',
      !land.at(properties.LoadBalancerArn, BALANCER) && 'is of no load balancer of the templates',
    ]),
  ].filter((fault) => fault !== undefined);

const refusesByDefault: Claim = (land) =>
  judge('listeners', land.of<Listener>(LISTENER), ({ properties }) => [
    unlike(
      'default action',
      properties.DefaultActions.map(({ Type, FixedResponseConfig }) => `${Type} ${FixedResponseConfig?.StatusCode}`),
      ['fixed-response 404'],
    ),
  ]);

/** An access token of Cognito has no audience: without the two claims any client of the pool would pass. */
const admitsTokensOfTheClient: Claim = (land) =>
  judge('listener rules', land.of<ListenerRule>(RULE), ({ properties }) => {
    const [validate, forward] = [...properties.Actions].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
    const pool = land.refOf(land.one('AWS::Cognito::UserPool'));
    const issuer = `https://cognito-idp.${land.config.region}.amazonaws.com/${pool}`;
    return [
      unlike('actions', properties.Actions.length, 2),
      unlike('first action', validate?.Type, 'jwt-validation'),
      unlike('issuer', validate?.JwtValidationConfig?.Issuer, issuer),
      unlike('keys', validate?.JwtValidationConfig?.JwksEndpoint, `${issuer}/.well-known/jwks.json`),
      unlike('claims', validate?.JwtValidationConfig?.AdditionalClaims, [
        { Name: 'client_id', Format: 'single-string', Values: [land.refOf(land.one('AWS::Cognito::UserPoolClient'))] },
        { Name: 'token_use', Format: 'single-string', Values: ['access'] },
      ]),
      unlike('second action', [forward?.Type, land.at(forward?.TargetGroupArn)?.type], ['forward', TARGETS]),
      unlike(
        'paths',
        properties.Conditions.map(({ PathPatternConfig }) => PathPatternConfig?.Values),
        [['/v1/*']],
      ),
      !land.at(properties.ListenerArn, LISTENER) &&
        land.refOf(land.one(LISTENER)) !== properties.ListenerArn &&
        'is of no listener of the templates',
    ];
  });

const targetsKeepHeadersApart: Claim = (land) =>
  judge('target groups', land.of<TargetGroup>(TARGETS), (group) => {
    const { properties } = group;
    return [
      unlike('target type', properties.TargetType, 'lambda'),
      // Off, repeated headers collapse to the last one before the function can refuse them.
      unlike('multi-value headers', value(properties.TargetGroupAttributes, 'lambda.multi_value_headers.enabled'), 'true'),
      unlike(
        'targets',
        properties.Targets?.map(({ Id }) => Id),
        [land.arnOf(recordsFunction(land))],
      ),
      properties.Name.length > 32 && 'has a name longer than 32 characters',
      properties.HealthCheckEnabled && 'pays for an invocation with every health check',
      // Registering the function fails until the permission stands.
      !group.dependsOn.some((id) => land.of(PERMISSION).some(({ logicalId }) => logicalId === id)) &&
        'does not wait for the permission to invoke its target',
    ];
  });

function recordsFunction(land: Landscape) {
  return land.one('AWS::Lambda::Function', 'RecordsApi');
}

const onlyItsGroupInvokes: Claim = (land) =>
  judge(
    'permissions of the load balancer',
    land.of<Permission>(PERMISSION).filter(({ properties }) => properties.FunctionName === land.arnOf(recordsFunction(land))),
    ({ properties }) => {
      const group = (name: string, account = land.account) =>
        `arn:aws:elasticloadbalancing:${land.config.region}:${account}:targetgroup/${name}/73e2d6bc24d8a067`;
      const own = land.one<TargetGroup>(TARGETS).properties.Name;
      const matches = (arn: string) => covers(properties.SourceArn ?? '*', arn);
      return [
        unlike('principal', properties.Principal, 'elasticloadbalancing.amazonaws.com'),
        unlike('account', properties.SourceAccount, land.account),
        !matches(group(own)) && `does not match the target group ${own}`,
        (matches(group(`${own}-other`)) || matches(group('other')) || matches(group(own, '999999999999'))) && 'matches other target groups',
      ];
    },
  );

/** Nothing leads to the function past the token check: one target group, one rule that forwards to it. */
const thereIsOneWayIn: Claim = (land) =>
  [
    unlike('target groups', land.of(TARGETS).length, 1),
    unlike('load balancers', land.of(BALANCER).length, 1),
    ...judge('listeners', land.of<Listener>(LISTENER), ({ properties }) => [
      properties.DefaultActions.some(({ Type }) => Type === 'forward') && 'forwards by default',
    ]),
    ...judge('listener rules', land.of<ListenerRule>(RULE), ({ properties }) => [
      properties.Actions.some(({ Type }) => Type === 'forward') &&
        !properties.Actions.some(({ Type }) => Type === 'jwt-validation') &&
        'forwards without a token',
    ]),
  ].filter((fault) => fault !== undefined);

describe('the load balancer', () => {
  holds('drops bad headers and ambiguous requests, refuses without its web ACL, and logs access and connections', isHardened);
  holds('listens on 443 over TLS 1.2 and 1.3 alone, and says so for a year', listensOverTlsOnly);
  holds('answers 404 to what no rule names', refusesByDefault);
  holds('admits access tokens of the one client, before it forwards', admitsTokensOfTheClient);
  holds('hands the function every header as it came', targetsKeepHeadersApart);
  holds('is the only one that invokes the function, through its own target group', onlyItsGroupInvokes);
  holds('is the one way in', thereIsOneWayIn);

  const attribute = (key: string, to: string) => (properties: { LoadBalancerAttributes: { Key: string; Value: string }[] }) => {
    for (const found of properties.LoadBalancerAttributes.filter(({ Key }) => Key === key)) found.Value = to;
  };
  notices(
    'requests let through unseen',
    isHardened,
    (draft) => draft.edit(BALANCER, '', attribute('waf.fail_open.enabled', 'true')),
    /waf\.fail_open\.enabled is "true"/,
  );
  notices(
    'ambiguous requests',
    isHardened,
    (draft) => draft.edit(BALANCER, '', attribute('routing.http.desync_mitigation_mode', 'defensive')),
    /desync_mitigation_mode is "defensive"/,
  );
  notices(
    'connections that nobody logs',
    isHardened,
    (draft) => draft.edit(BALANCER, '', attribute('connection_logs.s3.enabled', 'false')),
    /connection_logs\.s3\.enabled/,
  );
  notices(
    'a listener in clear',
    listensOverTlsOnly,
    (draft) => draft.add('Api', 'Http', LISTENER, { Port: 80, Protocol: 'HTTP', DefaultActions: [], LoadBalancerArn: '' }),
    /the ports is \["HTTPS 443","HTTP 80"\]/,
  );
  notices(
    'an old TLS policy',
    listensOverTlsOnly,
    (draft) => draft.set(LISTENER, '', ['SslPolicy'], 'ELBSecurityPolicy-2016-08'),
    /TLS policy is "ELBSecurityPolicy-2016-08"/,
  );
  notices(
    'a default that forwards',
    thereIsOneWayIn,
    (draft) => draft.set(LISTENER, '', ['DefaultActions', 0, 'Type'], 'forward'),
    /forwards by default/,
  );
  notices(
    'tokens of any client',
    admitsTokensOfTheClient,
    (draft) => draft.unset(RULE, '', ['Actions', 0, 'JwtValidationConfig', 'AdditionalClaims', 0]),
    /claims is/,
  );
  notices(
    'identity tokens',
    admitsTokensOfTheClient,
    (draft) => draft.set(RULE, '', ['Actions', 0, 'JwtValidationConfig', 'AdditionalClaims', 1, 'Values'], ['id']),
    /claims is/,
  );
  notices(
    'tokens of another issuer',
    admitsTokensOfTheClient,
    (draft) => draft.set(RULE, '', ['Actions', 0, 'JwtValidationConfig', 'Issuer'], 'https://issuer.example'),
    /issuer is "https:\/\/issuer\.example"/,
  );
  notices(
    'a forward before the check',
    admitsTokensOfTheClient,
    (draft) =>
      draft.edit<{ Actions: { Order: number }[] }>(RULE, '', ({ Actions }) =>
        Actions.forEach((action, index) => {
          action.Order = 2 - index;
        }),
      ),
    /first action is "forward"/,
  );
  notices(
    'headers that collapse',
    targetsKeepHeadersApart,
    (draft) => draft.unset(TARGETS, '', ['TargetGroupAttributes']),
    /multi-value headers is absent/,
  );
  notices(
    'a permission for any target group',
    onlyItsGroupInvokes,
    (draft) => draft.set(PERMISSION, 'RecordsApi', ['SourceArn'], `arn:aws:elasticloadbalancing:${ENVIRONMENTS.prod.region}:${ENVIRONMENTS.prod.account}:targetgroup/*`),
    /matches other target groups/,
  );
});
