import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt } from '../../model/read';
import { identityOf, may, type Identity } from '../../policy/identities';
import { CannotTell } from '../../verdict';

const BUCKET_KEY = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID';

/** AWS's own policies for backups by what they are of; a role that has none must be read as what its statements say. */
const MANAGED: Readonly<Record<string, RegExp>> = {
  'AWS::S3::Bucket': /AWSBackupServiceRolePolicyForS3Backup$/,
  'AWS::RDS::DBInstance': /AWSBackupServiceRolePolicyForBackup$/,
  'AWS::RDS::DBCluster': /AWSBackupServiceRolePolicyForBackup$/,
};

/** A role without the key: the job succeeds, and nothing is in the backup. */
export const backupsCanReadWhatTheyBackUp: Check = {
  id: 'deploy/backups-can-read-what-they-back-up',
  claim: 'every selection backs up under a role that AWS Backup may take, with the policy for each kind of store and the use of its key',
  citations: ['164.308(a)(7)(ii)(A)', '164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Backup::BackupSelection'], '164.308(a)(7)(ii)(A)', (selection) => {
      const property = 'BackupSelection.IamRoleArn';
      const role = identityOf(environment, textAt(selection, property));
      if (!role) return [{ property, value: textAt(selection, property), expected: 'a role of these templates' }];
      const stores = textsAt(selection, 'BackupSelection.Resources')
        .filter((arn) => arn !== '*')
        .map((arn) => storeOf(environment, selection, arn));
      return stores.flatMap((store) => faultsOf(environment, role, store).map((fault) => ({ ...fault, property })));
    }),
};

function storeOf(environment: EnvironmentModel, selection: Resource, arn: string): Resource {
  const store = environment.at(arn);
  if (!store) throw new CannotTell(`${selection.name} selects ${arn}, which is no store of these templates`);
  return store;
}

function faultsOf(environment: EnvironmentModel, role: Identity, store: Resource): readonly Fault[] {
  const wanted = MANAGED[store.type];
  if (wanted === undefined) throw new CannotTell(`what a backup of ${store.name} needs is not known here`);
  if (role.awsManaged.some((name) => wanted.test(name))) return [];
  // AWS's own policy for buckets holds the use of their keys; a policy written by hand must say it.
  const key = environment.at(textAt(store, BUCKET_KEY), 'AWS::KMS::Key');
  const reading =
    store.type === 'AWS::S3::Bucket'
      ? [['s3:GetObjectVersion', `${environment.arnOf(store)}/object`] as const]
      : [['rds:CreateDBSnapshot', environment.arnOf(store)] as const];
  const calls = [
    ...reading,
    ...(key ? (['kms:Decrypt', 'kms:DescribeKey'] as const).map((action) => [action, environment.arnOf(key)] as const) : []),
  ];
  return calls
    .filter(
      ([action, resource]) =>
        !may(environment, role, { action, resource, context: { 'kms:ViaService': `s3.${store.region}.amazonaws.com` } }),
    )
    .map(([action]) => ({
      property: '',
      value: `may not ${action} for ${store.logicalId}`,
      expected: `AWS’s own policy for ${store.type}, or statements that let it`,
    }));
}
