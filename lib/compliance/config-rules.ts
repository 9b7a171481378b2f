import { controlCatalogue, inForce } from '../hipaa/catalogue';

let cited: ReadonlyMap<string, string> | undefined;

/** Managed rules of AWS Config that an entry in force of the HIPAA catalogue names: name to what AWS calls its code. */
export function citedConfigRules(): ReadonlyMap<string, string> {
  cited ??= readCitedConfigRules();
  return cited;
}

function readCitedConfigRules(): ReadonlyMap<string, string> {
  const { controls, configRuleIndex } = controlCatalogue();
  const names = new Set(inForce(controls).flatMap(({ configRules, relatedConfigRules }) => [...configRules, ...relatedConfigRules]));
  return new Map(
    [...names].sort().flatMap((name) => (configRuleIndex[name] ? [[name, configRuleIndex[name].sourceIdentifier] as const] : [])),
  );
}

type Fits = (value: string) => boolean;

const atMost =
  (bound: number): Fits =>
  (value) =>
    value !== '' && Number(value) <= bound;
const atLeast =
  (bound: number): Fits =>
  (value) =>
    value !== '' && Number(value) >= bound;
const equal =
  (...wanted: readonly string[]): Fits =>
  (value) =>
    wanted.includes(value);
const holding =
  (...parts: readonly string[]): Fits =>
  (value) =>
    parts.every((part) => value.split(',').some((item) => item.trim() === part));

const ALL_OF_PUBLIC = {
  BlockPublicAcls: equal('true'),
  BlockPublicPolicy: equal('true'),
  IgnorePublicAcls: equal('true'),
  RestrictPublicBuckets: equal('true'),
};
const OF_PHI = { resourceTags: equal('{"DataClass":"phi"}') };
const READING = { blockedActionsPatterns: holding('kms:Decrypt', 'kms:ReEncrypt*') };

/**
 * Parameters by which a rule asks for less, by the rule's code: what each has to be. A parameter that is not here has AWS's default or does
 * not lower anything.
 */
export const CONFIG_RULE_PARAMETERS: Readonly<Record<string, Readonly<Record<string, Fits>>>> = {
  ACCESS_KEYS_ROTATED: { maxAccessKeyAge: atMost(90) },
  // ACM renews 60 days before the end: less than two weeks leaves no time when that failed.
  ACM_CERTIFICATE_EXPIRATION_CHECK: { daysToExpiration: atLeast(14) },
  BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK: {
    requiredFrequencyUnit: equal('days', 'hours'),
    requiredFrequencyValue: atMost(24),
    requiredRetentionDays: atLeast(35),
  },
  BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK: { requiredRetentionDays: atLeast(35) },
  CLOUDWATCH_ALARM_ACTION_CHECK: { alarmActionRequired: equal('true') },
  CW_LOGGROUP_RETENTION_PERIOD_CHECK: { MinRetentionTime: atLeast(365) },
  IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS: READING,
  IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS: READING,
  IAM_PASSWORD_POLICY: {
    MaxPasswordAge: atMost(90),
    MinimumPasswordLength: atLeast(14),
    PasswordReusePrevention: atLeast(24),
    RequireLowercaseCharacters: equal('true'),
    RequireNumbers: equal('true'),
    RequireSymbols: equal('true'),
    RequireUppercaseCharacters: equal('true'),
  },
  IAM_USER_UNUSED_CREDENTIALS_CHECK: { maxCredentialUsageAge: atMost(90) },
  S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC: ALL_OF_PUBLIC,
  S3_LAST_BACKUP_RECOVERY_POINT_CREATED: OF_PHI,
  S3_RESOURCES_PROTECTED_BY_BACKUP_PLAN: OF_PHI,
  VPC_FLOW_LOGS_ENABLED: { trafficType: equal('ALL') },
  VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS: { authorizedTcpPorts: equal('443') },
};
