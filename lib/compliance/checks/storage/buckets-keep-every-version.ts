import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { recordsAt, textAt, toNumber } from '../../model/read';
import { ARCHIVE_DAYS } from '../hard/archives-are-locked';

/** Nothing in a bucket is lost by being overwritten, deleted or growing old. */
export const bucketsKeepEveryVersion: Check = {
  id: 'strength/buckets-keep-every-version',
  claim: `every bucket is versioned, and no rule expires a version before ${ARCHIVE_DAYS} days or a current object ever`,
  citations: ['164.312(c)(1)', '164.316(b)(2)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(c)(1)', (bucket) => [
      ...expectEqual(bucket, 'VersioningConfiguration.Status', 'Enabled'),
      ...expiries(bucket),
    ]),
};

function expiries(bucket: Resource): readonly Fault[] {
  const rules = recordsAt(bucket, 'LifecycleConfiguration.Rules');
  return rules.flatMap((rule, at): Fault[] => {
    if (rule['Status'] !== 'Enabled') return [];
    const path = `LifecycleConfiguration.Rules.${at}`;
    const current = ['ExpirationInDays', 'ExpirationDate'].flatMap((property) =>
      rule[property] === undefined ? [] : [{ property: `${path}.${property}`, value: rule[property], expected: 'absent: current objects stay' }],
    );
    const days = textAt(bucket, `${path}.NoncurrentVersionExpiration.NoncurrentDays`);
    const tooSoon = days !== undefined && (toNumber(days) ?? 0) < ARCHIVE_DAYS;
    const noncurrent = { property: `${path}.NoncurrentVersionExpiration.NoncurrentDays`, value: days, expected: `at least ${ARCHIVE_DAYS}` };
    const kept = rule['NoncurrentVersionExpiration'] !== undefined && textAt(bucket, `${path}.NoncurrentVersionExpiration.NewerNoncurrentVersions`) !== undefined;
    return [...current, ...(tooSoon || kept ? [noncurrent] : [])];
  });
}
