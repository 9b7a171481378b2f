import { Stack } from 'aws-cdk-lib';
import type { Conditions } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { AUDIT_SIGNALS_SOURCE } from '../../lambda/audit-signals/contract';

/** The bus of the account on which detections listen. */
export const DETECTION_BUS = 'default';

/** What of EventBridge the signals need, for a role and for the endpoint in its way. */
export interface SignalsOnTheBus {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions: Conditions;
}

/**
 * Allows events of the signals' own source on the default bus, and no other: whoever may send them may raise, or drown, an alarm.
 * 164.308(a)(4)(ii)(B).
 *
 * One call carries ten events, so the source is a key of several values: all of them, and at least one.
 */
export function allowSignals(scope: Construct): SignalsOnTheBus {
  return {
    actions: ['events:PutEvents'],
    resources: [Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: DETECTION_BUS })],
    conditions: { 'ForAllValues:StringEquals': { 'events:source': AUDIT_SIGNALS_SOURCE }, Null: { 'events:source': 'false' } },
  };
}
