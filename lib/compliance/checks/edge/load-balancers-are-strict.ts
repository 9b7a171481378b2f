import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { attributeOf, bucketKindOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';

const REQUIRED: Readonly<Record<string, string>> = {
  'routing.http.drop_invalid_header_fields.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'strictest',
  'access_logs.s3.enabled': 'true',
  'connection_logs.s3.enabled': 'true',
};

/** The load balancer refuses what is ambiguous, logs what it takes, and lets nothing past a web ACL that does not answer. */
export const loadBalancersAreStrict: Check = {
  id: 'strength/load-balancers-are-strict',
  claim: 'every load balancer drops invalid headers, refuses ambiguous requests, logs access and connections, and closes when the web ACL is away',
  citations: ['164.312(e)(1)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::LoadBalancer'], '164.312(e)(1)', (balancer) => [
      ...Object.entries(REQUIRED).flatMap(([key, expected]) => expectAttribute(balancer, key, expected)),
      ...(attributeOf(balancer, 'waf.fail_open.enabled') === 'true' ? expectAttribute(balancer, 'waf.fail_open.enabled', 'false') : []),
      ...(environment.isProduction ? expectAttribute(balancer, 'deletion_protection.enabled', 'true') : []),
      ...['access_logs.s3.bucket', 'connection_logs.s3.bucket'].flatMap((key) => logsToBucket(environment, balancer, key)),
    ]),
};

function logsToBucket(environment: EnvironmentModel, balancer: Resource, key: string): readonly Fault[] {
  const value = attributeOf(balancer, key);
  const bucket = environment.at(value, 'AWS::S3::Bucket');
  const fits = bucket !== undefined && bucketKindOf(environment, bucket) === 'loadBalancerLogs';
  return fits ? [] : [{ property: `LoadBalancerAttributes ${key}`, value, expected: 'a bucket of these templates that is there for it' }];
}

/** No fault when an attribute of a load balancer or listener has the value. */
export function expectAttribute(resource: Resource, key: string, expected: string): readonly Fault[] {
  const value = attributeOf(resource, key);
  return value === expected ? [] : [{ property: `attribute ${key}`, value, expected }];
}
