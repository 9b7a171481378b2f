import { bucketKindOf, dataClassOf, isEvidence } from '../../compliance/kinds';
import type { EnvironmentModel, Resource } from '../../compliance/model/environment';
import { keyOfResource } from '../keys-of';
import { destinationsOf, TELLING_TYPES } from '../logging-of';
import type { Matrix } from '../matrix';
import { lockOf, retentionOf } from '../retention-of';
import { told, toldOrNone } from '../told';

/** Types that logs end in. */
const SINKS: readonly string[] = ['AWS::Logs::LogGroup', 'AWS::S3::Bucket'];

/** What is logged where, and how long it is kept: 164.312(b), 164.316(b)(2)(i). */
export const loggingMatrix: Matrix = {
  name: 'logging',
  title: 'Logging and retention: who tells of what, where it is kept, for how long',
  columns: ['resource', 'type', 'classification', 'role', 'logs to', 'retention', 'lock', 'key'],
  rowsOf: (environment) =>
    environment.all
      .filter(({ type }) => TELLING_TYPES.includes(type) || SINKS.includes(type))
      .map((resource) => [
        resource.name,
        resource.type,
        toldOrNone(() => dataClassOf(resource)),
        roleOf(environment, resource),
        destinationsOf(environment, resource),
        retentionOf(resource),
        resource.type === 'AWS::S3::Bucket' ? lockOf(resource) : '',
        keyOfResource(environment, resource),
      ]),
};

/** What buckets are for, in words. */
const BUCKET_ROLES = {
  accessLogs: 'keeps access logs',
  loadBalancerLogs: 'keeps logs of the load balancer',
  config: 'keeps configuration history',
  trailArchive: 'archive of the trail',
  auditArchive: 'archive of the application',
  incidents: 'record of incidents',
  phi: 'keeps PHI',
  other: 'keeps other things',
} as const;

function roleOf(environment: EnvironmentModel, resource: Resource): string {
  if (resource.type === 'AWS::S3::Bucket') return told(() => BUCKET_ROLES[bucketKindOf(environment, resource)]);
  if (resource.type !== 'AWS::Logs::LogGroup') return 'tells';
  return told(() => (isEvidence(environment, resource) ? 'keeps evidence' : 'keeps operational lines'));
}
