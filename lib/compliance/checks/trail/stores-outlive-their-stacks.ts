import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';

/** Types that hold PHI, evidence or the keys to either. */
const STORES = ['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::Backup::BackupVault'];

/** Types that hold as much, and that a rehearsal may give up with its stack. */
const STORES_OF_PRODUCTION = ['AWS::RDS::DBInstance', 'AWS::Cognito::UserPool', 'AWS::Logs::LogGroup'];

const KEEPING: readonly (string | undefined)[] = ['Retain', 'Snapshot', 'RetainExceptOnCreate'];

/** Deleting or replacing a stack deletes no store, no archive and no key. */
export const storesOutliveTheirStacks: Check = {
  id: 'strength/stores-outlive-their-stacks',
  claim:
    'every key, bucket, bucket policy and vault, and in production every database, user pool and log group, is kept when its stack ' +
    'goes or replaces it',
  citations: ['164.308(a)(7)(i)', '164.316(b)(2)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, environment.isProduction ? [...STORES, ...STORES_OF_PRODUCTION] : STORES, '164.308(a)(7)(i)', expectKept),
};

/** No fault when both policies of a resource keep it: `Retain`, `Snapshot` or `RetainExceptOnCreate`. */
export function expectKept({ deletionPolicy, updateReplacePolicy }: Resource): readonly Fault[] {
  return [
    ...(KEEPING.includes(deletionPolicy) ? [] : [{ property: 'DeletionPolicy', value: deletionPolicy, expected: 'Retain or Snapshot' }]),
    ...(KEEPING.includes(updateReplacePolicy)
      ? []
      : [{ property: 'UpdateReplacePolicy', value: updateReplacePolicy, expected: 'Retain or Snapshot' }]),
  ];
}
