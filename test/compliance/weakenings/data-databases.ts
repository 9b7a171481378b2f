import type { Weakening } from '../../support/weakening';
import { addition, referenceTo, WeakeningRows } from '../../support/weakening-rows';

const ENCRYPTED = 'hard/databases-are-encrypted';
const OUTLIVES = 'strength/stores-outlive-their-stacks';
const RECOVERED = 'strength/databases-can-be-recovered';
const KEYED = 'strength/databases-use-a-customer-key';
const PASSWORD = 'strength/databases-let-nobody-in-by-password';
const WATCHED = 'strength/databases-are-watched';
const VALUES = 'strength/databases-log-no-values';
const ISOLATED = 'strength/databases-are-isolated';
const ADMITS = 'strength/databases-admit-named-groups';
const LOGINS = 'liveness/logins-are-exact';
const LETS_GO = 'strength/proxies-let-go';
const STANDS = 'strength/log-groups-stand-where-logs-go';
const CLASSED = 'strength/stores-say-what-they-hold';

const KEY_OF_LOGS = referenceTo('AWS::KMS::Key', 'KeysLogs', 'Arn');
const roleOf = (prefix: string): ReturnType<typeof referenceTo> => referenceTo('AWS::IAM::Role', prefix, 'Arn');
const groupOf = (prefix: string): ReturnType<typeof referenceTo> => referenceTo('AWS::EC2::SecurityGroup', prefix, 'GroupId');
const GROUPS = {
  proxy: groupOf('GroupsProxy'),
  database: groupOf('GroupsDatabase'),
  balancer: groupOf('GroupsLoadBalancer'),
  api: groupOf('GroupsRecordsFunction'),
};
const PUBLIC_SUBNET = referenceTo('AWS::EC2::Subnet', 'RecordsVpcLoadBalancerSubnet1', 'SubnetId');

const database = new WeakeningRows('AWS::RDS::DBInstance', 'Database', 'the database');

const DATABASE: readonly Weakening[] = [
  ...database.givenUp(OUTLIVES),
  database.set('StorageEncrypted', 'false', ENCRYPTED),
  database.drop('StorageEncrypted', ENCRYPTED),
  database.set('PubliclyAccessible', 'true', ENCRYPTED),
  database.drop('PubliclyAccessible', ENCRYPTED),
  database.drop('DBParameterGroupName', ENCRYPTED),
  database.set('DBParameterGroupName', 'default.postgres18', VALUES),

  database.set('MultiAZ', 'false', RECOVERED),
  database.set('BackupRetentionPeriod', '1', RECOVERED),
  database.set('DeleteAutomatedBackups', true, RECOVERED),
  database.set('CopyTagsToSnapshot', false, RECOVERED),
  database.set('DeletionProtection', false, RECOVERED),

  ...['KmsKeyId', 'MasterUserSecret.KmsKeyId', 'PerformanceInsightsKMSKeyId'].flatMap((path) => [
    database.set(path, KEY_OF_LOGS, KEYED, 'the key for logs'),
    database.drop(path, KEYED),
  ]),
  database.set('EnableIAMDatabaseAuthentication', false, PASSWORD),
  database.set('ManageMasterUserPassword', false, PASSWORD),
  database.add('Domain', 'd-1234567890', PASSWORD),
  database.add('MasterUserPassword', 'a-password-in-a-template', PASSWORD),

  database.set('AutoMinorVersionUpgrade', 'false', WATCHED),
  database.set('CACertificateIdentifier', 'rds-ca-2019', WATCHED),
  database.set('Engine', 'mysql', WATCHED),
  database.set('EngineVersion', '13', WATCHED),
  database.set('EngineVersion', '18.1', WATCHED),
  ...[0, 1, 2].map((at) => database.drop(`EnableCloudwatchLogsExports.${at}`, WATCHED)),
  database.set('EnablePerformanceInsights', false, WATCHED),
  database.drop('PerformanceInsightsRetentionPeriod', WATCHED),
  database.set('MonitoringInterval', 0, WATCHED),
  database.set('MonitoringRoleArn', roleOf('ProxyLoginRole'), WATCHED, 'of the proxy'),
  database.set('DBInstanceIdentifier', 'another', STANDS),
  database.drop('DBInstanceIdentifier', STANDS),

  database.set('DBSubnetGroupName', 'default', ISOLATED),
  database.add('AssociatedRoles', [{ FeatureName: 's3Export', RoleArn: 'arn:aws:iam::111122223333:role/export' }], ISOLATED),
  database.lose('VPCSecurityGroups', ADMITS),
  ...(['proxy', 'balancer', 'api'] as const).map((name) => database.set('VPCSecurityGroups.0', GROUPS[name], ADMITS, `of the ${name}`)),
  database.add('VPCSecurityGroups.1', GROUPS.balancer, ADMITS, 'of the load balancer'),
  database.set('Port', '5433', ADMITS),
  database.set('Tags', [{ Key: 'DataClass', Value: 'operational' }], CLASSED),
];

