import type { Check } from '../../check';
import { expectEqual, judgeEach } from '../../judge';
import { bucketsOf } from '../../kinds';

/** What happens to a document reaches the event bus, where a rule can see it. */
export const bucketsOfPhiTellOfChanges: Check = {
  id: 'strength/buckets-of-phi-tell-of-changes',
  claim: 'every bucket of PHI sends its events to the event bus',
  citations: ['164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'phi'), '164.308(a)(1)(ii)(D)', (bucket) =>
      expectEqual(bucket, 'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true),
    ),
};
