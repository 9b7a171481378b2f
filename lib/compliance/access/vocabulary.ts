import type { EnvironmentModel, Resource } from '../model/environment';

/** What somebody does to a store, in the words of a review. */
export type AccessVerb =
  | 'read'
  | 'list'
  | 'write'
  | 'delete'
  | 'shorten'
  | 'decrypt'
  | 'encrypt'
  | 'sign'
  | 'hand on'
  | 'change policy'
  | 'administer'
  | 'invoke'
  | 'connect'
  | 'assume'
  | 'pass'
  | 'restore'
  | 'send'
  | 'publish';

/** Actions that do the same to the same kind of store. */
export interface Vocabulary {
  readonly verb: AccessVerb;
  readonly actions: readonly string[];
  /** The pattern that a call names; the store's ARN unless given. */
  readonly resource?: (environment: EnvironmentModel, store: Resource) => string;
}

const objects = (environment: EnvironmentModel, bucket: Resource): string => `${environment.arnOf(bucket)}/*`;
const login =
  (id: (store: Resource) => string) =>
  ({ place }: EnvironmentModel, store: Resource): string =>
    `arn:aws:rds-db:${store.region}:${place.account}:dbuser:${id(store)}/*`;
const parameter = (environment: EnvironmentModel, store: Resource): string =>
  `arn:aws:ssm:${store.region}:${environment.place.account}:parameter/${environment.refOf(store).replace(/^\//, '')}`;