const subnets = new WeakeningRows('AWS::RDS::DBSubnetGroup', 'Database', 'the subnet group');
const SUBNETS: readonly Weakening[] = [
  subnets.set('SubnetIds.0', PUBLIC_SUBNET, ISOLATED, 'of the load balancer'),
  subnets.drop('SubnetIds.1', ISOLATED),
];

const parameters = new WeakeningRows('AWS::RDS::DBParameterGroup', 'Database', 'the parameter group');
const parameter = (
  name: string,
  value: string | undefined,
  noticedBy = VALUES,
  covers: readonly string[] = [`Parameters.${name}`],
): Weakening =>
  parameters.edit(
    `with ${name} ${value ?? 'absent'}`,
    covers,
    (properties) => {
      const inside = properties['Parameters'] as Record<string, unknown>;
      if (value === undefined) delete inside[name];
      else inside[name] = value;
    },
    noticedBy,
  );

const PARAMETERS: readonly Weakening[] = [
  parameters.set('Family', 'postgres17', VALUES),
  parameter('rds.force_ssl', '0', ENCRYPTED),
  parameter('rds.force_ssl', undefined, ENCRYPTED),
  ...(
    [
      ['ssl_min_protocol_version', 'TLSv1'],
      ['password_encryption', 'md5'],
      ['shared_preload_libraries', 'pg_stat_statements'],
      ['pgaudit.log', 'ddl,role,write'],
      ['pgaudit.log', 'none'],
      ['pgaudit.log', 'all,-read'],
      ['pgaudit.log_parameter', '1'],
      ['log_connections', '0'],
      ['log_disconnections', '0'],
      ['log_statement', 'all'],
      ['log_error_verbosity', 'verbose'],
      ['log_parameter_max_length', '-1'],
      ['log_parameter_max_length_on_error', '-1'],
      ['log_min_duration_statement', '0'],
      ['log_min_error_statement', 'error'],
      ['idle_in_transaction_session_timeout', '0'],
    ] as const
  ).flatMap(([name, value]) => [parameter(name, value)]),
  ...[
    'ssl_min_protocol_version',
    'shared_preload_libraries',
    'pgaudit.log',
    'pgaudit.log_parameter',
    'log_parameter_max_length_on_error',
    'idle_in_transaction_session_timeout',
  ].map((name) => parameter(name, undefined)),
  ...(
    [
      ['log_min_messages', 'fatal'],
      ['pgaudit.log_level', 'debug1'],
      ['pgaudit.log_client', '1'],
      ['auto_explain.log_min_duration', '0'],
      ['rds.accepted_password_auth_method', 'md5+scram'],
    ] as const
  ).map(([name, value]) => parameter(name, value, VALUES, [])),
];

