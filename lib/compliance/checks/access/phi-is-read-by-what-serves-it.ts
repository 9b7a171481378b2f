import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketsOf, dataClassOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { valueAt } from '../../model/read';
import { decide } from '../../policy/evaluate';
import { grantsOf, isBreakGlass, isForPeople } from '../../policy/grants';
import { identitiesOf, identityOf, type Identity } from '../../policy/identities';
import { policyOf } from '../../policy/resource-policies';

/** How PHI is read, by what holds it; a key reads for whoever has the data. */
const READING: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['s3:GetObject', 's3:GetObjectVersion'],
  'AWS::KMS::Key': ['kms:Decrypt', 'kms:ReEncryptFrom'],
};

/** PHI is read by functions that serve it and by the services that keep it; of people, by break-glass alone. */
export const phiIsReadByWhatServesIt: Check = {
  id: 'access/phi-is-read-by-what-serves-it',
  claim: 'no role for people but break-glass, and no function outside PHI and its audit, may read a bucket, a key or a database of PHI, and its buckets refuse strangers',
  citations: ['164.312(a)(1)', '164.308(a)(4)(ii)(B)', '164.502(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const strangers = identitiesOf(environment).filter((identity) => !mayServe(environment, identity));
    const keys = environment.of('AWS::KMS::Key').filter((key) => dataClassOf(key) === 'phi');
    const databases = environment.of('AWS::RDS::DBInstance');
    return judgeEach([...bucketsOf(environment, 'phi'), ...keys, ...databases], '164.312(a)(1)', (store) => [
      ...callsOf(environment, store).flatMap(({ action, resource }) =>
        strangers
          .filter((identity) => grantsOf(identity, action, resource).length > 0)
          .map((identity): Fault => ({ property: 'access', value: `${identity.role.name} may ${action}`, expected: 'functions and services that serve PHI, and break-glass' })),
      ),
      ...(store.type === 'AWS::S3::Bucket' ? refusesStrangers(environment, store) : []),
    ]);
  },
};

function callsOf(environment: EnvironmentModel, store: Resource): readonly { readonly action: string; readonly resource: string }[] {
  const arn = environment.arnOf(store);
  if (store.type !== 'AWS::RDS::DBInstance') return (READING[store.type] ?? []).map((action) => ({ action, resource: store.type === 'AWS::S3::Bucket' ? `${arn}/*` : arn }));
  const marker = `\${${store.stack}.${store.logicalId}`;
  const { account } = environment.place;
  return [
    { action: 'rds-db:connect', resource: `arn:aws:rds-db:${store.region}:${account}:dbuser:*/*` },
    { action: 'secretsmanager:GetSecretValue', resource: `${marker}.MasterUserSecret.SecretArn}` },
  ];
}

/** Break-glass, and a service's role; a function's where the function is said to handle PHI, or the evidence of who read it. */
function mayServe(environment: EnvironmentModel, identity: Identity): boolean {
  if (isForPeople(identity)) return isBreakGlass(identity.arn);
  const functions = environment.of('AWS::Lambda::Function').filter((each) => identityOf(environment, valueAt(each, 'Role')) === identity);
  return functions.every((each) => ['phi', 'audit'].includes(dataClassOf(each) ?? ''));
}

function refusesStrangers(environment: EnvironmentModel, bucket: Resource): readonly Fault[] {
  const { account } = environment.place;
  const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
  const context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
  const prefixes = prefixesOf(environment, bucket);
  return ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'].flatMap((action) =>
    prefixes
      .filter((prefix) => decide(policyOf(environment, bucket), { by, action, resource: `${environment.arnOf(bucket)}/${prefix}some`, context }) !== 'denied')
      .map((prefix): Fault => ({ property: 'BucketPolicy', value: `${action} below ${prefix || '/'} is not denied`, expected: 'denied to whoever does not serve it' })),
  );
}

/** Where roles keep objects: the prefixes that their grants spell; the whole bucket where none does. */
function prefixesOf(environment: EnvironmentModel, bucket: Resource): readonly string[] {
  const arn = environment.arnOf(bucket);
  const served = identitiesOf(environment).filter(({ arn: role }) => !isBreakGlass(role));
  const spelled = served.flatMap((identity) => ['s3:GetObject', 's3:PutObject'].flatMap((action) => grantsOf(identity, action, `${arn}/*`)));
  const prefixes = spelled.flatMap(({ resources }) => resources.filter((each) => each.startsWith(`${arn}/`)).map((each) => each.slice(arn.length + 1).replace(/\*.*$/, '')));
  return prefixes.length > 0 ? [...new Set(prefixes)] : [''];
}
