import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { FlowLogDestination, FlowLogTrafficType, IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DefaultSecurityGroupProperties } from '../../lambda/default-security-group/contract';
import type { EnvironmentConfig } from '../config/environment';
import { acceptAdvice, acceptFinding } from '../shared/accept-finding';
import { classify } from '../shared/data-class';
import { SecureFunction } from '../shared/secure-function';
import { LOAD_BALANCER_SUBNETS } from './subnets';

/** What the VPC is made of. */
export interface RecordsVpcProps {
  readonly config: EnvironmentConfig;
  /** The locked archive; its key must allow log delivery. */
  readonly flowLogBucket: IBucket;
  readonly logsKey: IKey;
}

/**
 * One network: isolated subnets for everything that touches PHI, no NAT, no public address, a closed default security
 * group, and flow logs of all traffic in the locked archive. 164.312(e)(1), 164.312(b).
 *
 * The load balancer is reached from the internet, so its subnets have a route there; nothing else is in them.
 */
export class RecordsVpc extends Construct {
  readonly vpc: IVpc;

  constructor(scope: Construct, id: string, { config, flowLogBucket, logsKey }: RecordsVpcProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(config.network.cidr),
      availabilityZones: [...config.availabilityZones],
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'LoadBalancer', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'Application', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
        { name: 'Database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
      ],
    });
    const flowLog = vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toS3(flowLogBucket, 'flow-logs'),
      trafficType: FlowLogTrafficType.ALL,
    });
    classify(flowLog, 'audit');
    this.vpc = vpc;
    acceptZoneAdvice(vpc);
    this.closeDefaultGroup(vpc, logsKey);
    this.acceptRoutesOfLoadBalancer(vpc);
  }

  /**
   * With a function of ours, not the one of `restrictDefaultSecurityGroup`: that one logs without a key, for ever. The id
   * of the custom resource is the one under which the published rule looks for it.
   */
  private closeDefaultGroup(vpc: Vpc, logsKey: IKey): void {
    const closer = new SecureFunction(this, 'CloseDefaultGroup', {
      bundle: 'default-security-group',
      description: 'Removes every rule of the default security group, at deploy.',
      dataClass: 'none',
      environment: {},
      logsKey,
      network: { outsideVpcBecause: 'Closing the default security group is a call to the EC2 API at deploy, before any endpoint of the VPC exists.' },
      invocation: { awaitedBy: 'CloudFormation' },
      timeout: Duration.minutes(1),
      memoryMib: 256,
    });
    closer.policy.addStatements(
      // The action does not support resource-level permissions.
      new PolicyStatement({ sid: 'ListRules', actions: ['ec2:DescribeSecurityGroupRules'], resources: ['*'] }),
      new PolicyStatement({
        sid: 'RevokeRules',
        actions: ['ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress'],
        resources: [
          vpc.stack.formatArn({ service: 'ec2', resource: 'security-group', resourceName: vpc.vpcDefaultSecurityGroup }),
          // Revoking names rules by their ids, which nobody knows before the VPC exists.
          vpc.stack.formatArn({ service: 'ec2', resource: 'security-group-rule', resourceName: '*' }),
        ],
      }),
    );
    const properties: DefaultSecurityGroupProperties = { DefaultSecurityGroupId: vpc.vpcDefaultSecurityGroup };
    const closed = new CustomResource(vpc, 'RestrictDefaultSecurityGroupCustomResource', {
      resourceType: 'Custom::VpcRestrictDefaultSG',
      serviceToken: closer.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ...properties },
    });
    closed.node.addDependency(closer);
  }

  private acceptRoutesOfLoadBalancer(vpc: Vpc): void {
    vpc.selectSubnets(LOAD_BALANCER_SUBNETS).subnets.forEach((subnet, index) => {
      acceptFinding(subnet.node.findChild('DefaultRoute'), {
        rule: 'VPCNoUnrestrictedRouteToIGW',
        citation: '164.312(e)(1)',
        because: `Patients reach the API over the internet, so load balancer subnet ${index + 1} needs a route to the internet gateway.`,
        insteadWe: 'place nothing but the load balancer in these subnets, give out no public address, and filter in the web ACL',
      });
    });
  }
}

/**
 * The validator of CDK advises against zones by name. Here that is a decision, and the advice would stand between a reader
 * and a real warning at every synthesis.
 */
function acceptZoneAdvice(vpc: Vpc): void {
  for (const subnet of [...vpc.publicSubnets, ...vpc.isolatedSubnets]) {
    acceptAdvice(subnet, 'W3010', 'Zones are named in the configuration, so that synthesis never asks AWS and a subnet never moves.');
  }
}
