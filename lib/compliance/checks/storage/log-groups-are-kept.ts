import type { Check } from '../../check';
import { expectAtLeast, expectEqual, judgeTypes } from '../../judge';
import { isEvidence } from '../../kinds';
import { valueAt } from '../../model/read';
import { ARCHIVE_DAYS } from '../hard/archives-are-locked';
import { expectOwnKeyAtAll } from './own-keys';

/** A year: the least that an inquiry into an operational log is likely to need. */
const OPERATIONAL_DAYS = 365;

/** A log group is encrypted under a customer key and kept: six years where it is evidence, a year elsewhere. */
export const logGroupsAreKept: Check = {
  id: 'strength/log-groups-are-kept',
  claim: `every log group is under a customer key and kept for ${OPERATIONAL_DAYS} days or more, evidence for ${ARCHIVE_DAYS}`,
  citations: ['164.312(b)', '164.312(a)(2)(iv)', '164.316(b)(2)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Logs::LogGroup'], '164.312(b)', (group) => [
      ...expectAtLeast(group, 'RetentionInDays', isEvidence(environment, group) ? ARCHIVE_DAYS : OPERATIONAL_DAYS),
      ...expectOwnKeyAtAll(environment, group, 'KmsKeyId'),
      // Whoever holds such a token writes into the log, and no role, session or policy stands behind it.
      ...(valueAt(group, 'BearerTokenAuthenticationEnabled') === undefined
        ? []
        : expectEqual(group, 'BearerTokenAuthenticationEnabled', false)),
    ]),
};
