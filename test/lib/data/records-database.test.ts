import { DATABASE_PARAMETERS } from '../../../lib/data/database-parameters';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import { keyAt } from '../../support/keys';
import type { Landscape } from '../../support/landscape';
import { isIsolated } from '../../support/routes';

const INSTANCE = 'AWS::RDS::DBInstance';
const PARAMETERS = 'AWS::RDS::DBParameterGroup';

interface Instance {
  readonly AutoMinorVersionUpgrade?: boolean;
  readonly AllocatedStorage?: string;
  readonly AvailabilityZone?: string;
  readonly BackupRetentionPeriod?: number;
  readonly CACertificateIdentifier?: string;
  readonly CopyTagsToSnapshot?: boolean;
  readonly DBInstanceClass?: string;
  readonly DBInstanceIdentifier?: string;
  readonly DBName?: string;
  readonly DBParameterGroupName?: string;
  readonly DBSubnetGroupName?: string;
  readonly DeleteAutomatedBackups?: boolean;
  readonly DeletionProtection?: boolean;
  readonly EnableCloudwatchLogsExports?: readonly string[];
  readonly EnableIAMDatabaseAuthentication?: boolean;
  readonly Engine?: string;
  readonly EngineLifecycleSupport?: string;
  readonly EngineVersion?: string;
  readonly Iops?: number;
  readonly KmsKeyId?: string;
  readonly ManageMasterUserPassword?: boolean;
  readonly MasterUserPassword?: unknown;
  readonly MasterUserSecret?: { readonly KmsKeyId?: string };
  readonly MaxAllocatedStorage?: number;
  readonly MultiAZ?: boolean;
  readonly PerformanceInsightsKMSKeyId?: string;
  readonly PreferredBackupWindow?: string;
  readonly PubliclyAccessible?: boolean;
  readonly StorageEncrypted?: boolean;
  readonly StorageThroughput?: number;
  readonly StorageType?: string;
}

/** Of PostgreSQL, those that AWS no longer creates; from their end of support on, 14 to 17 keep only their latest. */
const RETIRED = /^(9|10|11|12|13)(\.|$)|^14\.1[4-7]$|^15\.(9|1[0-2])$|^16\.[5-8]$|^17\.[1-4]$/;
/** The certificate authorities that are not deprecated. */
const AUTHORITIES = ['rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'];

const instances = (land: Landscape, faultsOf: (properties: Instance) => readonly (string | false | undefined)[]) =>
  judge('database', land.of<Instance>(INSTANCE), ({ properties }) => faultsOf(properties));

const isEncrypted: Claim = (land) =>
  instances(land, (instance) => [
    unlike('storage encryption', instance.StorageEncrypted, true),
    ...(['KmsKeyId', 'PerformanceInsightsKMSKeyId'] as const).map(
      (property) => !keyAt(land, instance[property])?.logicalId.startsWith('KeysRecords') && `${property} is not the records key`,
    ),
  ]);

const isRecoverable: Claim = (land) => {
  const disposable = land.config.teardown.policy === 'disposable';
  return [
    ...instances(land, (instance) => [
      unlike('days of backups', instance.BackupRetentionPeriod, 35),
      unlike('deletion of backups with the instance', instance.DeleteAutomatedBackups, false),
      unlike('deletion protection', instance.DeletionProtection, !disposable),
      unlike('tags on snapshots', instance.CopyTagsToSnapshot, true),
      // AWS Backup sets the window; another one in the template would fight it at every deploy.
      unlike('backup window', instance.PreferredBackupWindow, undefined),
    ]),
    ...judge('database', land.of(INSTANCE), ({ deletionPolicy, updateReplacePolicy }) => [
      unlike('deletion policy', deletionPolicy, disposable ? 'Snapshot' : 'Retain'),
      unlike('replacement policy', updateReplacePolicy, disposable ? 'Snapshot' : 'Retain'),
    ]),
  ];
};

