import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, numberAt, recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { identityOf, may } from '../../policy/identities';

const RETENTION = 'ObjectLockConfiguration.Rule.DefaultRetention';

/** What S3 refuses of a locked or replicated bucket, or takes and then does not do. */
export const bucketsTakeTheirSettings: Check = {
  id: 'deploy/buckets-take-their-settings',
  claim: 'every locked bucket is versioned, keeps versions longer than the lock and is emptied by nothing; every replica can be made',
  citations: ['164.312(c)(1)', '164.308(a)(7)(ii)(A)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(c)(1)', (bucket) => [
      ...(isLocked(bucket) ? faultsOfLock(environment, bucket) : []),
      ...(valueAt(bucket, 'ReplicationConfiguration') === undefined ? [] : faultsOfReplication(environment, bucket)),
    ]),
};

function isLocked(bucket: Resource): boolean {
  return flagAt(bucket, 'ObjectLockEnabled') === true || valueAt(bucket, 'ObjectLockConfiguration') !== undefined;
}

function faultsOfLock(environment: EnvironmentModel, bucket: Resource): readonly Fault[] {
  const [days, years] = [numberAt(bucket, `${RETENTION}.Days`), numberAt(bucket, `${RETENTION}.Years`)];
  const units = valueAt(bucket, RETENTION) === undefined || (days === undefined) !== (years === undefined);
  const kept = days ?? (years ?? 0) * 366;
  const emptied = environment.of('Custom::S3AutoDeleteObjects').some((each) => environment.at(textAt(each, 'BucketName')) === bucket);
  return [
    ...expectEqual(bucket, 'VersioningConfiguration.Status', 'Enabled'),
    ...expectEqual(bucket, 'ObjectLockEnabled', true),
    ...(units ? [] : [{ property: RETENTION, value: valueAt(bucket, RETENTION), expected: 'days or years, one of them' }]),
    ...recordsAt(bucket, 'LifecycleConfiguration.Rules').flatMap((rule, at): Fault[] => {
      const expiring = numberAt(bucket, `LifecycleConfiguration.Rules.${at}.NoncurrentVersionExpiration.NoncurrentDays`);
      const isTooSoon = rule['Status'] === 'Enabled' && expiring !== undefined && expiring < kept;
      return isTooSoon
        ? [
            {
              property: `LifecycleConfiguration.Rules.${at}.NoncurrentVersionExpiration.NoncurrentDays`,
              value: expiring,
              expected: `at least ${kept}, the retention`,
            },
          ]
        : [];
    }),
    ...(emptied
      ? [
          {
            property: 'ObjectLockEnabled',
            value: 'emptied by Custom::S3AutoDeleteObjects',
            expected: 'nothing that empties it: a lock refuses',
          },
        ]
      : []),
  ];
}

/** The role that CDK makes cannot read retention and legal hold, and objects under a key are passed over unless asked for. */
function faultsOfReplication(environment: EnvironmentModel, bucket: Resource): readonly Fault[] {
  const role = identityOf(environment, textAt(bucket, 'ReplicationConfiguration.Role'));
  const resource = `${environment.arnOf(bucket)}/object`;
  const reading = isLocked(bucket) ? ['s3:GetObjectRetention', 's3:GetObjectLegalHold'] : [];
  const left = reading.filter((action) => !role || !may(environment, role, { action, resource }));
  return [
    ...left.map((action): Fault => ({
      property: 'ReplicationConfiguration.Role',
      value: `may not ${action}`,
      expected: 'a role of these templates that may',
    })),
    ...recordsAt(bucket, 'ReplicationConfiguration.Rules').flatMap((_, at) =>
      faultsOfRule(environment, bucket, `ReplicationConfiguration.Rules.${at}`),
    ),
  ];
}

function faultsOfRule(environment: EnvironmentModel, bucket: Resource, rule: string): readonly Fault[] {
  const target = environment.at(textAt(bucket, `${rule}.Destination.Bucket`), 'AWS::S3::Bucket');
  const encrypted = isJson(valueAt(bucket, 'BucketEncryption')) && JSON.stringify(valueAt(bucket, 'BucketEncryption')).includes('aws:kms');
  const lock = target && isLocked(bucket) && !isLocked(target);
  return [
    ...(encrypted ? expectEqual(bucket, `${rule}.SourceSelectionCriteria.SseKmsEncryptedObjects.Status`, 'Enabled') : []),
    ...(encrypted && valueAt(bucket, `${rule}.Destination.EncryptionConfiguration.ReplicaKmsKeyID`) === undefined
      ? [
          {
            property: `${rule}.Destination.EncryptionConfiguration.ReplicaKmsKeyID`,
            value: undefined,
            expected: 'a key at the destination',
          },
        ]
      : []),
    ...(lock === true
      ? [{ property: `${rule}.Destination.Bucket`, value: target?.logicalId, expected: 'a locked bucket, as the source is' }]
      : []),
  ];
}
