import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { recordsAt, toNumber } from '../../model/read';
import { isJson } from '../../model/template';
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

/** Properties of a rule that take current objects away. */
const OF_CURRENT = ['ExpirationInDays', 'ExpirationDate'];

function expiries(bucket: Resource): readonly Fault[] {
  return recordsAt(bucket, 'LifecycleConfiguration.Rules').flatMap((rule, at): Fault[] => {
    if (rule['Status'] !== 'Enabled') return [];
    const path = `LifecycleConfiguration.Rules.${at}`;
    const current = OF_CURRENT.filter((property) => rule[property] !== undefined);
    return [
      ...current.map((property) => ({ property: `${path}.${property}`, value: rule[property], expected: 'absent: current objects stay' })),
      ...(expiresTooSoon(rule)
        ? [{ property: `${path}.NoncurrentVersionExpiration`, value: rule, expected: `at least ${ARCHIVE_DAYS} days, for every version` }]
        : []),
    ];
  });
}

/** The older way of writing it means the same. How many newer versions stay beside does not matter: the days must pass too. */
function expiresTooSoon(rule: Readonly<Record<string, unknown>>): boolean {
  const expiration = rule['NoncurrentVersionExpiration'];
  const days = isJson(expiration) ? (expiration['NoncurrentDays'] ?? 0) : rule['NoncurrentVersionExpirationInDays'];
  return days !== undefined && (toNumber(days) ?? 0) < ARCHIVE_DAYS;
}
