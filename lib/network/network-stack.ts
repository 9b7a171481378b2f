import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { IInterfaceVpcEndpoint, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { LogArchive } from '../foundation/log-archive';
import { ClientGroups } from './client-groups';
import { PrivateEndpoints } from './private-endpoints';
import { RecordsVpc } from './records-vpc';

/** What the network takes from the foundation. */
export interface NetworkStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly keys: Keys;
  readonly archive: LogArchive;
}

/** The VPC, the security groups of every tier, and the private endpoints. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;
  readonly groups: ClientGroups;
  readonly secretsEndpoint: IInterfaceVpcEndpoint;
  readonly kmsEndpoint: IInterfaceVpcEndpoint;

  constructor(scope: Construct, id: string, private readonly props: NetworkStackProps) {
    super(scope, id, props);
    const { config, keys, archive } = props;
    this.vpc = new RecordsVpc(this, 'Records', { config, flowLogBucket: archive.trailBucket, logsKey: keys.logs }).vpc;
    this.groups = new ClientGroups(this, 'Groups', { vpc: this.vpc });
    const endpoints = new PrivateEndpoints(this, 'Endpoints', {
      config, vpc: this.vpc, groups: this.groups, keys, auditBucket: archive.auditBucket,
    });
    this.secretsEndpoint = endpoints.secretsManager;
    this.kmsEndpoint = endpoints.kms;
  }

  /** From the configuration, so that synthesis never has to ask AWS. */
  override get availabilityZones(): string[] {
    return [...this.props.config.availabilityZones];
  }
}
