import { CustomResource, Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { AdministerResourceProperties } from '../../lambda/administer/contract';
import { ADMINISTER_DATABASE_USER } from '../../lambda/administer/contract';
import type { EnvironmentConfig } from '../config/environment';
import type { SecureFunction } from '../shared/secure-function';
import { DatabaseFunction } from './database-function';
import type { Migrations } from './migrations';

/** What is administered. */
export interface AdministrationProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly logsKey: IKey;
  readonly database: IDatabaseInstance;
  /** What the function calls exists only after them. */
  readonly migrations: Migrations;
}

/**
 * Does in the database what no request may: names the first administrator, begins a new chain of audit batches after a restore, keeps
 * the trail's settings at what the environment's file says. The last at deploy; the others when break-glass invokes it, and nobody
 * else on staff. 164.308(a)(4)(ii)(B), 164.312(b).
 *
 * Its login may execute those few functions of the database, and reads no table.
 */
export class Administration extends Construct {
  readonly administer: SecureFunction;

  constructor(scope: Construct, id: string, { config, vpc, securityGroup, logsKey, database, migrations }: AdministrationProps) {
    super(scope, id);
    this.administer = new DatabaseFunction(this, 'Administer', {
      bundle: 'administer',
      description: 'Administers the records database, at deploy and by break-glass.',
      dataClass: 'audit',
      logsKey,
      vpc,
      securityGroup,
      database,
      login: ADMINISTER_DATABASE_USER,
      invocation: { awaitedBy: 'CloudFormation, or the person who invokes it,' },
      timeout: Duration.minutes(2),
      memoryMib: 256,
    });
    const hours = config.audit?.stopReadsAfterHours;
    const properties: AdministerResourceProperties = hours === undefined ? {} : { StopReadsAfterHours: String(hours) };
    const settings = new CustomResource(this, 'AuditSettings', {
      resourceType: 'Custom::AuditSettings',
      serviceToken: this.administer.function.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { ...properties },
    });
    settings.node.addDependency(this.administer, migrations);
  }
}