/** The actions that matter, by type of store: what reads, changes or ends it, and what changes who may. */
export const VOCABULARY: Readonly<Record<string, readonly Vocabulary[]>> = {
  'AWS::S3::Bucket': [
    { verb: 'read', actions: ['s3:GetObject', 's3:GetObjectVersion'], resource: objects },
    { verb: 'list', actions: ['s3:ListBucket', 's3:ListBucketVersions'] },
    { verb: 'write', actions: ['s3:PutObject'], resource: objects },
    { verb: 'delete', actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'], resource: objects },
    { verb: 'delete', actions: ['s3:DeleteBucket'] },
    { verb: 'shorten', actions: ['s3:BypassGovernanceRetention', 's3:PutObjectRetention', 's3:PutObjectLegalHold'], resource: objects },
    { verb: 'shorten', actions: ['s3:PutBucketObjectLockConfiguration', 's3:PutLifecycleConfiguration', 's3:PutBucketVersioning'] },
    {
      verb: 'change policy',
      actions: [
        's3:PutBucketPolicy',
        's3:DeleteBucketPolicy',
        's3:PutBucketAcl',
        's3:PutBucketPublicAccessBlock',
        's3:PutBucketOwnershipControls',
      ],
    },
    { verb: 'administer', actions: ['s3:PutEncryptionConfiguration', 's3:PutReplicationConfiguration', 's3:PutBucketLogging'] },
  ],
  'AWS::KMS::Key': [
    { verb: 'decrypt', actions: ['kms:Decrypt', 'kms:ReEncryptFrom'] },
    {
      verb: 'encrypt',
      actions: ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptTo', 'kms:GenerateMac'],
    },
    { verb: 'sign', actions: ['kms:Sign'] },
    { verb: 'hand on', actions: ['kms:CreateGrant'] },
    { verb: 'change policy', actions: ['kms:PutKeyPolicy'] },
    { verb: 'delete', actions: ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial'] },
    { verb: 'administer', actions: ['kms:DisableKey', 'kms:EnableKey', 'kms:CancelKeyDeletion', 'kms:DisableKeyRotation'] },
  ],
  'AWS::Logs::LogGroup': [
    { verb: 'read', actions: ['logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:StartQuery'] },
    { verb: 'write', actions: ['logs:PutLogEvents'] },
    { verb: 'delete', actions: ['logs:DeleteLogGroup', 'logs:DeleteLogStream'] },
    { verb: 'shorten', actions: ['logs:PutRetentionPolicy'] },
  ],
  'AWS::RDS::DBInstance': [
    { verb: 'connect', actions: ['rds-db:connect'], resource: login(({ stack, logicalId }) => `\${${stack}.${logicalId}.DbiResourceId}`) },
    {
      verb: 'read',
      actions: ['secretsmanager:GetSecretValue'],
      resource: (_, { stack, logicalId }) => `\${${stack}.${logicalId}.MasterUserSecret.SecretArn}`,
    },
    { verb: 'restore', actions: ['rds:RestoreDBInstanceToPointInTime', 'rds:CreateDBSnapshot'] },
    { verb: 'administer', actions: ['rds:ModifyDBInstance', 'rds:RebootDBInstance'] },
    { verb: 'delete', actions: ['rds:DeleteDBInstance'] },
  ],
  'AWS::RDS::DBProxy': [
    { verb: 'connect', actions: ['rds-db:connect'], resource: login(({ stack, logicalId }) => `prx-\${${stack}.${logicalId}}`) },
  ],
  'AWS::Backup::BackupVault': [
    { verb: 'delete', actions: ['backup:DeleteBackupVault', 'backup:DeleteRecoveryPoint'] },
    { verb: 'shorten', actions: ['backup:DeleteBackupVaultLockConfiguration', 'backup:UpdateRecoveryPointLifecycle'] },
    { verb: 'change policy', actions: ['backup:PutBackupVaultAccessPolicy', 'backup:DeleteBackupVaultAccessPolicy'] },
  ],
  'AWS::SecretsManager::Secret': [
    { verb: 'read', actions: ['secretsmanager:GetSecretValue'] },
    { verb: 'write', actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'] },
    { verb: 'change policy', actions: ['secretsmanager:PutResourcePolicy'] },
    { verb: 'delete', actions: ['secretsmanager:DeleteSecret'] },
  ],
  'AWS::SSM::Parameter': [
    { verb: 'read', actions: ['ssm:GetParameter'], resource: parameter },
    { verb: 'write', actions: ['ssm:PutParameter'], resource: parameter },
    { verb: 'delete', actions: ['ssm:DeleteParameter'], resource: parameter },
  ],
  'AWS::SQS::Queue': [
    { verb: 'send', actions: ['sqs:SendMessage'] },
    { verb: 'read', actions: ['sqs:ReceiveMessage'] },
    { verb: 'delete', actions: ['sqs:DeleteQueue', 'sqs:PurgeQueue', 'sqs:DeleteMessage'] },
    { verb: 'change policy', actions: ['sqs:SetQueueAttributes', 'sqs:AddPermission'] },
  ],
  'AWS::SNS::Topic': [
    { verb: 'publish', actions: ['sns:Publish'] },
    { verb: 'read', actions: ['sns:Subscribe'] },
    { verb: 'change policy', actions: ['sns:SetTopicAttributes', 'sns:AddPermission'] },
    { verb: 'delete', actions: ['sns:DeleteTopic'] },
  ],
  'AWS::Lambda::Function': [
    { verb: 'invoke', actions: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'] },
    { verb: 'read', actions: ['lambda:GetFunction'] },
    {
      verb: 'administer',
      actions: [
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:PutFunctionConcurrency',
        'lambda:DeleteFunctionConcurrency',
      ],
    },
    { verb: 'change policy', actions: ['lambda:AddPermission', 'lambda:CreateFunctionUrlConfig'] },
  ],
  'AWS::Cognito::UserPool': [
    { verb: 'read', actions: ['cognito-idp:ListUsers', 'cognito-idp:AdminGetUser'] },
    {
      verb: 'administer',
      actions: [
        'cognito-idp:AdminCreateUser',
        'cognito-idp:AdminAddUserToGroup',
        'cognito-idp:AdminDisableUser',
        'cognito-idp:AdminSetUserPassword',
        'cognito-idp:UpdateUserPool',
        'cognito-idp:SetUserPoolMfaConfig',
      ],
    },
    { verb: 'delete', actions: ['cognito-idp:DeleteUserPool', 'cognito-idp:AdminDeleteUser'] },
  ],
  'AWS::CloudTrail::Trail': [
    { verb: 'administer', actions: ['cloudtrail:StartLogging', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors'] },
    { verb: 'delete', actions: ['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail'] },
  ],
  'AWS::IAM::Role': [
    { verb: 'assume', actions: ['sts:AssumeRole'] },
    { verb: 'pass', actions: ['iam:PassRole'] },
    {
      verb: 'change policy',
      actions: [
        'iam:PutRolePolicy',
        'iam:AttachRolePolicy',
        'iam:UpdateAssumeRolePolicy',
        'iam:DeleteRolePermissionsBoundary',
        'iam:PutRolePermissionsBoundary',
      ],
    },
  ],
};
