import type { RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { DetectionMessage } from '../../lambda/incident-coordinator/contract';
import type { BusDetection } from './detection';

/** Whether the coordinator hears of it: what calls for a containment, and whatever is critical. */
export function isCoordinated({ severity, tier }: BusDetection): boolean {
  return tier !== 'C' || severity === 'critical';
}

/**
 * What the coordinator is told of an event: constants of the row, and ids of the event. Nothing else of it leaves.
 *
 * Written out here and not by `RuleTargetInput.fromObject`, which takes the quotes off a placeholder that stands alone: an event that lacks
 * what it stands for would then make a text that is no JSON, and a detection that reaches nobody. In quotes it makes an empty text.
 */
export function coordinationMessage({ action, id, severity, severityOfDeployment, target, tier }: BusDetection): RuleTargetInput {
  const constants = {
    ruleId: id,
    tier,
    severity,
    severityOfDeployment: severityOfDeployment ?? '',
    action,
    targetField: target?.field ?? '',
  };
  const paths = {
    ...(target && { target: `$.${target.path}` }),
    principal: '$.detail.userIdentity.sessionContext.sessionIssuer.arn',
    user: '$.detail.userIdentity.userName',
    eventId: '$.id',
    time: '$.time',
    region: '$.region',
  };
  const message: DetectionMessage = {
    ...constants,
    target: target ? '<target>' : '',
    principal: '<principal>',
    user: '<user>',
    eventId: '<eventId>',
    time: '<time>',
    region: '<region>',
  };
  return { bind: () => ({ inputPathsMap: paths, inputTemplate: JSON.stringify(message) }) };
}
