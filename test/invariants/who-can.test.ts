import { holds, judge, notices, unlike } from '../support/claims';
import type { Claim } from '../support/claims';
import { bucketFor, bucketPolicyOf } from '../support/buckets';
import type { BucketKind } from '../support/buckets';
import { identitiesOf, may } from '../support/identities';
import type { Identity, ManagedPolicyProperties } from '../support/identities';
import type { Landscape, Resource } from '../support/landscape';
import { decide } from '../support/policy';
import type { Call } from '../support/policy';

type Request = Omit<Call, 'by'>;

/** Roles whose policies of AWS reach stores; what those allow is not in the templates. */
const BACKUP = 'Backup/BackupServiceRole';
const BREAK_GLASS = 'Identity/StaffBreakGlass';
const COORDINATOR = 'Response/CoordinationCoordinatorExecutionRole';
const INCIDENT_OFFICER = 'Identity/StaffIncidentOfficer';

/** Logical id without CDK's hash. */
function nameOf({ role }: Identity): string {
  return role.name.replace(/[0-9A-F]{8}$/, '');
}

function whoCan(land: Landscape, request: Request): string[] {
  return identitiesOf(land)
    .filter((identity) => may(land, identity, request))
    .map(nameOf)
    .sort();
}

const key = (land: Landscape, prefix: string) => land.arnOf(land.one('AWS::KMS::Key', prefix));
const object = (land: Landscape, kind: BucketKind) => `${land.arnOf(bucketFor(land, kind))}/folder/object`;
const document = (land: Landscape) => `${land.arnOf(bucketFor(land, 'documents'))}/documents/1`;
/** As a client sends it with an address that was signed a minute ago. */
const PRESIGNED = { 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '60000' };
const group = (land: Landscape, prefix: string) => land.arnOf(land.one('AWS::Logs::LogGroup', prefix));

interface Row {
  readonly what: string;
  readonly request: (land: Landscape) => Request;
  readonly allowed: readonly string[];
}

