/**
 * What staff roles may do, as lists of actions. No list has a wildcard that writes, and none reads PHI outside break-glass.
 * 164.308(a)(3)(ii)(A), 164.308(a)(4)(ii)(B).
 */

/** Sees how the platform runs. */
export const OPERATIONS_READ: readonly string[] = [
  'backup:DescribeBackupJob', 'backup:DescribeBackupVault', 'backup:DescribeRestoreJob', 'backup:GetBackupPlan', 'backup:ListBackupJobs',
  'backup:ListBackupPlans', 'backup:ListBackupVaults', 'backup:ListCopyJobs', 'backup:ListRecoveryPointsByBackupVault', 'backup:ListRestoreJobs',
  'cloudformation:DescribeStackEvents', 'cloudformation:DescribeStackResources', 'cloudformation:DescribeStacks', 'cloudformation:GetTemplate',
  'cloudformation:ListStacks', 'cloudwatch:DescribeAlarmHistory', 'cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs', 'elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTargetGroups',
  'lambda:GetFunctionConfiguration', 'lambda:ListFunctions', 'logs:DescribeLogGroups', 'rds:DescribeDBInstances', 'rds:DescribeDBParameters',
  'rds:DescribeDBProxies', 'rds:DescribeDBSnapshots', 'rds:DescribeEvents', 'sqs:GetQueueAttributes', 'sqs:ListQueues', 'wafv2:GetWebACL',
  'wafv2:ListWebACLs',
];

/** Sees how the platform is configured and what it recorded. */
export const AUDIT_READ: readonly string[] = [
  ...OPERATIONS_READ,
  'access-analyzer:ListAnalyzers', 'access-analyzer:ListFindings', 'cloudtrail:DescribeTrails', 'cloudtrail:GetEventSelectors',
  'cloudtrail:GetInsightSelectors', 'cloudtrail:GetTrail', 'cloudtrail:GetTrailStatus', 'cloudtrail:ListPublicKeys', 'cloudtrail:LookupEvents',
  'cognito-idp:DescribeUserPool', 'cognito-idp:DescribeUserPoolClient', 'cognito-idp:GetUserPoolMfaConfig', 'cognito-idp:ListGroups',
  'cognito-idp:ListUserPoolClients', 'cognito-idp:ListUserPools', 'config:DescribeConfigRules', 'config:DescribeConfigurationRecorderStatus',
  'config:DescribeConformancePackCompliance', 'config:DescribeConformancePacks', 'config:GetComplianceDetailsByConfigRule',
  'config:GetConformancePackComplianceDetails', 'config:GetResourceConfigHistory', 'ec2:DescribeFlowLogs', 'ec2:DescribeRouteTables',
  'guardduty:GetDetector', 'guardduty:GetFindings', 'guardduty:ListDetectors', 'guardduty:ListFindings', 'iam:GenerateCredentialReport',
  'iam:GetAccountAuthorizationDetails', 'iam:GetAccountPasswordPolicy', 'iam:GetAccountSummary', 'iam:GetCredentialReport', 'iam:GetPolicy',
  'iam:GetPolicyVersion', 'iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListMFADevices', 'iam:ListPolicies', 'iam:ListRoles', 'iam:ListUsers',
  'kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListKeys', 's3:GetBucketLogging', 's3:GetBucketObjectLockConfiguration',
  's3:GetBucketPolicy', 's3:GetBucketPolicyStatus', 's3:GetBucketPublicAccessBlock', 's3:GetBucketVersioning', 's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration', 's3:ListAllMyBuckets', 'securityhub:DescribeHub', 'securityhub:GetEnabledStandards', 'securityhub:GetFindings',
  'sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:ListTopics',
];

