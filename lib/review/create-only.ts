/** What a change of its properties does to a type that holds something. */
export interface CreateOnly {
  /** What it holds, as a noun. */
  readonly holds: string;
  /** A change of these replaces the resource by a new, empty one. */
  readonly replaces: readonly string[];
  /** A change of these replaces it in some cases. */
  readonly mayReplace: readonly string[];
  /** A change of these is refused: the deploy fails and changes nothing. */
  readonly isRefused: readonly string[];
}

const store = (holds: string, replaces: readonly string[], rest: Partial<CreateOnly> = {}): CreateOnly => ({
  holds,
  replaces,
  mayReplace: [],
  isRefused: [],
  ...rest,
});

/**
 * Types that hold PHI, evidence, keys or identities, with the properties that CloudFormation cannot change in place: 164.308(a)(7)(i).
 *
 * From "Update requires: Replacement" in AWS's template reference, which the specification that comes with the CDK's CLI repeats; a test
 * compares the two. A type that is not here holds nothing that a deploy could lose.
 */
export const CREATE_ONLY: Readonly<Record<string, CreateOnly>> = {
  'AWS::KMS::Key': store('a key', [], { isRefused: ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'] }),
  'AWS::KMS::ReplicaKey': store('a key', ['PrimaryKeyArn']),
  'AWS::S3::Bucket': store('objects', ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled']),
  'AWS::RDS::DBInstance': store(
    'a database',
    [
      'BackupTarget',
      'CharacterSetName',
      'CustomIAMInstanceProfile',
      'DBClusterIdentifier',
      'DBInstanceIdentifier',
      'DBName',
      'DBSubnetGroupName',
      'DBSystemId',
      'KmsKeyId',
      'MasterUsername',
      'NcharCharacterSetName',
      'Port',
      'SourceRegion',
      'StorageEncrypted',
      'Timezone',
    ],
    {
      // Those of the specification's uncertain ones that say what a database is made from, where it stands, or which engine it is.
      mayReplace: [
        'AvailabilityZone',
        'DBClusterSnapshotIdentifier',
        'DBSnapshotIdentifier',
        'Engine',
        'PerformanceInsightsKMSKeyId',
        'RestoreTime',
        'SourceDBClusterIdentifier',
        'SourceDBInstanceAutomatedBackupsArn',
        'SourceDBInstanceIdentifier',
        'SourceDbiResourceId',
        'UseLatestRestorableTime',
      ],
    },
  ),
  'AWS::RDS::DBCluster': store(
    'a database',
    [
      'AvailabilityZones',
      'ClusterScalabilityType',
      'DBClusterIdentifier',
      'DBSubnetGroupName',
      'DBSystemId',
      'DatabaseName',
      'EngineMode',
      'KmsKeyId',
      'PubliclyAccessible',
      'RestoreToTime',
      'RestoreType',
      'SnapshotIdentifier',
      'SourceDBClusterIdentifier',
      'SourceDbClusterResourceId',
      'SourceRegion',
      'StorageEncrypted',
      'UseLatestRestorableTime',
      'WithExpressConfiguration',
    ],
    { mayReplace: ['Engine', 'GlobalClusterIdentifier', 'MasterUsername'] },
  ),
  'AWS::Logs::LogGroup': store('a log', ['LogGroupName']),
  'AWS::Backup::BackupVault': store('backups', ['BackupVaultName', 'EncryptionKeyArn']),
  'AWS::Backup::LogicallyAirGappedBackupVault': store('backups', [
    'BackupVaultName',
    'EncryptionKeyArn',
    'MaxRetentionDays',
    'MinRetentionDays',
  ]),
  'AWS::Cognito::UserPool': store('identities', [], { isRefused: ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration'] }),
  'AWS::SecretsManager::Secret': store('a secret', ['Name']),
  'AWS::SSM::Parameter': store('a parameter', ['Name']),
};
