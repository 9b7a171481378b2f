/** Input parameters of one managed rule. Values are text, as AWS Config takes them; `true` and `false` are lower case. */
export interface RuleParameters {
  readonly values: Readonly<Record<string, string>>;
  readonly because: string;
}

const KMS_ACTIONS_THAT_READ = {
  values: { blockedActionsPatterns: 'kms:*,kms:Decrypt,kms:ReEncrypt*' },
  because: 'Whoever may decrypt with every key can read all PHI; each grant must name its key. The rule has no default.',
};

const BUCKETS_WITH_PHI = {
  values: { resourceTags: '{"DataClass":"phi"}' },
  because: 'The backup plan holds what cannot be made again. Log buckets are kept by versions and locks, and would all be reported.',
};

/**
 * Parameters of deployed rules: those that AWS Config requires, and those where its default would prove less.
 *
 * A rule that is absent here runs on the defaults of the AWS Config Developer Guide.
 */
export const RULE_PARAMETERS: Readonly<Record<string, RuleParameters>> = {
  'access-keys-rotated': {
    values: { maxAccessKeyAge: '90' },
    because: 'Required. Nobody needs an access key here; one that exists must not live past a quarter.',
  },
  'acm-certificate-expiration-check': {
    values: { daysToExpiration: '30' },
    because: 'ACM renews 60 days before expiry, so 30 days left means that renewal failed and there is time to act; 14 is the default.',
  },
  'backup-plan-min-frequency-and-min-retention-check': {
    values: { requiredFrequencyUnit: 'days', requiredFrequencyValue: '1', requiredRetentionDays: '35' },
    because: 'The promise of the backup plan, stated here so that a change of the default cannot weaken the check.',
  },
  'backup-recovery-point-minimum-retention-check': {
    values: { requiredRetentionDays: '35' },
    because: 'The shortest retention in the backup plan, that of continuous backup.',
  },
  'cloudwatch-alarm-action-check': {
    values: { alarmActionRequired: 'true', insufficientDataActionRequired: 'false', okActionRequired: 'false' },
    because: 'Required. Every alarm tells somebody when it fires, and states itself whether missing data counts as breaching.',
  },
  'cw-loggroup-retention-period-check': {
    values: { MinRetentionTime: '1827' },
    because: 'Log groups are kept 2192 days. The rule accepts a fixed list of values, and 1827 is the largest that does not exceed that.',
  },
  'iam-customer-policy-blocked-kms-actions': KMS_ACTIONS_THAT_READ,
  'iam-inline-policy-blocked-kms-actions': KMS_ACTIONS_THAT_READ,
  'iam-password-policy': {
    values: {
      MaxPasswordAge: '90',
      MinimumPasswordLength: '14',
      PasswordReusePrevention: '24',
      RequireLowercaseCharacters: 'true',
      RequireNumbers: 'true',
      RequireSymbols: 'true',
      RequireUppercaseCharacters: 'true',
    },
    because: 'The values of the AWS pack for the Security Rule, stated so that an auditor reads them here. 164.308(a)(5)(ii)(D).',
  },
  'iam-user-unused-credentials-check': {
    values: { maxCredentialUsageAge: '90' },
    because: 'Required. A credential that nobody used for a quarter belongs to nobody. 164.308(a)(3)(ii)(C).',
  },
  'restricted-common-ports': {
    values: { blockedPort1: '20', blockedPort2: '21', blockedPort3: '3389', blockedPort4: '3306', blockedPort5: '5432' },
    because: 'The defaults, with the port of PostgreSQL in place of 4333, since PostgreSQL is the database that holds PHI.',
  },
  's3-account-level-public-access-blocks-periodic': {
    values: { BlockPublicAcls: 'true', BlockPublicPolicy: 'true', IgnorePublicAcls: 'true', RestrictPublicBuckets: 'true' },
    because: 'All four account settings, stated so that none can drop out of the check.',
  },
  's3-last-backup-recovery-point-created': BUCKETS_WITH_PHI,
  's3-resources-protected-by-backup-plan': BUCKETS_WITH_PHI,
  'vpc-flow-logs-enabled': {
    values: { trafficType: 'ALL' },
    because: 'Without it a flow log of rejected packets alone would pass, and accepted traffic is what an investigation needs.',
  },
  'vpc-sg-open-only-to-authorized-ports': {
    values: { authorizedTcpPorts: '443' },
    because: 'The load balancer is open to the world on 443; without the parameter the rule would report it.',
  },
};
