import type { Check } from '../../check';
import { expectEqual, judgeEach, type Fault } from '../../judge';
import { bucketsOf, dataClassOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';

const DEFAULT = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault';

/** What is in a bucket opens with a key of this environment's own, of the bucket's class of data, and not with one that AWS manages. */
export const bucketsUseACustomerKey: Check = {
  id: 'strength/buckets-use-a-customer-key',
  claim: 'every bucket that may have one encrypts under a customer key of its own class of data, through a bucket key',
  citations: ['164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'phi', 'trailArchive', 'auditArchive', 'incidents', 'config', 'other'), '164.312(a)(2)(iv)', (bucket) => [
      ...expectEqual(bucket, `${DEFAULT}.SSEAlgorithm`, 'aws:kms'),
      ...expectEqual(bucket, 'BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled', true),
      ...expectOwnKey(environment, bucket, `${DEFAULT}.KMSMasterKeyID`),
    ]),
};

/**
 * No fault when a property names a key of these templates whose class of data, where both are tagged, is the resource's own: a PHI store
 * under a key for logs would open to whoever may read logs.
 */
export function expectOwnKey(environment: EnvironmentModel, resource: Resource, property: string): readonly Fault[] {
  const value = valueAt(resource, property);
  const key = environment.at(value, 'AWS::KMS::Key');
  if (!key) return [{ property, value, expected: 'a customer key of these templates' }];
  const [own, its] = [dataClassOf(resource), dataClassOf(key)];
  const fits = own === undefined || its === undefined || own === its;
  return fits ? [] : [{ property, value: `a key for ${its}`, expected: `a key for ${own}` }];
}
