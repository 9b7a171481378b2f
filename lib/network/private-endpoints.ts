import { Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { GatewayVpcEndpointAwsService, InterfaceVpcEndpointAwsService, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { APPLICATION_SUBNETS } from './subnets';

/** Who uses the endpoints. */
export interface PrivateEndpointsProps {
  readonly vpc: IVpc;
  /** Already open to the functions on 443. */
  readonly endpointGroup: ISecurityGroup;
  /** Answers CloudFormation through the S3 gateway. */
  readonly migrationGroup: ISecurityGroup;
  /** AWS's own list of S3 addresses in the Region. */
  readonly s3PrefixListId: string;
}

/**
 * The only ways out of the isolated subnets: one endpoint for each service that code calls, limited by policy to principals
 * and resources of this account. 164.312(e)(1).
 *
 * | endpoint | who calls it, for what |
 * | --- | --- |
 * | Secrets Manager | migrations: the master login, once per deploy |
 * | Systems Manager | records function: the copy of the token keys |
 * | S3 (gateway) | migrations: the answer to CloudFormation |
 */
export class PrivateEndpoints extends Construct {
  constructor(scope: Construct, id: string, { vpc, endpointGroup, migrationGroup, s3PrefixListId }: PrivateEndpointsProps) {
    super(scope, id);
    const { account, partition, region } = Stack.of(this);
    const interfaceEndpoint = (endpointId: string, service: InterfaceVpcEndpointAwsService, actions: string[], resource: string): void => {
      vpc
        .addInterfaceEndpoint(endpointId, { service, subnets: APPLICATION_SUBNETS, securityGroups: [endpointGroup], open: false, privateDnsEnabled: true })
        .addToPolicy(
          new PolicyStatement({
            principals: [new AnyPrincipal()],
            actions,
            resources: [resource],
            conditions: { StringEquals: { 'aws:PrincipalAccount': account } },
          }),
        );
    };
    interfaceEndpoint('SecretsManager', InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      ['secretsmanager:GetSecretValue'], `arn:${partition}:secretsmanager:${region}:${account}:secret:rds!db-*`);
    interfaceEndpoint('SystemsManager', InterfaceVpcEndpointAwsService.SSM,
      ['ssm:GetParameter'], `arn:${partition}:ssm:${region}:${account}:parameter/*`);

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
    migrationGroup.addEgressRule(Peer.prefixList(s3PrefixListId), Port.HTTPS, 'Answer to CloudFormation, through the S3 gateway');
  }
}
