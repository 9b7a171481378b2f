import type { Check } from '../../check';
import { expectAtLeast, expectEqual, expectOneOf, judgeEach } from '../../judge';
import { bucketsOf } from '../../kinds';
import { valueAt } from '../../model/read';

/** Six years with their leap days: what this baseline asks of its archives. */
export const ARCHIVE_DAYS = 2192;

/** The archives of the trail, of the application's audit and of incidents are write-once, for six years. */
export const archivesAreLocked: Check = {
  id: 'hard/archives-are-locked',
  claim: `the archives of trail, audit and incidents are locked by default for ${ARCHIVE_DAYS} days or more, in production in COMPLIANCE mode`,
  citations: ['164.312(c)(1)', '164.312(b)', '164.316(b)(2)(i)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'trailArchive', 'auditArchive', 'incidents'), '164.312(c)(1)', (bucket) => {
      const retention = 'ObjectLockConfiguration.Rule.DefaultRetention';
      const years = valueAt(bucket, `${retention}.Years`);
      return [
        ...expectEqual(bucket, 'ObjectLockEnabled', true),
        ...expectEqual(bucket, 'ObjectLockConfiguration.ObjectLockEnabled', 'Enabled'),
        ...(years === undefined ? expectAtLeast(bucket, `${retention}.Days`, ARCHIVE_DAYS) : expectAtLeast(bucket, `${retention}.Years`, 7)),
        ...expectOneOf(bucket, `${retention}.Mode`, environment.isProduction ? ['COMPLIANCE'] : ['COMPLIANCE', 'GOVERNANCE']),
      ];
    }),
};
