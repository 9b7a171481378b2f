import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { policyOf } from '../compliance/policy/resource-policies';

/**
 * What the policy of a bucket refuses because of how a request travels: 164.312(e)(2)(ii). Empty where it refuses nothing.
 *
 * @throws CannotTell where the policy cannot be read.
 */
export function refusalOf(environment: EnvironmentModel, bucket: Resource): string {
  const refused = policyOf(environment, bucket)
    .filter(({ effect }) => effect === 'Deny')
    .flatMap(({ conditions }) => Object.values(conditions).flatMap(Object.entries))
    .flatMap(([key, values]: readonly [string, readonly string[]]) => {
      if (key === 'aws:SecureTransport') return ['without TLS'];
      return key === 's3:TlsVersion' ? [`below TLS ${values.join(', ')}`] : [];
    });
  return refused.length === 0 ? '' : `refused ${[...new Set(refused)].join(' and ')}`;
}
