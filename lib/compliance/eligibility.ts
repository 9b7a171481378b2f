import { eligibleServices, type ServiceEligibility } from '../hipaa/catalogue';
import { onceForText } from './model/once';

/** What AWS's list of HIPAA-eligible services says of the service behind a type of resource. */
export interface Eligibility {
  /** Such as `AWS::S3`; custom resources are CloudFormation's, what their functions touch stands in the templates as well. */
  readonly namespace: string;
  /** Undefined for a namespace that nobody has looked at. */
  readonly entry: ServiceEligibility | undefined;
}

/** Looks a type of resource up: 164.308(b)(1). */
export const eligibilityOf = onceForText((type: string): Eligibility => {
  const { prefixes } = eligibleServices();
  const namespace = type.startsWith('Custom::') ? 'AWS::CloudFormation' : type.split('::').slice(0, 2).join('::');
  return { namespace, entry: Object.hasOwn(prefixes, namespace) ? prefixes[namespace] : undefined };
});

/** The day of the list, as `2026-05-22`. */
export function listDate(): string {
  return eligibleServices().listDate;
}