/** The committed answer to "who can": an addition here is a decision, not a side effect. */
const ROWS: readonly Row[] = [
  {
    what: 'decrypts PHI',
    request: (land) => ({ action: 'kms:Decrypt', resource: key(land, 'KeysRecords') }),
    allowed: [BACKUP, BREAK_GLASS],
  },
  {
    what: 'decrypts the master login, through Secrets Manager',
    request: (land) => ({
      action: 'kms:Decrypt',
      resource: key(land, 'KeysRecords'),
      context: { 'kms:ViaService': `secretsmanager.${land.config.region}.amazonaws.com` },
    }),
    allowed: [BACKUP, 'Data/MigrationsMigrateExecutionRole', BREAK_GLASS],
  },
  {
    what: 'decrypts documents, through S3',
    request: (land) => ({
      action: 'kms:Decrypt',
      resource: key(land, 'KeysRecords'),
      context: {
        'kms:ViaService': `s3.${land.config.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': land.arnOf(bucketFor(land, 'documents')),
      },
    }),
    allowed: ['Api/RecordsApiExecutionRole', BACKUP, BREAK_GLASS],
  },
  {
    what: 'reads the master login',
    request: (land) => ({
      action: 'secretsmanager:GetSecretValue',
      resource: `\${${land.one('AWS::RDS::DBInstance').name.replace('/', '.')}.MasterUserSecret.SecretArn}`,
    }),
    allowed: ['Data/MigrationsMigrateExecutionRole'],
  },
  { what: 'reads documents', request: (land) => ({ action: 's3:GetObject', resource: object(land, 'documents') }), allowed: [BREAK_GLASS] },
  {
    what: 'reads documents by a presigned address',
    request: (land) => ({ action: 's3:GetObject', resource: document(land), context: PRESIGNED }),
    allowed: ['Api/RecordsApiExecutionRole', BREAK_GLASS],
  },
  {
    what: 'writes documents by a presigned address',
    request: (land) => ({ action: 's3:PutObject', resource: document(land), context: PRESIGNED }),
    allowed: ['Api/RecordsApiExecutionRole'],
  },
  {
    what: 'writes audit batches',
    request: (land) => ({ action: 's3:PutObject', resource: `${land.arnOf(bucketFor(land, 'auditArchive'))}/audit/epoch/1.jsonl` }),
    allowed: ['Api/AuditExporterExecutionRole'],
  },
  {
    what: 'unwraps data keys without their context',
    request: (land) => ({ action: 'kms:Decrypt', resource: key(land, 'KeysFields') }),
    allowed: [],
  },
  {
    what: 'disables the key of field encryption',
    request: (land) => ({ action: 'kms:DisableKey', resource: key(land, 'KeysFields') }),
    allowed: [BREAK_GLASS],
  },
  {
    what: 'administers the database',
    request: (land) => ({
      action: 'lambda:InvokeFunction',
      resource: land.arnOf(land.one('AWS::Lambda::Function', 'AdministrationAdminister')),
    }),
    allowed: [BREAK_GLASS],
  },
  {
    what: 'reads the trail',
    request: (land) => ({ action: 's3:GetObject', resource: object(land, 'trailArchive') }),
    allowed: ['Identity/StaffAuditor', INCIDENT_OFFICER, BREAK_GLASS],
  },
  {
    what: 'decrypts the trail',
    request: (land) => ({ action: 'kms:Decrypt', resource: key(land, 'KeysTrail') }),
    allowed: ['Identity/StaffAuditor', INCIDENT_OFFICER, BREAK_GLASS],
  },
  {
    what: 'adds to the record of incidents',
    request: (land) => ({ action: 's3:PutObject', resource: `${land.arnOf(bucketFor(land, 'incidents'))}/incidents/any/000001.json` }),
    allowed: [INCIDENT_OFFICER, COORDINATOR],
  },
  {
    what: 'starts a containment of tier A',
    request: (land) => ({ action: 'states:StartExecution', resource: `arn:aws:states:${land.config.region}:${land.account}:stateMachine:${land.config.name}-contain-keep-key` }),
    allowed: [BREAK_GLASS, INCIDENT_OFFICER, COORDINATOR],
  },
  {
    what: 'starts a containment that a person decides on',
    request: (land) => ({ action: 'states:StartExecution', resource: `arn:aws:states:${land.config.region}:${land.account}:stateMachine:${land.config.name}-contain-isolate-database` }),
    allowed: [BREAK_GLASS, INCIDENT_OFFICER],
  },
  {
    what: 'writes the token keys',
    request: (land) => ({ action: 'ssm:PutParameter', resource: tokenKeys(land) }),
    allowed: ['Api/TokenKeysRefresherExecutionRole'],
  },
  {
    what: 'invokes the records function without the load balancer',
    request: (land) => ({ action: 'lambda:InvokeFunction', resource: land.arnOf(land.one('AWS::Lambda::Function', 'RecordsApi')) }),
    allowed: [],
  },
  {
    what: 'changes the code of the records function',
    request: (land) => ({ action: 'lambda:UpdateFunctionCode', resource: land.arnOf(land.one('AWS::Lambda::Function', 'RecordsApi')) }),
    allowed: [],
  },
  {
    what: 'stops the trail',
    request: (land) => ({
      action: 'cloudtrail:StopLogging',
      resource: `arn:aws:cloudtrail:${land.config.region}:${land.account}:trail/${land.config.name}-audit-trail`,
    }),
    allowed: [],
  },
  {
    what: 'deletes a log group',
    request: (land) => ({ action: 'logs:DeleteLogGroup', resource: group(land, 'AuditTrailEvents') }),
    allowed: [],
  },
  {
    what: 'shortens the retention of a log group',
    request: (land) => ({ action: 'logs:PutRetentionPolicy', resource: group(land, 'AuditTrailEvents') }),
    allowed: [],
  },
  {
    what: 'deletes an alarm',
    request: (land) => ({
      action: 'cloudwatch:DeleteAlarms',
      resource: `arn:aws:cloudwatch:${land.config.region}:${land.account}:alarm:any`,
    }),
    allowed: [],
  },
  { what: 'deletes a key', request: (land) => ({ action: 'kms:ScheduleKeyDeletion', resource: key(land, 'KeysRecords') }), allowed: [] },
  {
    what: 'deletes a recovery point',
    request: (land) => ({
      action: 'backup:DeleteRecoveryPoint',
      resource: `arn:aws:backup:${land.config.region}:${land.account}:recovery-point:any`,
    }),
    allowed: [BREAK_GLASS],
  },
  {
    what: 'makes a user',
    request: (land) => ({ action: 'iam:CreateUser', resource: `arn:aws:iam::${land.account}:user/any` }),
    allowed: [],
  },
  {
    what: 'attaches a policy to a role',
    request: (land) => ({ action: 'iam:AttachRolePolicy', resource: `arn:aws:iam::${land.account}:role/any` }),
    allowed: [],
  },
  {
    what: 'assumes break-glass from another role',
    request: (land) => ({ action: 'sts:AssumeRole', resource: `arn:aws:iam::${land.account}:role/${land.config.name}-break-glass` }),
    allowed: [],
  },
];

function tokenKeys(land: Landscape): string {
  return `arn:aws:ssm:${land.config.region}:${land.account}:parameter/${land.refOf(land.one('AWS::SSM::Parameter', 'TokenKeysJwks'))}`;
}

const listIsExact =
  ({ what, request, allowed }: Row): Claim =>
  (land) => {
    const fault = unlike(`who ${what}`, whoCan(land, request(land)), [...allowed].sort());
    return fault === undefined ? [] : [fault];
  };

/** Identity, boundary and bucket policy together. */
const onlyBreakGlassDeletes: Claim = (land) =>
  judge(
    'archives',
    (['trailArchive', 'auditArchive', 'incidents', 'accessLogs', 'albLogs', 'config'] as const).map((kind) => bucketFor(land, kind)),
    (bucket) => {
      const deletes = (identity: Identity, action: string) => {
        const request = { action, resource: `${land.arnOf(bucket)}/folder/object` };
        return may(land, identity, request) && !isDenied(land, bucket, identity, request);
      };
      return ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'].map((action) =>
        unlike(
          `who may ${action}`,
          identitiesOf(land)
            .filter((identity) => deletes(identity, action))
            .map(nameOf),
          [BREAK_GLASS],
        ),
      );
    },
  );

function isDenied(land: Landscape, bucket: Resource<never> | ReturnType<typeof bucketFor>, identity: Identity, request: Request): boolean {
  return decide(bucketPolicyOf(land, bucket), { ...request, by: { arn: identity.arn, account: land.account } }) === 'denied';
}

describe('nobody but those listed', () => {
  for (const row of ROWS) holds(row.what, listIsExact(row));
  holds('deletes in an archive, which is break-glass alone', onlyBreakGlassDeletes);

  const [decryptsPhi] = ROWS as readonly [Row, ...Row[]];
  notices(
    'an operator who may decrypt PHI',
    listIsExact(decryptsPhi),
    (draft) => {
      const allow = ({ PolicyDocument }: ManagedPolicyProperties) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
      draft.edit('AWS::IAM::ManagedPolicy', 'StaffOperator', allow);
    },
    /who decrypts PHI is \["Backup\/BackupServiceRole","Identity\/StaffBreakGlass","Identity\/StaffOperator"\]/,
  );
  notices(
    'an archive that an auditor may delete from',
    onlyBreakGlassDeletes,
    (draft) => {
      const allow = ({ PolicyDocument }: ManagedPolicyProperties) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 's3:DeleteObject', Resource: '*' });
      draft.edit('AWS::IAM::ManagedPolicy', 'StaffAuditorPermissions', allow);
      draft.remove('AWS::S3::BucketPolicy', 'LandingConfig');
    },
    /^Foundation\/LandingConfig\w+: who may s3:DeleteObject is/,
  );
});
