import { Stack } from 'aws-cdk-lib';
import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { CfnHub, CfnSecurityControl, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import { Construct } from 'constructs';
import type { AccountServices } from '../config/environment';

/** Every feature of GuardDuty, stated: one that is left out is switched on by the service, and billed. */
export const GUARDDUTY_FEATURES = {
  S3_DATA_EVENTS: 'ENABLED',
  RDS_LOGIN_EVENTS: 'ENABLED',
  LAMBDA_NETWORK_LOGS: 'ENABLED',
  // There is no EKS, EC2, ECS or EBS volume here to look at.
  EKS_AUDIT_LOGS: 'DISABLED',
  EBS_MALWARE_PROTECTION: 'DISABLED',
  RUNTIME_MONITORING: 'DISABLED',
} as const;

/** Standards that Security Hub judges the account by, by construct id. */
export const STANDARDS = {
  BestPractices: 'aws-foundational-security-best-practices/v/1.0.0',
  CisBenchmark: 'cis-aws-foundations-benchmark/v/3.0.0',
} as const;

/**
 * GuardDuty and Security Hub CSPM, unless the organization runs them. 164.308(a)(1)(ii)(D), 164.308(a)(5)(ii)(B).
 *
 * L1 because neither service has an L2.
 */
export class ThreatDetection extends Construct {
  constructor(scope: Construct, id: string, { guardDuty, securityHub }: AccountServices) {
    super(scope, id);
    if (guardDuty.source === 'create') {
      new CfnDetector(this, 'Detector', {
        enable: true,
        findingPublishingFrequency: 'FIFTEEN_MINUTES',
        features: Object.entries(GUARDDUTY_FEATURES).map(([name, status]) => ({ name, status })),
      });
    }
    if (securityHub.source === 'create') {
      const hub = new CfnHub(this, 'Hub', { autoEnableControls: true, controlFindingGenerator: 'SECURITY_CONTROL', enableDefaultStandards: false });
      const { partition, region } = Stack.of(this);
      const standards = Object.entries(STANDARDS).map(([standardId, standard]) => {
        const enabled = new CfnStandard(this, standardId, { standardsArn: `arn:${partition}:securityhub:${region}::standards/${standard}` });
        enabled.addResourceDependency(hub);
        return enabled;
      });
      const recorderRole = new CfnSecurityControl(this, 'ConfigRecorderControl', {
        securityControlId: 'Config.1',
        // The recorder has a role of its own: the service-linked one cannot be declared where it may exist already.
        parameters: { includeConfigServiceLinkedRoleCheck: { valueType: 'CUSTOM', value: { boolean: false } } },
        // Letters, digits and blanks only.
        lastUpdateReason: 'The recorder runs under a role of this baseline',
      });
      recorderRole.node.addDependency(...standards);
    }
  }
}
