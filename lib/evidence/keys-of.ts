import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { valueAt } from '../compliance/model/read';
import { told, toldOrNone } from './told';

/** What a property of a type says about encryption at rest. */
export interface KeyUse {
  readonly property: string;
  /** What is encrypted with it. */
  readonly what: string;
}

const RULE = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault';

/** Types that keep or carry data, and where each names its key. */
export const KEY_USES: Readonly<Record<string, readonly KeyUse[]>> = {
  'AWS::S3::Bucket': [{ property: `${RULE}.KMSMasterKeyID`, what: 'objects' }],
  'AWS::RDS::DBInstance': [
    { property: 'KmsKeyId', what: 'storage, snapshots and logs of changes' },
    { property: 'PerformanceInsightsKMSKeyId', what: 'performance records' },
    { property: 'MasterUserSecret.KmsKeyId', what: 'the master login' },
  ],
  'AWS::Backup::BackupVault': [{ property: 'EncryptionKeyArn', what: 'recovery points' }],
  'AWS::Logs::LogGroup': [{ property: 'KmsKeyId', what: 'log lines' }],
  'AWS::SNS::Topic': [{ property: 'KmsMasterKeyId', what: 'messages' }],
  'AWS::SQS::Queue': [{ property: 'KmsMasterKeyId', what: 'messages' }],
  'AWS::Lambda::Function': [{ property: 'KmsKeyArn', what: 'the environment of the function' }],
  'AWS::CloudTrail::Trail': [{ property: 'KMSKeyId', what: 'log files' }],
  'AWS::Config::DeliveryChannel': [{ property: 'S3KmsKeyArn', what: 'configuration history' }],
  'AWS::SecretsManager::Secret': [{ property: 'KmsKeyId', what: 'the secret' }],
};

/** The key that a property names: of these templates by its name, any other as it is spelled, nothing where there is none. */
export function keyNamed(environment: EnvironmentModel, resource: Resource, property: string): string {
  const text = toldOrNone(() => valueAt(resource, property));
  return environment.at(text, 'AWS::KMS::Key')?.name ?? text;
}

/** The key of a resource, of whatever of it is encrypted first; empty for a type that is not said to have one. */
export function keyOfResource(environment: EnvironmentModel, resource: Resource): string {
  const [use] = KEY_USES[resource.type] ?? [];
  if (!use) return '';
  const key = keyNamed(environment, resource, use.property);
  return key === '' ? `none named${algorithmOf(resource)}` : key;
}

/** How a bucket encrypts, where it says so; for the others the service has one way. */
export function algorithmOf(resource: Resource): string {
  if (resource.type !== 'AWS::S3::Bucket') return '';
  const algorithm = told(() => valueAt(resource, `${RULE}.SSEAlgorithm`));
  return algorithm === 'AES256' ? ' (AES-256 under keys of S3)' : algorithm === 'aws:kms' ? '' : ` (${algorithm})`;
}
