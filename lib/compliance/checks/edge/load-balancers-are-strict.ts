import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { attributeOf, bucketKindOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt } from '../../model/read';

const REQUIRED: Readonly<Record<string, string>> = {
  'routing.http.drop_invalid_header_fields.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'strictest',
  'access_logs.s3.enabled': 'true',
  'connection_logs.s3.enabled': 'true',
};

/**
 * What may be left out, since it is so by default. A client's address is the last one of `x-forwarded-for`: it must be ELB that appends
 * it.
 */
const UNLESS_DEFAULT: Readonly<Record<string, string>> = {
  'waf.fail_open.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
};

/** The load balancer refuses what is ambiguous, logs what it takes and from whom, and lets nothing past a web ACL that does not answer. */
export const loadBalancersAreStrict: Check = {
  id: 'strength/load-balancers-are-strict',
  claim:
    'every load balancer drops invalid headers, refuses ambiguous requests, logs access and connections, and closes when the web ACL ' +
    'is away',
  citations: ['164.312(e)(1)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::LoadBalancer'], '164.312(e)(1)', (balancer) => [
      ...Object.entries(REQUIRED).flatMap(([key, expected]) => expectAttribute(balancer, key, expected)),
      ...Object.entries(UNLESS_DEFAULT).flatMap(([key, expected]) =>
        attributeOf(balancer, key) === undefined ? [] : expectAttribute(balancer, key, expected),
      ),
      ...((textAt(balancer, 'Type') ?? 'application') === 'application'
        ? []
        : [{ property: 'Type', value: textAt(balancer, 'Type'), expected: 'application' }]),
      ...ownGroups(environment, balancer),
      ...(environment.isProduction ? expectAttribute(balancer, 'deletion_protection.enabled', 'true') : []),
      ...['access_logs.s3.bucket', 'connection_logs.s3.bucket'].flatMap((key) => logsToBucket(environment, balancer, key)),
    ]),
};

/** Without a group of its own it has the network's default group, and with a foreign one whatever that lets in. */
function ownGroups(environment: EnvironmentModel, balancer: Resource): readonly Fault[] {
  const groups = textsAt(balancer, 'SecurityGroups');
  const areOurs = groups.length > 0 && groups.every((group) => environment.at(group, 'AWS::EC2::SecurityGroup') !== undefined);
  return areOurs ? [] : [{ property: 'SecurityGroups', value: groups, expected: 'groups of these templates' }];
}

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