/** AWS Backup takes over the retention of the instance; another number would fail the next update of the stack. */
const agreesWithItsPlan: Claim = (land) => {
  interface Plan {
    readonly BackupPlan: {
      readonly BackupPlanRule: readonly {
        readonly EnableContinuousBackup?: boolean;
        readonly Lifecycle?: { readonly DeleteAfterDays?: number };
      }[];
    };
  }
  const rules = land
    .of<Plan>('AWS::Backup::BackupPlan')
    .flatMap(({ properties }) => properties.BackupPlan.BackupPlanRule)
    .filter(({ EnableContinuousBackup }) => EnableContinuousBackup);
  return instances(land, ({ BackupRetentionPeriod }) => [
    rules.length !== 1 && `has ${rules.length} continuous rules`,
    ...rules.map(({ Lifecycle }) => unlike('days of the continuous rule', Lifecycle?.DeleteAfterDays, BackupRetentionPeriod)),
  ]);
};

const isReachedByIdentityOnly: Claim = (land) =>
  instances(land, (instance) => {
    const subnets =
      land.at<{ SubnetIds: readonly string[] }>(instance.DBSubnetGroupName, 'AWS::RDS::DBSubnetGroup')?.properties.SubnetIds ?? [];
    return [
      unlike('IAM authentication', instance.EnableIAMDatabaseAuthentication, true),
      unlike('management of the master password', instance.ManageMasterUserPassword, true),
      !keyAt(land, instance.MasterUserSecret?.KmsKeyId)?.logicalId.startsWith('KeysRecords') &&
        'its master secret is not under the records key',
      instance.MasterUserPassword !== undefined && 'has a password in its template',
      unlike('public access', instance.PubliclyAccessible, false),
      subnets.length < 2 && `is in ${subnets.length} subnets`,
      ...subnets.map((subnet) => !isIsolated(land, subnet) && `stands in ${subnet}, which has a way out`),
    ];
  });

const isOfASupportedKind: Claim = (land) =>
  instances(land, (instance) => {
    const { instanceType, allocatedStorageGib, maxAllocatedStorageGib } = land.config.database;
    return [
      unlike('engine', instance.Engine, 'postgres'),
      // The major version only: RDS raises the minor one, and a pinned one would have it refuse the way back.
      unlike('version', instance.EngineVersion, '18'),
      RETIRED.test(instance.EngineVersion ?? '') && 'is of a version that RDS no longer creates',
      unlike('minor upgrades', instance.AutoMinorVersionUpgrade, true),
      unlike('extended support', instance.EngineLifecycleSupport, 'open-source-rds-extended-support-disabled'),
      unlike('class', instance.DBInstanceClass, `db.${instanceType}`),
      unlike(
        'storage',
        [instance.StorageType, instance.AllocatedStorage, instance.MaxAllocatedStorage],
        ['gp3', String(allocatedStorageGib), maxAllocatedStorageGib],
      ),
      (instance.Iops ?? instance.StorageThroughput) !== undefined && 'sets IOPS, which RDS refuses under 400 GiB',
      unlike('zones', [instance.MultiAZ, instance.AvailabilityZone], [true, undefined]),
      !AUTHORITIES.includes(instance.CACertificateIdentifier ?? '') && `is signed by ${instance.CACertificateIdentifier}`,
    ];
  });

const logsWithoutValues: Claim = (land) =>
  instances(land, (instance) => {
    const group = land.at<{ Family: string; Parameters: Record<string, string> }>(instance.DBParameterGroupName, PARAMETERS);
    const expected: Readonly<Record<string, string>> = {
      ...DATABASE_PARAMETERS,
      'rds.force_ssl': '1',
      ssl_min_protocol_version: 'TLSv1.2',
      log_connections: '1',
      log_disconnections: '1',
      log_statement: 'none',
      'pgaudit.log_parameter': '0',
      log_parameter_max_length: '0',
      log_parameter_max_length_on_error: '0',
      log_error_verbosity: 'terse',
      log_min_duration_statement: '-1',
      log_min_error_statement: 'panic',
    };
    return [
      unlike('log exports', instance.EnableCloudwatchLogsExports, ['postgresql', 'upgrade', 'iam-db-auth-error']),
      !group && 'uses a parameter group that no template holds',
      group && unlike('family', group.properties.Family, `postgres${instance.EngineVersion}`),
      group && !group.properties.Parameters['shared_preload_libraries']?.split(',').includes('pgaudit') && 'does not load pgaudit',
      ...Object.entries(expected).map(([name, value]) => group && unlike(name, group.properties.Parameters[name], value)),
    ];
  });

