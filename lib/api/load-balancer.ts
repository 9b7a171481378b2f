import { Duration, Stack } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ApplicationListener, CfnListenerRule, IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  DesyncMitigationMode,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { LOAD_BALANCER_SUBNETS } from '../network/subnets';
import { acceptFinding } from '../shared/accept-finding';
import { classify } from '../shared/data-class';
import { recordsTargetGroupName } from '../shared/fixed-names';

/** What the load balancer stands between. */
export interface ApiLoadBalancerProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly certificate: ICertificate;
  /** S3-managed keys only: AWS delivers load balancer logs to no other. */
  readonly logBucket: IBucket;
  readonly userPool: IUserPool;
  readonly client: IUserPoolClient;
  readonly target: IFunction;
}

/** One year, as browsers' preload lists ask for. */
const HSTS = 'max-age=31536000; includeSubDomains';

/**
 * The one way in: port 443, TLS 1.2 or 1.3 with forward secrecy and post-quantum key exchange, HSTS. A request reaches the
 * function only with an access token of the product's client; anything else gets 401 or 404 from the load balancer itself.
 * 164.312(d), 164.312(e)(1), (e)(2)(ii).
 *
 * There is no port 80: a redirect comes after the token has travelled in clear.
 */
export class ApiLoadBalancer extends Construct {
  readonly loadBalancer: IApplicationLoadBalancer;

  constructor(scope: Construct, id: string, private readonly props: ApiLoadBalancerProps) {
    super(scope, id);
    const { config, vpc, securityGroup, certificate, logBucket } = props;
    const loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: LOAD_BALANCER_SUBNETS,
      internetFacing: true,
      securityGroup,
      deletionProtection: config.teardown.policy === 'protected',
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.STRICTEST,
      idleTimeout: Duration.seconds(60),
    });
    // Should the web ACL be unreachable, requests are refused, not let through unseen. The L2 renders only `true`.
    loadBalancer.setAttribute('waf.fail_open.enabled', 'false');
    loadBalancer.logAccessLogs(logBucket, 'access');
    loadBalancer.logConnectionLogs(logBucket, 'connection');
    this.loadBalancer = loadBalancer;
    const listener = loadBalancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [certificate],
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
      // The security group says who may connect; the listener adds nothing to it.
      open: false,
      defaultAction: ListenerAction.fixedResponse(404),
    });
    listener.setAttribute('routing.http.response.strict_transport_security.header_value', HSTS);
    listener.setAttribute('routing.http.response.server.enabled', 'false');
    this.admitTokens(listener);
    this.acceptFindings();
    classify(this, 'phi');
  }

  private admitTokens(listener: ApplicationListener): void {
    const { userPool, client, target } = this.props;
    const targetGroup = this.targetGroup(target);
    const { region } = Stack.of(this);
    const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPool.userPoolId}`;
    const rule = new ApplicationListenerRule(this, 'Records', {
      listener,
      priority: 10,
      conditions: [ListenerCondition.pathPatterns(['/v1/*'])],
      action: ListenerAction.authenticateJwt({ issuer, jwksEndpoint: `${issuer}/.well-known/jwks.json`, next: ListenerAction.forward([targetGroup]) }),
    });
    // L1 only. A Cognito access token has no audience, so without these any client of the pool would pass.
    (rule.node.defaultChild as CfnListenerRule).addPropertyOverride('Actions.0.JwtValidationConfig.AdditionalClaims', [
      { Name: 'client_id', Format: 'single-string', Values: [client.userPoolClientId] },
      { Name: 'token_use', Format: 'single-string', Values: ['access'] },
    ]);
  }

  /**
   * The permission comes first, since the target group registers the function at its creation and is refused without it;
   * so the permission names the group by its fixed name.
   */
  private targetGroup(target: IFunction): ApplicationTargetGroup {
    const name = recordsTargetGroupName(this.props.config.name);
    const { account, partition, region } = Stack.of(this);
    target.addPermission('LoadBalancer', {
      principal: new ServicePrincipal('elasticloadbalancing.amazonaws.com'),
      sourceArn: `arn:${partition}:elasticloadbalancing:${region}:${account}:targetgroup/${name}/*`,
      sourceAccount: account,
    });
    const group = new ApplicationTargetGroup(this, 'Targets', {
      targetGroupName: name,
      targetType: TargetType.LAMBDA,
      // Off, repeated headers would collapse to the last one before the function can refuse them.
      multiValueHeadersEnabled: true,
      // Not LambdaTarget: it adds a permission for every target group of every account.
      targets: [
        {
          attachToApplicationTargetGroup: () => ({ targetType: TargetType.LAMBDA, targetJson: { id: target.functionArn } }),
        },
      ],
    });
    group.node.addDependency(target.node.findChild('LoadBalancer'));
    return group;
  }

  private acceptFindings(): void {
    const { teardown } = this.props.config;
    if (teardown.policy === 'disposable') {
      acceptFinding(this.loadBalancer, {
        rule: 'ELBDeletionProtectionEnabled',
        citation: '164.308(a)(7)(i)',
        because: `The load balancer of a disposable environment must go with its stack. ${teardown.reason}`,
        insteadWe: 'rebuild it from the template, since it holds no data',
      });
    }
  }
}
