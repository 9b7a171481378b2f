import type { BucketProperties } from '../../support/buckets';
import { bucketFor } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import { identityOf, may } from '../../support/identities';
import { keyAt } from '../../support/keys';
import type { Landscape, Resource } from '../../support/landscape';
import type { PolicyDocument } from '../../support/policy';
import { decide, role } from '../../support/policy';

const VAULT = 'AWS::Backup::BackupVault';
const PLAN = 'AWS::Backup::BackupPlan';
const SELECTION = 'AWS::Backup::BackupSelection';

interface Vault {
  readonly AccessPolicy?: PolicyDocument;
  readonly BackupVaultName: string;
  readonly EncryptionKeyArn?: string;
  readonly LockConfiguration?: {
    readonly ChangeableForDays?: number;
    readonly MaxRetentionDays?: number;
    readonly MinRetentionDays?: number;
  };
}

interface Rule {
  readonly CompletionWindowMinutes?: number;
  readonly CopyActions?: readonly { readonly DestinationBackupVaultArn: string; readonly Lifecycle?: Lifecycle }[];
  readonly EnableContinuousBackup?: boolean;
  readonly Lifecycle?: Lifecycle;
  readonly RuleName: string;
  readonly ScheduleExpression?: string;
  readonly StartWindowMinutes?: number;
  readonly TargetBackupVault: string;
}

interface Lifecycle {
  readonly DeleteAfterDays?: number;
  readonly MoveToColdStorageAfterDays?: number;
}

interface Selection {
  readonly BackupSelection: { readonly IamRoleArn: string; readonly Resources?: readonly string[] };
}

const rulesOf = (land: Landscape): readonly Rule[] =>
  land.of<{ BackupPlan: { BackupPlanRule: readonly Rule[] } }>(PLAN).flatMap(({ properties }) => properties.BackupPlan.BackupPlanRule);

/** A vault by what a rule or a copy calls it: a reference, or an ARN that ends in its name. */
function vaultAt(land: Landscape, reference: string): Resource<Vault> | undefined {
  return (
    land.at<Vault>(reference, VAULT) ??
    land
      .of<Vault>(VAULT)
      .find(
        (vault) =>
          reference === `arn:aws:backup:${land.regionOf(vault.stack)}:${land.account}:backup-vault:${vault.properties.BackupVaultName}`,
      )
  );
}

/** A job whose retention is outside the lock fails at night, not at the deploy. */
const everyRuleFitsItsVault: Claim = (land) =>
  judgeAll('rules', rulesOf(land), ({ RuleName, TargetBackupVault, Lifecycle, CopyActions = [] }) => {
    const places = [
      { reference: TargetBackupVault, lifecycle: Lifecycle },
      ...CopyActions.map((copy) => ({ reference: copy.DestinationBackupVaultArn, lifecycle: copy.Lifecycle })),
    ];
    return places.flatMap(({ reference, lifecycle }) => {
      const vault = vaultAt(land, reference);
      const days = lifecycle?.DeleteAfterDays;
      if (!vault || days === undefined) return [`${RuleName}: keeps for ${days} days in ${reference}`];
      const { MinRetentionDays = 0, MaxRetentionDays = Infinity } = vault.properties.LockConfiguration ?? {};
      return [
        (days < MinRetentionDays || days > MaxRetentionDays) &&
          `${RuleName}: ${days} days, and ${vault.name} takes ${MinRetentionDays} to ${MaxRetentionDays}`,
        lifecycle?.MoveToColdStorageAfterDays !== undefined &&
          days < lifecycle.MoveToColdStorageAfterDays + 90 &&
          `${RuleName}: leaves cold storage within 90 days`,
      ];
    });
  });

const rulesAreSound: Claim = (land) =>
  judgeAll(
    'rules',
    rulesOf(land),
    ({ RuleName, EnableContinuousBackup, Lifecycle, CopyActions = [], StartWindowMinutes = 0, CompletionWindowMinutes = 0 }) => [
      StartWindowMinutes < 60 && `${RuleName}: a start window of ${StartWindowMinutes} minutes, and AWS Backup takes 60 or more`,
      CompletionWindowMinutes <= StartWindowMinutes && `${RuleName}: ends before it may begin`,
      EnableContinuousBackup && (Lifecycle?.DeleteAfterDays ?? 0) > 35 && `${RuleName}: reaches back further than 35 days`,
      EnableContinuousBackup && CopyActions.length > 0 && `${RuleName}: copies what is continuous`,
    ],
  );

