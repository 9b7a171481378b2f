/** What makes AWS Config evaluate a rule: a change to one of these resource types, the clock, or a person. */
export type RuleTrigger = readonly string[] | 'schedule' | 'person';

/** Rules of one service that the baseline runs and that share a trigger. */
export interface RuleGroup {
  readonly service: string;
  readonly trigger: RuleTrigger;
  readonly rules: readonly string[];
}

/** A service that the baseline does not run. */
export interface UnusedService {
  readonly service: string;
  /** CloudFormation types or whole namespaces whose appearance in a template would make the row wrong. */
  readonly types: readonly string[];
  readonly rules: readonly string[];
}

/**
 * Rules for what the baseline runs, or for the account itself.
 *
 * Triggers follow the AWS Config Developer Guide. They are written out because a rule without a scope is evaluated on
 * every change of every recorded resource, and each evaluation is billed.
 */
export const RULES_IN_USE: readonly RuleGroup[] = [
  {
    service: 'S3 buckets',
    trigger: ['AWS::S3::Bucket'],
    rules: [
      's3-bucket-acl-prohibited',
      's3-bucket-default-lock-enabled',
      's3-bucket-level-public-access-prohibited',
      's3-bucket-logging-enabled',
      's3-bucket-policy-grantee-check',
      's3-bucket-public-read-prohibited',
      's3-bucket-public-write-prohibited',
      's3-bucket-replication-enabled',
      's3-bucket-server-side-encryption-enabled',
      's3-bucket-ssl-requests-only',
      's3-bucket-versioning-enabled',
      's3-default-encryption-kms',
      's3-event-notifications-enabled',
      's3-version-lifecycle-policy-check',
    ],
  },
  {
    service: 'S3 account settings and backups',
    trigger: 'schedule',
    rules: [
      's3-account-level-public-access-blocks-periodic',
      's3-last-backup-recovery-point-created',
      's3-resources-protected-by-backup-plan',
    ],
  },
  { service: 'KMS', trigger: ['AWS::KMS::Key'], rules: ['kms-cmk-not-scheduled-for-deletion'] },
  { service: 'KMS', trigger: 'schedule', rules: ['cmk-backing-key-rotation-enabled'] },
  {
    service: 'RDS instances',
    trigger: ['AWS::RDS::DBInstance'],
    rules: [
      'db-instance-backup-enabled',
      'rds-automatic-minor-version-upgrade-enabled',
      'rds-enhanced-monitoring-enabled',
      'rds-instance-deletion-protection-enabled',
      'rds-instance-iam-authentication-enabled',
      'rds-instance-public-access-check',
      'rds-logging-enabled',
      'rds-multi-az-support',
      'rds-storage-encrypted',
    ],
  },
  {
    service: 'RDS snapshots',
    trigger: ['AWS::RDS::DBSnapshot', 'AWS::RDS::DBClusterSnapshot'],
    rules: ['rds-snapshot-encrypted', 'rds-snapshots-public-prohibited'],
  },
  {
    service: 'RDS in AWS Backup',
    trigger: 'schedule',
    rules: ['rds-in-backup-plan', 'rds-last-backup-recovery-point-created', 'rds-resources-protected-by-backup-plan'],
  },
  { service: 'AWS Backup plans', trigger: ['AWS::Backup::BackupPlan'], rules: ['backup-plan-min-frequency-and-min-retention-check'] },
  { service: 'AWS Backup vaults', trigger: ['AWS::Backup::BackupVault'], rules: ['backup-recovery-point-manual-deletion-disabled'] },
  {
    service: 'AWS Backup recovery points',
    trigger: ['AWS::Backup::RecoveryPoint'],
    rules: ['backup-recovery-point-encrypted', 'backup-recovery-point-minimum-retention-check'],
  },
  {
    service: 'Lambda',
    trigger: ['AWS::Lambda::Function'],
    rules: ['lambda-concurrency-check', 'lambda-dlq-check', 'lambda-function-public-access-prohibited', 'lambda-inside-vpc'],
  },
  {
    service: 'Application Load Balancer',
    trigger: ['AWS::ElasticLoadBalancingV2::LoadBalancer'],
    rules: ['alb-http-drop-invalid-header-enabled', 'alb-waf-enabled', 'elb-deletion-protection-enabled', 'elb-logging-enabled'],
  },
  {
    service: 'Application Load Balancer',
    trigger: 'schedule',
    rules: ['alb-http-to-https-redirection-check', 'elbv2-acm-certificate-required'],
  },
  { service: 'WAF', trigger: 'schedule', rules: ['wafv2-logging-enabled'] },
  { service: 'ACM', trigger: ['AWS::ACM::Certificate'], rules: ['acm-certificate-expiration-check'] },
  {
    service: 'CloudTrail',
    trigger: 'schedule',
    rules: [
      'cloud-trail-cloud-watch-logs-enabled',
      'cloud-trail-encryption-enabled',
      'cloud-trail-log-file-validation-enabled',
      'cloudtrail-enabled',
      'cloudtrail-s3-dataevents-enabled',
      'multi-region-cloudtrail-enabled',
    ],
  },
  { service: 'CloudWatch alarms', trigger: ['AWS::CloudWatch::Alarm'], rules: ['cloudwatch-alarm-action-check'] },
  { service: 'CloudWatch Logs', trigger: 'schedule', rules: ['cloudwatch-log-group-encrypted', 'cw-loggroup-retention-period-check'] },
  { service: 'SNS', trigger: ['AWS::SNS::Topic'], rules: ['sns-encrypted-kms'] },
  {
    service: 'Secrets Manager',
    trigger: ['AWS::SecretsManager::Secret'],
    rules: ['secretsmanager-rotation-enabled-check', 'secretsmanager-scheduled-rotation-success-check', 'secretsmanager-using-cmk'],
  },
  { service: 'Secrets Manager', trigger: 'schedule', rules: ['secretsmanager-secret-periodic-rotation', 'secretsmanager-secret-unused'] },
  {
    service: 'Security groups',
    trigger: ['AWS::EC2::SecurityGroup'],
    rules: ['restricted-common-ports', 'restricted-ssh', 'vpc-default-security-group-closed', 'vpc-sg-open-only-to-authorized-ports'],
  },
  { service: 'Subnets', trigger: ['AWS::EC2::Subnet'], rules: ['subnet-auto-assign-public-ip-disabled'] },
  { service: 'Route tables', trigger: ['AWS::EC2::RouteTable'], rules: ['no-unrestricted-route-to-igw'] },
  { service: 'Internet gateways', trigger: ['AWS::EC2::InternetGateway'], rules: ['internet-gateway-authorized-vpc-only'] },
  { service: 'VPC flow logs', trigger: 'schedule', rules: ['vpc-flow-logs-enabled'] },
  {
    service: 'IAM policies',
    trigger: ['AWS::IAM::Policy'],
    rules: [
      'iam-customer-policy-blocked-kms-actions',
      'iam-policy-no-statements-with-admin-access',
      'iam-policy-no-statements-with-full-access',
    ],
  },
  {
    service: 'IAM identities',
    trigger: ['AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::User'],
    rules: ['iam-inline-policy-blocked-kms-actions', 'iam-no-inline-policy-check'],
  },
  { service: 'IAM groups', trigger: ['AWS::IAM::Group'], rules: ['iam-group-has-users-check'] },
  { service: 'IAM users', trigger: ['AWS::IAM::User'], rules: ['iam-user-group-membership-check', 'iam-user-no-policies-check'] },
  {
    service: 'IAM account settings and credentials',
    trigger: 'schedule',
    rules: [
      'access-keys-rotated',
      'iam-password-policy',
      'iam-root-access-key-check',
      'iam-user-mfa-enabled',
      'iam-user-unused-credentials-check',
      'mfa-enabled-for-iam-console-access',
      'root-account-hardware-mfa-enabled',
      'root-account-mfa-enabled',
    ],
  },
  { service: 'GuardDuty', trigger: 'schedule', rules: ['guardduty-enabled-centralized', 'guardduty-non-archived-findings'] },
  { service: 'Security Hub', trigger: 'schedule', rules: ['securityhub-enabled'] },
  { service: 'Systems Manager documents', trigger: 'schedule', rules: ['ssm-document-not-public'] },
  { service: 'Records kept by people', trigger: 'person', rules: ['annual-risk-assessment-performed'] },
];