const set = (path: string, value: unknown) => (draft: Parameters<Parameters<typeof notices>[2]>[0]) =>
  draft.set(INSTANCE, '', [path], value);

describe('the records database', () => {
  holds('is encrypted under the records key, with what it measures of its queries', isEncrypted);
  holds('can be brought back: 35 days, kept with or without its instance, protected unless disposable', isRecoverable);
  holds('keeps as many days as the continuous rule that takes it over', agreesWithItsPlan);
  holds('is reached by identity, from isolated subnets, and keeps no password in a template', isReachedByIdentityOnly);
  holds('is PostgreSQL 18 over two zones, of the configured size, and never in extended support', isOfASupportedKind);
  holds('uses the parameter group that demands TLS and logs no value', logsWithoutValues);

  notices('plain storage', isEncrypted, set('StorageEncrypted', false), /storage encryption is false/);
  notices(
    'storage under the key of AWS',
    isEncrypted,
    (draft) => draft.unset(INSTANCE, '', ['KmsKeyId']),
    /KmsKeyId is not the records key/,
  );
  notices(
    'backups that go with their instance',
    isRecoverable,
    (draft) => draft.unset(INSTANCE, '', ['DeleteAutomatedBackups']),
    /deletion of backups/,
  );
  notices('an instance that one command deletes', isRecoverable, set('DeletionProtection', false), /deletion protection is false/);
  notices(
    'a protection that blocks a disposable environment',
    isRecoverable,
    (draft) => draft.set(INSTANCE, '', ['DeletionProtection'], true),
    /deletion protection is true/,
    'dev',
  );
  notices('a window that AWS Backup would fight', isRecoverable, set('PreferredBackupWindow', '05:00-06:00'), /backup window/);
  notices(
    'a plan that keeps other days than the instance',
    agreesWithItsPlan,
    (draft) => draft.set('AWS::Backup::BackupPlan', '', ['BackupPlan', 'BackupPlanRule', 0, 'Lifecycle', 'DeleteAfterDays'], 30),
    /days of the continuous rule is 30, expected 35/,
  );
  notices('a public instance', isReachedByIdentityOnly, set('PubliclyAccessible', true), /public access is true/);
  notices(
    'passwords beside identities',
    isReachedByIdentityOnly,
    set('EnableIAMDatabaseAuthentication', false),
    /IAM authentication is false/,
  );
  notices('a retired version', isOfASupportedKind, set('EngineVersion', '17.2'), /is of a version that RDS no longer creates/);
  notices(
    'extended support that is billed',
    isOfASupportedKind,
    (draft) => draft.unset(INSTANCE, '', ['EngineLifecycleSupport']),
    /extended support/,
  );
  notices(
    'TLS that is not demanded',
    logsWithoutValues,
    (draft) => draft.set(PARAMETERS, '', ['Parameters', 'rds.force_ssl'], '0'),
    /rds\.force_ssl is "0"/,
  );
  notices(
    'parameters that the instance does not use',
    logsWithoutValues,
    set('DBParameterGroupName', 'default.postgres18'),
    /uses a parameter group that no template holds/,
  );
  notices(
    'parameters that print values',
    logsWithoutValues,
    (draft) => draft.set(PARAMETERS, '', ['Parameters', 'log_parameter_max_length_on_error'], '-1'),
    /log_parameter_max_length_on_error is "-1"/,
  );
});
