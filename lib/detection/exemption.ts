import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { deploymentRoleName, responseRoleNames } from '../shared/fixed-names';
import type { BusDetection, BusPattern, DetectionPlace } from './detection';

/**
 * The pattern of a row with whoever it exempts left out, by the ARN of the role behind the session.
 *
 * `anything-but` alone would also leave out root, users and services, whose events name no such role: a missing field matches nothing
 * but `exists: false`.
 */
export function deployedPattern({ pattern, exempt }: BusDetection, place: DetectionPlace): BusPattern {
  const named = { response: responseRoleNames(place.environment), deployment: [deploymentRoleName(place.account, place.region)] };
  const roles = exempt.flatMap((each) => named[each]);
  if (roles.length === 0) return pattern;
  const arns = roles.map((name) => `arn:${place.partition}:iam::${place.account}:role/${name}`);
  const sessionContext = { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': arns }] } };
  return { ...pattern, detail: { ...pattern.detail, userIdentity: { ...pattern.detail.userIdentity, sessionContext } } };
}

/** A pattern for the L2, which knows texts only, and passes on a prefix as it gets it. */
export function eventPatternOf({ source, detail, 'detail-type': detailType }: Omit<BusPattern, 'detail'> & Partial<BusPattern>): EventPattern {
  return { source: [...source] as string[], detailType: detailType && [...detailType], detail };
}