/** Daily and monthly at least, and either is copied to the recovery Region. */
const copiesLeaveTheRegion: Claim = (land) => {
  const copied = rulesOf(land).filter(({ CopyActions = [] }) =>
    CopyActions.some((copy) => {
      const vault = vaultAt(land, copy.DestinationBackupVaultArn);
      return vault !== undefined && land.regionOf(vault.stack) === land.config.recoveryRegion;
    }),
  );
  const schedules = copied.map(({ ScheduleExpression = '' }) =>
    /^cron\(\d+ \d+ \* \* \? \*\)$/.test(ScheduleExpression)
      ? 'daily'
      : /^cron\(\d+ \d+ 1 \* \? \*\)$/.test(ScheduleExpression)
        ? 'monthly'
        : ScheduleExpression,
  );
  const away = copied.flatMap(({ CopyActions = [] }) => CopyActions);
  const kept = Math.max(0, ...away.map(({ Lifecycle }) => Lifecycle?.DeleteAfterDays ?? 0));
  return [
    unlike('copied schedules', schedules.sort(), ['daily', 'monthly']),
    unlike('longest copy', kept, land.config.retention.longTermBackupDays),
  ].filter((fault) => fault !== undefined);
};

const vaultsAreLocked: Claim = (land) =>
  judge('vaults', land.of<Vault>(VAULT), ({ properties, deletionPolicy }) => {
    const { ChangeableForDays, MinRetentionDays, MaxRetentionDays } = properties.LockConfiguration ?? {};
    return [
      MinRetentionDays === undefined && 'is not locked',
      MaxRetentionDays !== undefined && MaxRetentionDays <= (MinRetentionDays ?? 0) && 'has a lock that takes nothing',
      ChangeableForDays !== undefined && 'has a lock date, after which nobody can ever open it',
      unlike('deletion policy', deletionPolicy, 'Retain'),
    ];
  });

const onlyBreakGlassLosesRecoveryPoints: Claim = (land) =>
  judge('vaults', land.of<Vault>(VAULT), ({ stack, properties }) => {
    const verdict = (by: ReturnType<typeof role>, action: string) =>
      decide(properties.AccessPolicy?.Statement ?? [], {
        by,
        action,
        resource: `arn:aws:backup:${land.regionOf(stack)}:${land.account}:recovery-point:any`,
      });
    const lose = [
      'DeleteRecoveryPoint',
      'UpdateRecoveryPointLifecycle',
      'DisassociateRecoveryPoint',
      'DeleteBackupVault',
      'DeleteBackupVaultLockConfiguration',
    ];
    const open = ['PutBackupVaultAccessPolicy', 'DeleteBackupVaultAccessPolicy'];
    const deployment = role(land.account, `cdk-hnb659fds-cfn-exec-role-${land.account}-${land.regionOf(stack)}`);
    return [
      ...[...lose, ...open].map(
        (action) =>
          verdict(role(land.account, 'anybody'), `backup:${action}`) !== 'denied' && `backup:${action} is not denied to everybody`,
      ),
      ...lose.map((action) => verdict(deployment, `backup:${action}`) !== 'denied' && `backup:${action} is not denied to a deploy`),
      ...open.map(
        (action) =>
          verdict(deployment, `backup:${action}`) === 'denied' && `backup:${action} is denied to the deploy that keeps the policy`,
      ),
      ...lose.map(
        (action) =>
          verdict(role(land.account, `${land.config.name}-break-glass`), `backup:${action}`) === 'denied' &&
          `backup:${action} is denied to break-glass too`,
      ),
    ];
  });

/** ARNs of what must be in the plan: every store of PHI that AWS Backup can take, and the application's audit. */
function protectedArns(land: Landscape): string[] {
  const databases = land
    .of('AWS::RDS::DBInstance')
    .map((instance) => `arn:aws:rds:${land.config.region}:${land.account}:db:${land.refOf(instance)}`);
  const documents = land
    .of<BucketProperties>('AWS::S3::Bucket')
    .filter(({ properties }) => properties.Tags?.some(({ Key, Value }) => Key === 'DataClass' && Value === 'phi'))
    .map((bucket) => land.arnOf(bucket));
  return [...databases, ...documents, ...(['auditArchive', 'incidents'] as const).map((kind) => land.arnOf(bucketFor(land, kind)))].sort();
}

const everyStoreIsSelected: Claim = (land) => {
  const selected = land.of<Selection>(SELECTION).flatMap(({ properties }) => properties.BackupSelection.Resources ?? []);
  const fault = unlike('what is selected', [...selected].sort(), protectedArns(land));
  return fault === undefined ? [] : [fault];
};

