import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { flagAt, textAt, valueAt } from '../../model/read';

/**
 * A rehearsal has to be torn down: what binds even the root user until its day stays out of it. In production such settings are decisions,
 * but a vault whose lock closes for good is none of this baseline's, and a key in many Regions is none that anything here needs.
 */
export const whatCannotBeUndoneIsForProduction: Check = {
  id: 'deploy/what-cannot-be-undone-is-for-production',
  claim: 'no rehearsal has a compliance lock or an air-gapped vault, no vault lock closes for good, and no key is in many Regions',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(
      environment,
      ['AWS::S3::Bucket', 'AWS::Backup::BackupVault', 'AWS::Backup::LogicallyAirGappedBackupVault', 'AWS::KMS::Key'],
      '164.308(a)(8)',
      (each) => [...always(each), ...(environment.isProduction ? [] : inRehearsal(each))],
    ),
};

function always(each: Resource): readonly Fault[] {
  const days = valueAt(each, 'LockConfiguration.ChangeableForDays');
  return [
    ...(days === undefined
      ? []
      : [{ property: 'LockConfiguration.ChangeableForDays', value: days, expected: 'absent: from that day on nobody can change it' }]),
    ...(flagAt(each, 'MultiRegion') === true
      ? [{ property: 'MultiRegion', value: true, expected: 'false: it is fixed when the key is made' }]
      : []),
  ];
}

function inRehearsal(each: Resource): readonly Fault[] {
  const property = 'ObjectLockConfiguration.Rule.DefaultRetention.Mode';
  const isGapped = each.type === 'AWS::Backup::LogicallyAirGappedBackupVault';
  return [
    ...(textAt(each, property) === 'COMPLIANCE'
      ? [{ property, value: 'COMPLIANCE', expected: 'GOVERNANCE, so that it can be torn down' }]
      : []),
    ...(isGapped ? [{ property: 'Type', value: each.type, expected: 'a vault that can be unlocked' }] : []),
  ];
}
