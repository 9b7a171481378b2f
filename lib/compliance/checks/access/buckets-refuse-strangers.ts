import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketKindOf, bucketsOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { decide } from '../../policy/evaluate';
import { grantsOf, identitiesAllowed, isBreakGlass } from '../../policy/grants';
import { policyOf } from '../../policy/resource-policies';

/** What a stranger must not do: in a bucket of PHI read and write, in the archive of audit add a batch, to an incident's record an entry. */
const REFUSED = { phi: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], audit: ['s3:PutObject'] } as const;

/** The bucket itself refuses whoever does not serve it, so that one generous role is no way in. */
export const bucketsRefuseStrangers: Check = {
  id: 'access/buckets-refuse-strangers',
  claim:
    'every bucket of PHI denies reading and writing, and the archive of audit and the record of incidents writing, to every role that does not serve it',
  citations: ['164.312(a)(1)', '164.312(c)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'phi', 'auditArchive', 'incidents'), '164.312(a)(1)', (bucket) => {
      const { account } = environment.place;
      const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
      // As a careful client asks, so that a denial of something else does not stand in.
      const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
      const prefixes = prefixesOf(environment, bucket);
      return REFUSED[bucketKindOf(environment, bucket) === 'phi' ? 'phi' : 'audit'].flatMap((action) =>
        prefixes
          .filter(
            (prefix) =>
              decide(policyOf(environment, bucket), { by, action, resource: `${environment.arnOf(bucket)}/${prefix}some`, context }) !==
              'denied',
          )
          .map((prefix): Fault => ({
            property: 'BucketPolicy',
            value: `${action} below /${prefix} is not denied`,
            expected: 'denied to whoever does not serve it',
          })),
      );
    }),
};

/** Where roles keep objects: the prefixes that their grants spell; the whole bucket where none does. */
function prefixesOf(environment: EnvironmentModel, bucket: Resource): readonly string[] {
  const objects = `${environment.arnOf(bucket)}/`;
  const spelled = ['s3:GetObject', 's3:PutObject'].flatMap((action) =>
    identitiesAllowed(environment, action)
      .filter(({ arn }) => !isBreakGlass(arn))
      .flatMap((identity) => grantsOf(identity, action, `${objects}*`)),
  );
  const ours = spelled.flatMap(({ resources }) => resources.filter((each) => each.startsWith(objects)));
  const prefixes = new Set(ours.map((each) => each.slice(objects.length).replace(/\*.*$/, '')).filter((prefix) => prefix !== ''));
  return prefixes.size > 0 ? [...prefixes] : [''];
}