/** Reads what the archives hold. */
export const ARCHIVE_READ: readonly string[] = ['s3:GetObject', 's3:GetObjectRetention', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions'];

/** Reads log groups, which hold no value of a record. */
export const LOG_READ: readonly string[] = ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:GetQueryResults', 'logs:StartQuery', 'logs:StopQuery'];

/** Manages users of the service. */
export const USER_ADMINISTRATION: readonly string[] = [
  'cognito-idp:AdminAddUserToGroup', 'cognito-idp:AdminCreateUser', 'cognito-idp:AdminDisableUser', 'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser', 'cognito-idp:AdminRemoveUserFromGroup', 'cognito-idp:AdminUserGlobalSignOut',
  'cognito-idp:ListUsers', 'cognito-idp:ListUsersInGroup',
];

/** Recovers stores. */
export const RECOVERY: readonly string[] = ['backup:StartRestoreJob', 'rds:ModifyDBInstance', 'rds:RebootDBInstance', 'rds:RestoreDBInstanceToPointInTime'];

/** Undoes damage to keys, or cuts a store off. */
export const KEY_EMERGENCY: readonly string[] = ['kms:CancelKeyDeletion', 'kms:DisableKey', 'kms:EnableKey', 'kms:PutKeyPolicy'];

/** Changes what protects an archive. Under a COMPLIANCE lock even these cannot remove a locked version. */
export const ARCHIVE_EMERGENCY: readonly string[] = [
  's3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketPolicy',
  's3:PutLifecycleConfiguration', 's3:PutObjectLegalHold', 's3:PutObjectRetention',
];

/** Removes what protects a vault, or what it holds. */
export const VAULT_EMERGENCY: readonly string[] = [
  'backup:DeleteBackupVaultLockConfiguration', 'backup:DeleteRecoveryPoint', 'backup:PutBackupVaultAccessPolicy',
];

/** Lets RDS and AWS Backup use a key for a restore. */
export const KEY_GRANT: readonly string[] = ['kms:CreateGrant'];

/** Starts what records evidence again, after somebody stopped it. */
export const RESTART_EVIDENCE: readonly string[] = ['cloudtrail:StartLogging', 'config:StartConfigurationRecorder'];

/** Cuts off a function. */
export const CONTAINMENT: readonly string[] = ['lambda:DeleteFunctionConcurrency', 'lambda:PutFunctionConcurrency'];

/** Names the first administrator, begins a new chain of audit batches after a restore, rotates data keys before they are due. */
export const DATABASE_ADMINISTRATION: readonly string[] = ['lambda:InvokeFunction'];

/** Takes the public half of a signing key, to check signatures without AWS. */
export const SIGNATURE_CHECK: readonly string[] = ['kms:GetPublicKey'];

/** Uses a key to read. */
export const KEY_READ: readonly string[] = ['kms:Decrypt'];

/** Uses a key to write. */
export const KEY_WRITE: readonly string[] = ['kms:GenerateDataKey'];

/** Adds an entry to the record of an incident. */
export const RECORD_APPEND: readonly string[] = ['s3:PutObject'];

/** Starts what contains and restores, and answers for it as a second person: what it does then, staff may not do themselves. */
export const WORKFLOW_START: readonly string[] = ['states:SendTaskFailure', 'states:SendTaskSuccess', 'states:StartExecution'];

/** Sees what became of it. */
export const WORKFLOW_FOLLOW: readonly string[] = ['states:DescribeExecution', 'states:GetExecutionHistory'];

/** What no staff role does, whatever a later policy may say. */
export const NEVER: readonly string[] = [
  'cloudtrail:DeleteTrail', 'cloudtrail:StopLogging', 'config:DeleteConfigurationRecorder', 'config:StopConfigurationRecorder',
  'guardduty:DeleteDetector', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateUser', 'iam:DeleteRolePermissionsBoundary',
  'iam:PutRolePermissionsBoundary', 'kms:ScheduleKeyDeletion', 'logs:DeleteLogGroup', 'logs:PutRetentionPolicy', 'securityhub:DisableSecurityHub',
];
