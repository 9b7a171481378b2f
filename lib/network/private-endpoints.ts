import { Stack } from 'aws-cdk-lib';
import type { IInterfaceVpcEndpoint, IVpc } from 'aws-cdk-lib/aws-ec2';
import { GatewayVpcEndpointAwsService, InterfaceVpcEndpointAwsService, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import type { Conditions } from 'aws-cdk-lib/aws-iam';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AUDIT_BATCH_PREFIX } from '../../lambda/audit-exporter/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import { allowSignals } from '../shared/signals-on-the-bus';
import { auditExporterRoleName, auditSignalsRoleName, roleArn } from '../shared/fixed-names';
import type { ClientGroups } from './client-groups';
import { APPLICATION_SUBNETS } from './subnets';

/** Who uses the endpoints, for what. */
export interface PrivateEndpointsProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly groups: ClientGroups;
  readonly keys: Keys;
  readonly auditBucket: IBucket;
}

/** What an endpoint lets through. */
interface Passage {
  readonly actions: string[];
  readonly resources: string[];
  /** Beside that of the account. @default none */
  readonly conditions?: Conditions;
}

/**
 * The only ways out of the isolated subnets: one endpoint for each service that code calls, limited by policy to principals
 * and resources of this account. 164.312(e)(1).
 *
 * | endpoint | who calls it, for what |
 * | --- | --- |
 * | Secrets Manager | migrations: the master login, once per deploy |
 * | Systems Manager | records function: the copy of the token keys |
 * | KMS | records function: data keys and blind indexes; key rotation: data keys; audit exporter: signatures |
 * | EventBridge | audit signals: what they found unusual, on the default bus |
 * | S3 (gateway) | audit exporter: its batches; functions of custom resources: the answer to CloudFormation |
 *
 * Presigned addresses are computed inside the function, and clients use them from the internet: documents pass no endpoint.
 */
export class PrivateEndpoints extends Construct {
  /** Who reads a secret in another way is no function of this network. */
  readonly secretsManager: IInterfaceVpcEndpoint;
  /** Who uses the key of data keys in another way is no function of this network either. */
  readonly kms: IInterfaceVpcEndpoint;

  constructor(scope: Construct, id: string, private readonly props: PrivateEndpointsProps) {
    super(scope, id);
    const { config, keys } = props;
    const { account, partition, region } = Stack.of(this);
    this.secretsManager = this.addInterface('SecretsManager', InterfaceVpcEndpointAwsService.SECRETS_MANAGER, [
      { actions: ['secretsmanager:GetSecretValue'], resources: [`arn:${partition}:secretsmanager:${region}:${account}:secret:rds!db-*`] },
    ]);
    this.addInterface('SystemsManager', InterfaceVpcEndpointAwsService.SSM, [
      { actions: ['ssm:GetParameter'], resources: [`arn:${partition}:ssm:${region}:${account}:parameter/*`] },
    ]);
    this.kms = this.addInterface('Kms', InterfaceVpcEndpointAwsService.KMS, [
      { actions: ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'], resources: [keys.fields.keyArn] },
      { actions: ['kms:GenerateMac'], resources: Object.values(keys.indexes).map(({ keyArn }) => keyArn) },
      { actions: ['kms:Sign'], resources: [keys.auditSigning.keyArn] },
    ]);
    const { conditions, ...signals } = allowSignals(this);
    this.addInterface('EventBridge', InterfaceVpcEndpointAwsService.EVENTBRIDGE, [
      { ...signals, conditions: { ...conditions, ArnEquals: { 'aws:PrincipalArn': roleArn(this, auditSignalsRoleName(config.name)) } } },
    ]);
    this.addS3Gateway();
  }

  private addInterface(id: string, service: InterfaceVpcEndpointAwsService, passages: readonly Passage[]): IInterfaceVpcEndpoint {
    const { vpc, groups } = this.props;
    const endpoint = vpc.addInterfaceEndpoint(id, {
      service, subnets: APPLICATION_SUBNETS, securityGroups: [groups.endpoints], open: false, privateDnsEnabled: true,
    });
    for (const passage of passages) {
      endpoint.addToPolicy(
        new PolicyStatement({
          ...passage,
          principals: [new AnyPrincipal()],
          conditions: { StringEquals: { 'aws:PrincipalAccount': Stack.of(this).account }, ...passage.conditions },
        }),
      );
    }
    return endpoint;
  }

  private addS3Gateway(): void {
    const { auditBucket, config, groups, vpc } = this.props;
    const { account, partition, region } = Stack.of(this);
    const s3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3, subnets: [APPLICATION_SUBNETS] });
    s3.addToPolicy(
      new PolicyStatement({
        // A presigned answer carries CloudFormation's own signature, so neither principal nor account can be asked for.
        sid: 'AnswerCloudFormation',
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [`arn:${partition}:s3:::cloudformation-custom-resource-response-${region.replaceAll('-', '')}/*`],
      }),
    );
    s3.addToPolicy(
      new PolicyStatement({
        sid: 'ExportAuditBatches',
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [auditBucket.arnForObjects(`${AUDIT_BATCH_PREFIX}*`)],
        conditions: {
          StringEquals: { 'aws:PrincipalAccount': account },
          ArnEquals: { 'aws:PrincipalArn': roleArn(this, auditExporterRoleName(config.name)) },
        },
      }),
    );
    const answer = 'Answer to CloudFormation, through the S3 gateway';
    for (const [group, purpose] of [
      [groups.migrationFunction, answer],
      [groups.keyRotation, answer],
      [groups.administration, answer],
      [groups.auditExporter, 'Audit batches, through the S3 gateway'],
    ] as const) {
      group.addEgressRule(Peer.prefixList(config.network.s3PrefixListId), Port.HTTPS, purpose);
    }
  }
}
