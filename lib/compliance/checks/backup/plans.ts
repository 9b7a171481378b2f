import { bucketsOf, dataClassOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, toFlag, toNumber, within } from '../../model/read';
import { covers } from '../../policy/pattern';

/** What a rehearsal keeps for long: a year of synthetic data. */
export const REHEARSAL_DAYS = 365;

const VAULTS = ['AWS::Backup::BackupVault', 'AWS::Backup::LogicallyAirGappedBackupVault'];

/** One vault that a rule puts recovery points into: its own target, or the destination of a copy. */
export interface Stay {
  /** Path within the plan. */
  readonly property: string;
  /** As the plan names it. */
  readonly named: unknown;
  /** Undefined when the templates hold no such vault. */
  readonly vault: Resource | undefined;
  /** Infinite when nothing deletes it. */
  readonly days: number;
  /** Days until it moves to cold storage; undefined where it does not. */
  readonly coldDays: number | undefined;
}

/** One rule of a backup plan. */
export interface PlanRule {
  readonly property: string;
  readonly schedule: string | undefined;
  readonly isContinuous: boolean;
  /** Where the recovery point is made. */
  readonly made: Stay;
  readonly copies: readonly Stay[];
  readonly startMinutes: number | undefined;
  readonly completionMinutes: number | undefined;
}

/**
 * The rules of a backup plan.
 *
 * @throws CannotTell where one cannot be read.
 */
export function rulesOf(environment: EnvironmentModel, plan: Resource): readonly PlanRule[] {
  return recordsAt(plan, 'BackupPlan.BackupPlanRule').map((rule, at): PlanRule => {
    const property = `BackupPlan.BackupPlanRule.${at}`;
    const schedule = within(plan, rule, 'ScheduleExpression');
    const stay = (record: unknown, vault: string, path: string): Stay => ({
      property: path,
      named: within(plan, record, vault),
      vault: VAULTS.map((type) => environment.at(within(plan, record, vault), type)).find(Boolean),
      days: toNumber(within(plan, record, 'Lifecycle.DeleteAfterDays')) ?? Number.POSITIVE_INFINITY,
      coldDays: toNumber(within(plan, record, 'Lifecycle.MoveToColdStorageAfterDays')),
    });
    const copies = within(plan, rule, 'CopyActions');
    return {
      property,
      schedule: typeof schedule === 'string' ? schedule : undefined,
      isContinuous: toFlag(within(plan, rule, 'EnableContinuousBackup')) === true,
      made: stay(rule, 'TargetBackupVault', property),
      copies: (Array.isArray(copies) ? (copies as readonly unknown[]) : []).map((copy, nth) =>
        stay(copy, 'DestinationBackupVaultArn', `${property}.CopyActions.${nth}`),
      ),
      startMinutes: toNumber(within(plan, rule, 'StartWindowMinutes')),
      completionMinutes: toNumber(within(plan, rule, 'CompletionWindowMinutes')),
    };
  });
}

/** Types of store that AWS Backup takes, beside buckets, and what it calls them. */
const KINDS: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance': 'RDS',
  'AWS::RDS::DBCluster': 'Aurora',
  'AWS::DynamoDB::Table': 'DynamoDB',
  'AWS::EFS::FileSystem': 'EFS',
  'AWS::EC2::Volume': 'EBS',
};

/** Something that has to be in a backup, and what AWS Backup calls its type. */
export interface StoreToBackUp {
  readonly store: Resource;
  readonly kind: string;
}

/** What has to be in a backup: every database, table, disk and bucket of PHI or audit, or that does not say. */
export function storesToBackUp(environment: EnvironmentModel): readonly StoreToBackUp[] {
  return [
    ...Object.entries(KINDS).flatMap(([type, kind]) =>
      environment
        .of(type)
        .filter((store) => [undefined, 'phi', 'audit'].includes(dataClassOf(store)))
        .map((store) => ({ store, kind })),
    ),
    ...bucketsOf(environment, 'phi', 'auditArchive', 'incidents').map((store) => ({ store, kind: 'S3' })),
  ];
}

/** Whether a pattern of ARNs takes in a store, however the template refers to it. */
export function selects(environment: EnvironmentModel, pattern: string, store: Resource): boolean {
  return covers(pattern, environment.arnOf(store)) || environment.at(pattern, store.type) === store;
}

/** The property that holds the key of a store. */
const KEY_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance': 'KmsKeyId',
  'AWS::RDS::DBCluster': 'KmsKeyId',
  'AWS::DynamoDB::Table': 'SSESpecification.KMSMasterKeyId',
  'AWS::EFS::FileSystem': 'KmsKeyId',
  'AWS::EC2::Volume': 'KmsKeyId',
  'AWS::S3::Bucket': 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID',
  'AWS::Backup::BackupVault': 'EncryptionKeyArn',
};

/** The customer key of a store or vault; undefined without one. */
export function keyOf(environment: EnvironmentModel, store: Resource): Resource | undefined {
  return environment.at(textAt(store, KEY_PROPERTY[store.type] ?? ''), 'AWS::KMS::Key');
}
