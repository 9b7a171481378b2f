import { bucketFor, bucketsOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import type { Identity, ManagedPolicyProperties, RoleProperties } from '../../support/identities';
import { identitiesOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import type { PolicyDocument } from '../../support/policy';
import { decide, list } from '../../support/policy';

const POLICY = 'AWS::IAM::ManagedPolicy';
const ROLE = 'AWS::IAM::Role';

/** Roles that people assume: whose trust names the account. */
function staff(land: Landscape): readonly Identity[] {
  return identitiesOf(land).filter(({ role }) =>
    role.properties.AssumeRolePolicyDocument.Statement.some(
      ({ Principal }) => typeof Principal === 'object' && Principal['AWS'] !== undefined,
    ),
  );
}

function member(land: Landscape, name: 'Operator' | 'Auditor' | 'IncidentOfficer' | 'BreakGlass'): Identity {
  const found = staff(land).find(({ role }) => role.logicalId.startsWith(`Staff${name}`));
  if (!found) throw new Error(`No staff role ${name}.`);
  return found;
}

const isAssumedWithMfa: Claim = (land) =>
  [
    unlike(
      'the staff roles',
      staff(land)
        .map(({ role }) => role.logicalId.replace(/[0-9A-F]{8}$/, ''))
        .sort(),
      ['StaffAuditor', 'StaffBreakGlass', 'StaffIncidentOfficer', 'StaffOperator'],
    ),
    ...judge<RoleProperties>(
      'staff roles',
      staff(land).map(({ role }) => role),
      ({ properties }) => {
        const trust = properties.AssumeRolePolicyDocument.Statement.map((statement) => ({ ...statement, Resource: '*' }));
        const assumes = (account: string, context: Readonly<Record<string, string>>) =>
          decide(trust, {
            by: { arn: `arn:aws:iam::${account}:user/person`, account },
            action: 'sts:AssumeRole',
            resource: '*',
            context,
          }) === 'allowed';
        const fresh = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' };
        return [
          !assumes(land.account, fresh) && 'cannot be assumed with fresh MFA',
          assumes(land.account, {}) && 'can be assumed without MFA',
          assumes(land.account, { ...fresh, 'aws:MultiFactorAuthPresent': 'false' }) && 'can be assumed without MFA',
          assumes(land.account, { ...fresh, 'aws:MultiFactorAuthAge': '3600' }) && 'can be assumed with MFA of an hour ago',
          assumes('999999999999', fresh) && 'can be assumed from another account',
          unlike('seconds of a session', properties.MaxSessionDuration, 3600),
        ];
      },
    ),
  ].filter((fault) => fault !== undefined);

const isBounded: Claim = (land) =>
  judgeAll('staff roles', staff(land), ({ role, statements, boundary = [] }) => {
    const granted = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => list(Action));
    const by = { arn: `arn:aws:iam::${land.account}:role/any`, account: land.account };
    const decideFor = (action: string) => decide(boundary, { by, action, resource: 'arn:aws:any:::thing' });
    return [
      boundary.length === 0 && `${role.name}: has no permissions boundary`,
      // What the boundary cuts off is granted in vain, and misleads who reads the policy.
      ...granted.map((action) => decideFor(action) !== 'allowed' && `${role.name}: is granted ${action}, which its boundary refuses`),
      ...[
        'iam:CreateUser',
        'iam:CreateAccessKey',
        'iam:PutRolePermissionsBoundary',
        'cloudtrail:StopLogging',
        'logs:DeleteLogGroup',
        'kms:ScheduleKeyDeletion',
        'guardduty:DeleteDetector',
      ].map((action) => decideFor(action) !== 'denied' && `${role.name}: ${action} is not denied by its boundary`),
    ];
  });

/** The records key and the documents: neither by permission nor by key. */
function reachesPhi(land: Landscape, identity: Identity): string[] {
  const key = land.arnOf(land.one('AWS::KMS::Key', 'KeysRecords'));
  const object = `${land.arnOf(bucketFor(land, 'documents'))}/folder/object`;
  const direct: readonly (readonly [string, string])[] = [
    ...['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant', 'kms:GenerateDataKey'].map((action) => [action, key] as const),
    ...['s3:GetObject', 's3:GetObjectVersion'].map((action) => [action, object] as const),
    ['rds-db:connect', `arn:aws:rds-db:${land.config.region}:${land.account}:dbuser:any/records_api`],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${land.config.region}:${land.account}:secret:rds!db-1`],
    ['rds:RestoreDBInstanceToPointInTime', `arn:aws:rds:${land.config.region}:${land.account}:db:any`],
    ['backup:StartRestoreJob', `arn:aws:backup:${land.config.region}:${land.account}:recovery-point:any`],
  ];
  return direct
    .filter(([action, resource]) => may(land, identity, { action, resource }))
    .map(([action]) => `${identity.role.name}: may ${action}`);
}

const operatorSeesNoPhi: Claim = (land) => reachesPhi(land, member(land, 'Operator'));
const auditorSeesNoPhi: Claim = (land) => reachesPhi(land, member(land, 'Auditor'));
const incidentOfficerSeesNoPhi: Claim = (land) => reachesPhi(land, member(land, 'IncidentOfficer'));

/** Beginnings of the names of actions that change nothing. */
const READING_VERBS = ['Describe', 'Get', 'List', 'Lookup', 'GenerateCredentialReport', 'Decrypt'];

const auditorOnlyReads: Claim = (land) => {
  const { role, statements } = member(land, 'Auditor');
  return judgeAll(
    'actions of the auditor',
    statements.flatMap(({ Action }) => list(Action)),
    (action) => [!READING_VERBS.some((verb) => action.split(':')[1]?.startsWith(verb)) && `${role.name}: ${action} is no reading`],
  );
};

const auditorReadsEvidence: Claim = (land) => {
  const auditor = member(land, 'Auditor');
  return judge(
    'archives',
    bucketsOf(land).filter((bucket) => bucket.name !== bucketFor(land, 'documents').name),
    (bucket) => {
      const rule = bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault;
      return [
        !may(land, auditor, { action: 's3:GetObject', resource: `${land.arnOf(bucket)}/folder/object` }) && 'cannot be read by the auditor',
        rule?.KMSMasterKeyID !== undefined &&
          !may(land, auditor, { action: 'kms:Decrypt', resource: rule.KMSMasterKeyID }) &&
          'cannot be decrypted by the auditor',
      ];
    },
  );
};

/** Recovery and containment work when somebody needs them. */
const breakGlassCanAct: Claim = (land) => {
  const {
    account,
    config: { region },
  } = land;
  const object = `${land.arnOf(bucketFor(land, 'documents'))}/folder/object`;
  const key = land.arnOf(land.one('AWS::KMS::Key', 'KeysRecords'));
  const backupRole = land.one<{ BackupSelection: { IamRoleArn: string } }>('AWS::Backup::BackupSelection', 'BackupPlan').properties
    .BackupSelection.IamRoleArn;
  const needed: readonly { action: string; resource: string; context?: Record<string, string> }[] = [
    { action: 's3:GetObject', resource: object },
    { action: 'kms:Decrypt', resource: key },
    { action: 'kms:CancelKeyDeletion', resource: key },
    { action: 'rds:RestoreDBInstanceToPointInTime', resource: `arn:aws:rds:${region}:${account}:db:any` },
    { action: 'backup:StartRestoreJob', resource: `arn:aws:backup:${region}:${account}:recovery-point:any` },
    { action: 'iam:PassRole', resource: backupRole, context: { 'iam:PassedToService': 'backup.amazonaws.com' } },
    { action: 'lambda:PutFunctionConcurrency', resource: `arn:aws:lambda:${region}:${account}:function:any` },
  ];
  const { role } = member(land, 'BreakGlass');
  return [
    unlike('name of break-glass, which archives and keys know it by', role.properties.RoleName, `${land.config.name}-break-glass`),
    ...needed
      .filter((request) => !may(land, member(land, 'BreakGlass'), request))
      .map(({ action, resource }) => `${role.name}: may not ${action} on ${resource}`),
  ].filter((fault) => fault !== undefined);
};

const grant =
  (action: string) =>
  ({ PolicyDocument }: { PolicyDocument: PolicyDocument }) =>
    PolicyDocument.Statement.push({ Effect: 'Allow', Action: action, Resource: '*' });

describe('staff', () => {
  holds('assume a role with fresh MFA, for an hour at most', isAssumedWithMfa);
  holds('stay within a boundary that refuses what nobody may do', isBounded);
  holds('who operate see no PHI', operatorSeesNoPhi);
  holds('who audit see no PHI', auditorSeesNoPhi);
  holds('who keep the record of incidents see no PHI', incidentOfficerSeesNoPhi);
  holds('who audit only read', auditorOnlyReads);
  holds('who audit can read every archive', auditorReadsEvidence);
  holds('in an emergency can recover and contain', breakGlassCanAct);

  notices(
    'a role without MFA',
    isAssumedWithMfa,
    (draft) => draft.unset(ROLE, 'StaffAuditor', ['AssumeRolePolicyDocument', 'Statement', 0, 'Condition']),
    /^Identity\/StaffAuditor\w+: can be assumed without MFA/,
  );
  notices(
    'MFA of any age',
    isAssumedWithMfa,
    (draft) => draft.unset(ROLE, 'StaffBreakGlass', ['AssumeRolePolicyDocument', 'Statement', 0, 'Condition', 'NumericLessThan']),
    /MFA of an hour ago/,
  );
  notices(
    'a session of twelve hours',
    isAssumedWithMfa,
    (draft) => draft.set(ROLE, 'StaffOperator', ['MaxSessionDuration'], 43_200),
    /seconds of a session is 43200/,
  );
  notices(
    'a role without a boundary',
    isBounded,
    (draft) => draft.unset(ROLE, 'StaffOperator', ['PermissionsBoundary']),
    /^Identity\/StaffOperator\w+: has no permissions boundary/,
  );
  notices(
    'a boundary that lets the trail be stopped',
    isBounded,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'StaffBoundary', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
      }),
    /cloudtrail:StopLogging is not denied/,
  );
  notices(
    'an operator who reads documents',
    operatorSeesNoPhi,
    (draft) => draft.edit(POLICY, 'StaffOperator', grant('s3:GetObject')),
    /^Identity\/StaffOperator\w+: may s3:GetObject/,
  );
  notices(
    'an auditor who decrypts PHI',
    auditorSeesNoPhi,
    (draft) => draft.edit(POLICY, 'StaffAuditorPermissions', grant('kms:Decrypt')),
    /^Identity\/StaffAuditor\w+: may kms:Decrypt/,
  );
  notices(
    'an auditor who writes',
    auditorOnlyReads,
    (draft) => draft.edit(POLICY, 'StaffAuditorPermissions', grant('logs:PutRetentionPolicy')),
    /logs:PutRetentionPolicy is no reading/,
  );
  notices(
    'an emergency role that cannot restore',
    breakGlassCanAct,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'StaffBreakGlass', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'RestoreAsBackupService');
      }),
    /may not iam:PassRole/,
  );
});
