import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt } from '../../model/read';
import { decide, type Call } from '../../policy/evaluate';
import { identityOf, may, type Identity } from '../../policy/identities';
import { policyOf } from '../../policy/resource-policies';
import { CannotTell } from '../../verdict';
import { keyOf, storesToBackUp } from './plans';

const BACKUP = 'backup.amazonaws.com';

/** Where each type names its role, and which of AWS's policies the role needs for each kind of store. */
const ROLES: Readonly<Record<string, { readonly property: string; readonly policies: { readonly S3: string; readonly other: string } }>> = {
  'AWS::Backup::BackupSelection': {
    property: 'BackupSelection.IamRoleArn',
    policies: { S3: 'AWSBackupServiceRolePolicyForS3Backup', other: 'AWSBackupServiceRolePolicyForBackup' },
  },
  'AWS::Backup::RestoreTestingSelection': {
    property: 'IamRoleArn',
    policies: { S3: 'AWSBackupServiceRolePolicyForS3Restore', other: 'AWSBackupServiceRolePolicyForRestores' },
  },
};

const KEY_ACTIONS = ['kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'];

/** Without the key of a store a job reports success and has backed up nothing. */
export const backupRolesCanUseKeys: Check = {
  id: 'liveness/backup-roles-can-use-keys',
  claim: 'every selection of backups and restore tests has a role that AWS Backup may assume, with its policies and every key',
  citations: ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      Object.keys(ROLES).flatMap((type) => environment.of(type)),
      '164.308(a)(7)(ii)(A)',
      (selection) => faultsOf(environment, selection),
      'the templates select nothing for backups',
    ),
};

function faultsOf(environment: EnvironmentModel, selection: Resource): readonly Fault[] {
  const { property, policies } = ROLES[selection.type] ?? { property: '', policies: { S3: '', other: '' } };
  const role = identityOf(environment, textAt(selection, property));
  if (!role) return [{ property, value: textAt(selection, property), expected: 'a role of these templates' }];
  for (const arn of textsAt(selection, 'BackupSelection.Resources'))
    if (!arn.includes('*') && !environment.at(arn))
      throw new CannotTell(`${selection.name} selects ${arn}, which is no store of these templates`);
  const stores = storesToBackUp(environment);
  const needed = new Set(stores.map(({ kind }) => (kind === 'S3' ? policies.S3 : policies.other)));
  const vaults = environment.of('AWS::Backup::BackupVault').filter(({ region }) => region === selection.region);
  const keys = new Set([...stores.map(({ store }) => store), ...vaults].flatMap((store) => keyOf(environment, store) ?? []));
  const isTrusted = decide(role.trust, {
    by: { kind: 'service', service: BACKUP },
    action: 'sts:AssumeRole',
    resource: role.arn,
    context: { 'aws:SourceAccount': environment.place.account },
  });
  return [
    ...(isTrusted === 'allowed'
      ? []
      : [{ property, value: `${role.role.logicalId} does not trust ${BACKUP}`, expected: 'a role that AWS Backup may assume' }]),
    ...[...needed]
      .filter((policy) => !role.awsManaged.some((name) => name.endsWith(policy)))
      .map((policy): Fault => ({ property, value: role.awsManaged, expected: `with ${policy}` })),
    ...[...keys]
      .flatMap((key) => lockedOut(environment, role, key))
      .map((value): Fault => ({ property, value, expected: 'the keys of every store and vault' })),
  ];
}

function lockedOut(environment: EnvironmentModel, role: Identity, key: Resource): readonly string[] {
  return KEY_ACTIONS.filter((action) => {
    const call: Omit<Call, 'by'> = {
      action,
      resource: environment.arnOf(key),
      context: { 'kms:GrantIsForAWSResource': 'true', 'kms:CallerAccount': environment.place.account },
    };
    const by = { kind: 'identity', arn: role.arn, account: environment.place.account } as const;
    return !may(environment, role, call) || decide(policyOf(environment, key), { ...call, by }) !== 'allowed';
  }).map((action) => `${role.role.logicalId} may not ${action} with ${key.logicalId}`);
}