const proxy = new WeakeningRows('AWS::RDS::DBProxy', 'Proxy', 'the proxy');
const PROXY: readonly Weakening[] = [
  proxy.set('RequireTLS', 'false', ENCRYPTED),
  proxy.drop('RequireTLS', ENCRYPTED),
  proxy.set('DefaultAuthScheme', 'NONE', PASSWORD),
  proxy.add('Auth', [{ AuthScheme: 'SECRETS', SecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:master' }], PASSWORD),
  proxy.set('DebugLogging', 'true', VALUES),
  proxy.set('IdleClientTimeout', 28_800, LETS_GO),
  proxy.drop('IdleClientTimeout', LETS_GO),
  proxy.set('DBProxyName', 'another', STANDS),
  proxy.set('EngineFamily', 'MYSQL', LOGINS),
  proxy.set('RoleArn', roleOf('DatabaseMonitoring'), LOGINS, 'of monitoring'),
  ...(['database', 'balancer'] as const).map((name) => proxy.set('VpcSecurityGroupIds.0', GROUPS[name], ADMITS, `of the ${name}`)),
  proxy.drop('VpcSecurityGroupIds.0', ADMITS),
  proxy.set('VpcSubnetIds.0', PUBLIC_SUBNET, ISOLATED, 'of the load balancer'),
  proxy.drop('VpcSubnetIds.1', ISOLATED),
  proxy.set('Tags', [{ Key: 'DataClass', Value: 'operational' }], CLASSED),
];

const targets = new WeakeningRows('AWS::RDS::DBProxyTargetGroup', 'Proxy', 'the target group of the proxy');
const TARGETS: readonly Weakening[] = [
  targets.add('ConnectionPoolConfigurationInfo.InitQuery', 'SET ROLE migrator', LETS_GO),
  targets.set('DBInstanceIdentifiers.0', 'another', LOGINS),
  targets.set('DBProxyName', 'another', LOGINS),
  targets.gone(LOGINS),
  addition('an endpoint of the proxy for the load balancer', ADMITS, 'Data', 'AWS::RDS::DBProxyEndpoint', (draft) => ({
    DBProxyName: 'prod-records',
    VpcSecurityGroupIds: [GROUPS.balancer(draft)],
  })),
  addition('an endpoint of the proxy in a public subnet', ISOLATED, 'Data', 'AWS::RDS::DBProxyEndpoint', (draft) => ({
    DBProxyName: 'prod-records',
    VpcSubnetIds: [PUBLIC_SUBNET(draft)],
  })),
  addition('a copy of every row to a warehouse', ISOLATED, 'Data', 'AWS::RDS::Integration', () => ({
    TargetArn: 'arn:aws:redshift:us-east-1:999999999999:namespace:theirs',
  })),
  addition('a second database, public', ENCRYPTED, 'Data', 'AWS::RDS::DBInstance', () => ({
    Engine: 'postgres',
    StorageEncrypted: true,
    PubliclyAccessible: true,
  })),
];

const policyOf = (prefix: string, name: string): WeakeningRows =>
  new WeakeningRows('AWS::IAM::ManagedPolicy', prefix, `the policy of ${name}`);
const connecting = (rows: WeakeningRows, what: string, at: number, from: string, to: string): Weakening =>
  rows.edit(
    what,
    [],
    (properties) => {
      const { Statement } = properties['PolicyDocument'] as { Statement: { Action: unknown; Resource: unknown }[] };
      const statement = Statement.filter(({ Action }) => JSON.stringify(Action).includes('rds-db:connect'))[at];
      if (statement) statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace(from, to)) as unknown;
    },
    LOGINS,
  );
const RIGHTS: readonly Weakening[] = [
  connecting(policyOf('ProxyLoginPolicy', 'the proxy'), 'logging in as another', 0, '/records_api', '/migrator'),
  connecting(policyOf('ProxyLoginPolicy', 'the proxy'), 'logging in as anybody', 0, '/records_api', '/*'),
  connecting(policyOf('RecordsApiExecutionPolicy', 'the records API'), 'logging in as another', 0, '/records_api', '/migrator'),
  connecting(
    policyOf('AuditExporterExecutionPolicy', 'the exporter'),
    'logging in as the records API',
    0,
    '/audit_exporter',
    '/records_api',
  ),
  connecting(policyOf('KeyRotationRotateExecutionPolicy', 'key rotation'), 'logging in as anybody', 0, '/key_rotator', '/*'),
];

/** Weakenings of the database, its parameters and subnets, its proxy, and of who may log in. */
export const DATABASE_ROWS: readonly Weakening[] = [...DATABASE, ...SUBNETS, ...PARAMETERS, ...PROXY, ...TARGETS, ...RIGHTS];
