import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IDatabaseInstance, ISubnetGroup } from 'aws-cdk-lib/aws-rds';
import {
  CaCertificate,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  EngineLifecycleSupport,
  ParameterGroup,
  PerformanceInsightRetention,
  PostgresEngineVersion,
  StorageType,
  SubnetGroup,
} from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { MASTER_DATABASE_USER } from '../../lambda/migrate/contract';
import { RECORDS_DATABASE_NAME } from '../../lambda/records/contract';
import type { EnvironmentConfig } from '../config/environment';
import { DATABASE_PORT } from '../network/client-groups';
import { DATABASE_SUBNETS } from '../network/subnets';
import { acceptFinding } from '../shared/accept-finding';
import type { DataClass } from '../shared/data-class';
import { classify } from '../shared/data-class';
import { databaseInstanceName } from '../shared/fixed-names';
import { KeyedLogGroup } from '../shared/keyed-log-group';
import { POINT_IN_TIME_DAYS } from '../shared/retention';
import { DATABASE_PARAMETERS } from './database-parameters';

/** What the database is built from. */
export interface RecordsDatabaseProps {
  readonly config: EnvironmentConfig;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly recordsKey: IKey;
  readonly logsKey: IKey;
}

/** Logs that RDS exports, by the construct id of their group. */
const LOG_EXPORTS = { PostgresqlLog: 'postgresql', UpgradeLog: 'upgrade', IamAuthErrorLog: 'iam-db-auth-error' } as const;

/**
 * RDS for PostgreSQL 18 over two zones: encrypted under the records key, TLS only, reached by IAM authentication, 35 days
 * of point-in-time recovery, and logs that hold no value of a record. 164.312(a)(2)(iv), (e)(1), 164.308(a)(7)(ii)(A).
 *
 * The major version is pinned and the minor one follows RDS; at the end of standard support RDS refuses rather than bills.
 */
export class RecordsDatabase extends Construct {
  readonly instance: IDatabaseInstance;
  readonly subnetGroup: ISubnetGroup;
  /** The master login, which RDS keeps and rotates; only migrations use it. */
  readonly masterSecret: ISecret;
  /** Who connected, who was refused, and what was run. */
  readonly postgresqlLog: ILogGroup;

  constructor(scope: Construct, id: string, private readonly props: RecordsDatabaseProps) {
    super(scope, id);
    const { config, vpc, securityGroup, recordsKey } = props;
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 });
    const disposable = config.teardown.policy === 'disposable';
    const removalPolicy = disposable ? RemovalPolicy.SNAPSHOT : RemovalPolicy.RETAIN;
    const logGroups = this.createLogGroups();
    this.postgresqlLog = logGroups.postgresql.logGroup;

    this.subnetGroup = new SubnetGroup(this, 'Subnets', { vpc, description: 'Isolated subnets of the records database', vpcSubnets: DATABASE_SUBNETS });
    const instance = new DatabaseInstance(this, 'Instance', {
      instanceIdentifier: databaseInstanceName(config.name),
      engine,
      engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
      autoMinorVersionUpgrade: true,
      instanceType: new InstanceType(config.database.instanceType),
      multiAz: true,
      databaseName: RECORDS_DATABASE_NAME,
      parameterGroup: new ParameterGroup(this, 'Parameters', { engine, description: 'Records database', parameters: { ...DATABASE_PARAMETERS } }),
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,

      vpc,
      subnetGroup: this.subnetGroup,
      securityGroups: [securityGroup],
      port: DATABASE_PORT,
      publiclyAccessible: false,

      storageType: StorageType.GP3,
      allocatedStorage: config.database.allocatedStorageGib,
      maxAllocatedStorage: config.database.maxAllocatedStorageGib,
      storageEncrypted: true,
      storageEncryptionKey: recordsKey,

      iamAuthentication: true,
      manageMasterUserPassword: true,
      credentials: Credentials.fromUsername(MASTER_DATABASE_USER, { encryptionKey: recordsKey }),

      backupRetention: Duration.days(POINT_IN_TIME_DAYS),
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      deletionProtection: !disposable,
      removalPolicy,

      cloudwatchLogsExports: Object.values(LOG_EXPORTS),
      monitoringInterval: Duration.minutes(1),
      monitoringRole: new Role(this, 'Monitoring', {
        assumedBy: new ServicePrincipal('monitoring.rds.amazonaws.com'),
        description: 'RDS publishes metrics of the operating system.',
        managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonRDSEnhancedMonitoringRole')],
      }),
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: recordsKey,
      performanceInsightRetention: PerformanceInsightRetention.DEFAULT,
    });
    instance.node.addDependency(logGroups.postgresql, ...logGroups.others);
    this.instance = instance;
    if (!instance.secret) throw new Error('RDS manages the master password, so the instance must have a secret.');
    this.masterSecret = instance.secret;
    this.acceptFindings();
    classify(this, 'phi');
  }

  /** Before the instance: RDS would make them itself, without a key and kept for ever. */
  private createLogGroups(): { readonly postgresql: KeyedLogGroup; readonly others: readonly KeyedLogGroup[] } {
    const { accountServices, name: environment, teardown } = this.props.config;
    const identifier = databaseInstanceName(environment);
    const group = (groupId: string, dataClass: DataClass, name: string): KeyedLogGroup =>
      new KeyedLogGroup(this, groupId, { dataClass, key: this.props.logsKey, fixed: { name, teardown } });
    const exported = (id: keyof typeof LOG_EXPORTS): KeyedLogGroup =>
      group(id, 'audit', `/aws/rds/instance/${identifier}/${LOG_EXPORTS[id]}`);
    const postgresql = exported('PostgresqlLog');
    const others = [exported('UpgradeLog'), exported('IamAuthErrorLog')];
    if (accountServices.rdsMetricsLogGroup.source === 'create') others.push(group('MetricsLog', 'operational', 'RDSOSMetrics'));
    return { postgresql, others };
  }

  private acceptFindings(): void {
    const { teardown } = this.props.config;
    acceptFinding(this.instance, {
      rule: 'RDSInBackupPlan',
      citation: '164.308(a)(7)(ii)(A)',
      because: 'The backup plan selects this instance by reference from a stack of its own, and the rule looks only into the stack of the instance.',
      insteadWe: 'test that the selection of the backup plan resolves to this instance',
    });
    if (teardown.policy === 'disposable') {
      acceptFinding(this.instance, {
        rule: 'RDSInstanceDeletionProtectionEnabled',
        citation: '164.308(a)(7)(ii)(A)',
        because: `The database of a disposable environment must go with its stack. ${teardown.reason}`,
        insteadWe: 'take a final snapshot at deletion, and keep the automated backups',
      });
    }
  }
}
