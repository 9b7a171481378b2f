import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { classify } from '../shared/data-class';
import { KeyedLogGroup } from '../shared/keyed-log-group';

/** What the web ACL guards. */
export interface ApiWebAclProps {
  readonly config: EnvironmentConfig;
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly logsKey: IKey;
}

/** Rule groups that AWS maintains, each in its own blocking mode. Not the one against VPNs: patients use them. */
const MANAGED_GROUPS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
] as const;

/**
 * Blocks what is known to be bad, and an address that asks too often, before a request reaches the function. Every request
 * is logged without its token, cookie or query. 164.308(a)(5)(ii)(B), 164.312(b).
 *
 * L1 because aws-wafv2 has no L2.
 */
export class ApiWebAcl extends Construct {
  readonly webAcl: CfnWebACL;

  constructor(scope: Construct, id: string, { config, loadBalancer, logsKey }: ApiWebAclProps) {
    super(scope, id);
    this.webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebAcl'),
      rules: [
        {
          name: 'RatePerAddress',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: config.requestsPerAddressPer5Minutes, evaluationWindowSec: 300 } },
          visibilityConfig: visibility('RatePerAddress'),
        },
        ...MANAGED_GROUPS.map((name, index) => managedGroup(name, index + 1)),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn: this.webAcl.attrArn, resourceArn: loadBalancer.loadBalancerArn });
    this.logRequests(config, logsKey);
  }

  private logRequests({ name, teardown }: EnvironmentConfig, logsKey: IKey): void {
    const logs = new KeyedLogGroup(this, 'Requests', {
      // WAF accepts no destination whose name begins otherwise.
      fixed: { name: `aws-waf-logs-${name}-records`, teardown },
      dataClass: 'audit',
      key: logsKey,
    });
    logs.acceptDelivery();
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAcl.attrArn,
      logDestinationConfigs: [logs.logGroup.logGroupArn],
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { singleHeader: { Name: 'cookie' } }, { queryString: {} }],
    });
    classify(this, 'audit');
  }
}

function managedGroup(name: (typeof MANAGED_GROUPS)[number], priority: number): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    // The group's own actions stand; `count` here would let everything through.
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        // Clinical notes exceed 8 KB; the function caps a body at 64 KiB itself.
        ...(name === 'AWSManagedRulesCommonRuleSet'
          ? { ruleActionOverrides: [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }] }
          : {}),
      },
    },
    visibilityConfig: visibility(name),
  };
}

/** Samples hold whole requests, which redaction does not touch: off. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