/** Without these a job reports success and has backed up nothing. */
const roleReachesEveryKey: Claim = (land) =>
  judge('selections', land.of<Selection>(SELECTION), ({ properties }) => {
    const identity = identityOf(land, properties.BackupSelection.IamRoleArn);
    const region = land.config.region;
    const keys = [
      ...land
        .of<Vault>(VAULT)
        .filter(({ stack }) => land.regionOf(stack) === region)
        .map((vault) => vault.properties.EncryptionKeyArn),
      land.one<{ KmsKeyId: string }>('AWS::RDS::DBInstance').properties.KmsKeyId,
      ...(['documents', 'auditArchive', 'incidents'] as const).map(
        (kind) =>
          bucketFor(land, kind).properties.BucketEncryption?.ServerSideEncryptionConfiguration[0]
            ?.ServerSideEncryptionByDefault?.KMSMasterKeyID,
      ),
    ];
    return [
      ...[...new Set(keys)].flatMap((key) => [
        !keyAt(land, key) && `${key} is no key of the templates`,
        ...['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'].map(
          (action) => !may(land, identity, { action, resource: key ?? '' }) && `its role lacks ${action} on ${key}`,
        ),
      ]),
      ...[
        'AWSBackupServiceRolePolicyForBackup',
        'AWSBackupServiceRolePolicyForRestores',
        'AWSBackupServiceRolePolicyForS3Backup',
        'AWSBackupServiceRolePolicyForS3Restore',
      ].map((policy) => !identity.awsManaged.some((name) => name.endsWith(policy)) && `its role lacks ${policy}`),
    ];
  });

describe('the backups', () => {
  holds('fit the locks of the vaults they go to, copies included', everyRuleFitsItsVault);
  holds('are made by rules that AWS Backup accepts', rulesAreSound);
  holds('leave the Region, daily and monthly', copiesLeaveTheRegion);
  holds('stay in locked vaults that break-glass can still open', vaultsAreLocked);
  holds('can be deleted by nobody but break-glass', onlyBreakGlassLosesRecoveryPoints);
  holds('are of every store of PHI and of audit', everyStoreIsSelected);
  holds('are made by a role that reaches every key', roleReachesEveryKey);

  const rule = (index: number, ...path: (string | number)[]) => ['BackupPlan', 'BackupPlanRule', index, ...path];
  notices(
    'a rule that its vault refuses every night',
    everyRuleFitsItsVault,
    (draft) => draft.set(PLAN, '', rule(2, 'Lifecycle', 'DeleteAfterDays'), 2000),
    /^Monthly: 2000 days, and Backup\/BackupPointInTimeVault\w+ takes 30 to 35/,
  );
  notices(
    'a copy that its vault refuses',
    everyRuleFitsItsVault,
    (draft) => draft.set(VAULT, 'Copies', ['LockConfiguration', 'MinRetentionDays'], 60),
    /^Daily: 35 days, and Recovery\/CopiesVault/,
  );
  notices(
    'a copy to a vault that nobody made',
    everyRuleFitsItsVault,
    (draft) => draft.set(VAULT, 'Copies', ['BackupVaultName'], 'prod-elsewhere'),
    /^Daily: keeps for 35 days in arn:aws:backup:/,
  );
  notices(
    'a window that AWS Backup refuses',
    rulesAreSound,
    (draft) => draft.set(PLAN, '', rule(1, 'StartWindowMinutes'), 30),
    /^Daily: a start window of 30 minutes/,
  );
  notices(
    'copies that stay at home',
    copiesLeaveTheRegion,
    (draft) => draft.unset(PLAN, '', rule(1, 'CopyActions')),
    /copied schedules is \["monthly"\]/,
  );
  notices(
    'a lock for ever',
    vaultsAreLocked,
    (draft) => draft.set(VAULT, 'BackupPointInTime', ['LockConfiguration', 'ChangeableForDays'], 3),
    /has a lock date/,
  );
  notices(
    'a vault without a lock',
    vaultsAreLocked,
    (draft) => draft.unset(VAULT, 'BackupLongTerm', ['LockConfiguration']),
    /^Backup\/BackupLongTerm\w+: is not locked/,
  );
  notices(
    'a vault without a policy',
    onlyBreakGlassLosesRecoveryPoints,
    (draft) => draft.unset(VAULT, 'Copies', ['AccessPolicy']),
    /^Recovery\/Copies\w+: backup:DeleteRecoveryPoint is not denied/,
  );
  notices(
    'a store that nobody backs up',
    everyStoreIsSelected,
    (draft) => draft.unset(SELECTION, 'BackupPlan', ['BackupSelection', 'Resources', 1]),
    /what is selected is/,
  );
  notices(
    'a role without one of the keys',
    roleReachesEveryKey,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::IAM::ManagedPolicy', 'BackupService', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny');
      }),
    /its role lacks kms:Decrypt on arn:aws:kms/,
  );
});
