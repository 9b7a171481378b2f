import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketsOf, dataClassOf, NO_DATA_CLASSES, tellsDataClasses } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { groupBy } from '../../model/group-by';
import { once } from '../../model/once';
import { valueAt } from '../../model/read';
import { grantsOf, isBreakGlass, isForPeople } from '../../policy/grants';
import { identitiesOf, identityOf, type Identity } from '../../policy/identities';
import { keyOf } from '../backup/plans';

/** How PHI is read, by what holds it; a key reads for whoever has the data. */
const READING: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['s3:GetObject', 's3:GetObjectVersion'],
  'AWS::KMS::Key': ['kms:Decrypt', 'kms:ReEncryptFrom'],
};

/** What a pass leaves open where classes of data are not told. */
const PEOPLE_ONLY = `${NO_DATA_CLASSES}, so no function is known to serve PHI or not to: of who may read it, people were judged`;

/** PHI is read by functions that serve it and by the services that keep it; of people, by break-glass alone. */
export const phiIsReadByWhatServesIt: Check = {
  id: 'access/phi-is-read-by-what-serves-it',
  claim: 'no role for people but break-glass, and no function but of PHI and its audit, may read or decrypt PHI; a function only its own',
  citations: ['164.312(a)(1)', '164.308(a)(4)(ii)(B)', '164.502(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const strangers = identitiesOf(environment).filter((identity) => !mayServe(environment, identity));
    const stores = [...bucketsOf(environment, 'phi'), ...environment.of('AWS::RDS::DBInstance')];
    const used = stores.map((store) => keyOf(environment, store));
    const keys = environment.of('AWS::KMS::Key').filter((key) => dataClassOf(key) === 'phi' || used.includes(key));
    const verdict = judgeEach([...stores, ...keys], '164.312(a)(1)', (store) => [
      ...callsOf(environment, store).flatMap(({ action, resource }) =>
        strangers
          .filter((identity) => grantsOf(identity, action, resource).length > 0)
          .map((identity): Fault => ({
            property: 'access',
            value: `${identity.role.name} may ${action}`,
            expected: 'functions and services that serve PHI, and break-glass',
          })),
      ),
      ...(store.type === 'AWS::KMS::Key' ? unbound(environment, store) : []),
    ]);
    return verdict.state !== 'met' || tellsDataClasses(environment) ? verdict : { ...verdict, notes: [PEOPLE_ONLY] };
  },
};

function callsOf(environment: EnvironmentModel, store: Resource): readonly { readonly action: string; readonly resource: string }[] {
  const arn = environment.arnOf(store);
  if (store.type !== 'AWS::RDS::DBInstance')
    return (READING[store.type] ?? []).map((action) => ({ action, resource: store.type === 'AWS::S3::Bucket' ? `${arn}/*` : arn }));
  const marker = `\${${store.stack}.${store.logicalId}`;
  const { account } = environment.place;
  return [
    { action: 'rds-db:connect', resource: `arn:aws:rds-db:${store.region}:${account}:dbuser:*/*` },
    { action: 'secretsmanager:GetSecretValue', resource: `${marker}.MasterUserSecret.SecretArn}` },
  ];
}

/**
 * Break-glass, and a service's role; a function's where it is said to handle PHI, or the evidence of who read it, if classes are said at
 * all.
 */
function mayServe(environment: EnvironmentModel, identity: Identity): boolean {
  if (isForPeople(identity)) return isBreakGlass(identity.arn);
  if (!tellsDataClasses(environment)) return true;
  return functionsOf(environment, identity).every((each) => ['phi', 'audit'].includes(dataClassOf(each) ?? ''));
}

/** The functions that run under a role. */
function functionsOf(environment: EnvironmentModel, identity: Identity): readonly Resource[] {
  return functionsByRole(environment).get(identity) ?? [];
}

const functionsByRole = once((environment: EnvironmentModel): ReadonlyMap<Identity | undefined, readonly Resource[]> =>
  groupBy(environment.of('AWS::Lambda::Function'), (each) => identityOf(environment, valueAt(each, 'Role'))),
);

/** What binds the use of a key to the data that it is for. */
const BINDING = /^kms:(?:ViaService$|EncryptionContext)/i;

/** A function that may decrypt anything under a key of PHI can decrypt what it was never handed. */
function unbound(environment: EnvironmentModel, key: Resource): readonly Fault[] {
  const ofFunctions = identitiesOf(environment).filter((identity) => functionsOf(environment, identity).length > 0);
  return ofFunctions.flatMap((identity) =>
    grantsOf(identity, 'kms:Decrypt', environment.arnOf(key))
      .filter(
        ({ conditions }) =>
          !Object.entries(conditions).some(
            ([operator, keys]) => operator !== 'Null' && Object.keys(keys).some((name) => BINDING.test(name)),
          ),
      )
      .map(({ label }): Fault => ({
        property: 'access',
        value: `${identity.role.name} ${label} decrypts whatever is under it`,
        expected: 'kms:ViaService or an encryption context',
      })),
  );
}
