import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { MigrateEnvironment, MigrateResourceProperties } from '../../lambda/migrate/contract';
import { migrationsSha256, readMigrations } from '../../lambda/migrate/files';
import type { BesideAddress } from './database-function';
import { DatabaseFunction } from './database-function';

/** What migrations run against. */
export interface MigrationsProps {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly database: IDatabaseInstance;
  readonly masterSecret: ISecret;
  /** Key of the master secret. */
  readonly recordsKey: IKey;
  readonly logsKey: IKey;
}

/**
 * Brings the schema up to date at deploy, inside the VPC: the function is the service of a custom resource whose property
 * is a digest of the migration files, so a changed file makes CloudFormation call it and a failed one rolls the deploy
 * back. Deleting the resource leaves the schema as it is.
 */
export class Migrations extends Construct {
  constructor(scope: Construct, id: string, props: MigrationsProps) {
    super(scope, id);
    const environment: BesideAddress<MigrateEnvironment> = {
      MASTER_SECRET_ARN: props.masterSecret.secretArn,
    };
    const migrate = new DatabaseFunction(this, 'Migrate', {
      bundle: 'migrate',
      description: 'Applies schema migrations to the records database, at deploy.',
      dataClass: 'phi',
      environment,
      logsKey: props.logsKey,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      database: props.database,
      invocation: { awaitedBy: 'CloudFormation' },
      timeout: Duration.minutes(10),
      memoryMib: 512,
    });
    // Not `masterSecret.grantRead`: it would write to the policy of a key that an earlier stack owns.
    migrate.policy.addStatements(
      new PolicyStatement({ sid: 'ReadMasterLogin', actions: ['secretsmanager:GetSecretValue'], resources: [props.masterSecret.secretArn] }),
      new PolicyStatement({
        sid: 'DecryptMasterLogin',
        actions: ['kms:Decrypt'],
        resources: [props.recordsKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );

    const properties: MigrateResourceProperties = { MigrationsSha256: migrationsSha256(readMigrations()) };
    const applied = new CustomResource(this, 'Applied', {
      resourceType: 'Custom::SchemaMigrations',
      serviceToken: migrate.function.functionArn,
      serviceTimeout: Duration.minutes(15),
      properties: { ...properties },
    });
    applied.node.addDependency(migrate, props.database);
  }
}
