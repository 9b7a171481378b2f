import type { EnvironmentModel, Resource } from '../model/environment';
import { decide, type Call } from './evaluate';
import { policyOf } from './resource-policies';

/** One call of a service of AWS at a resource. */
export interface ServiceCall {
  /** Such as `cloudtrail.amazonaws.com`. */
  readonly service: string;
  readonly action: string;
  /** What the service acts for, which it sends as `aws:SourceArn`. */
  readonly source: string;
  /** Object in a bucket, or anything else below the ARN of the resource. @default the resource itself */
  readonly path?: string;
  readonly context?: Call['context'];
}

/** Whether the policy of a resource lets a service in, over TLS and for this account. */
export function lets(
  environment: EnvironmentModel,
  resource: Resource,
  { service, action, source, path = '', context }: ServiceCall,
): boolean {
  const { account } = environment.place;
  return (
    decide(policyOf(environment, resource), {
      by: { kind: 'service', service },
      action,
      resource: `${environment.arnOf(resource)}${path}`,
      context: { 'aws:SourceAccount': account, 'aws:SourceArn': source, 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context },
    }) === 'allowed'
  );
}
