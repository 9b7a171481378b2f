import { AUDIT_BATCH_PREFIX } from '../../../lambda/audit-exporter/contract';
import { ENVIRONMENTS } from '../../../lib/config/select';
import { bucketFor, bucketPolicyOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { ManagedPolicyProperties } from '../../support/identities';
import { identitiesOf, identityOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import type { Call, PolicyDocument, Principal } from '../../support/policy';
import { decide, role } from '../../support/policy';

interface LambdaFunction {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly Role: string;
  readonly Timeout: number;
}

const FUNCTION = 'AWS::Lambda::Function';
const POLICY = 'AWS::IAM::ManagedPolicy';
const RULE = 'AWS::Events::Rule';
const EXPORTER = 'Api/AuditExporterExecutionRole';

function exporters(land: Landscape) {
  return land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => logicalId.startsWith('AuditExporter'));
}

const batch = (land: Landscape, path = `${AUDIT_BATCH_PREFIX}epoch/1.jsonl`) => `${land.arnOf(bucketFor(land, 'auditArchive'))}/${path}`;
const key = (land: Landscape, prefix: string) => land.arnOf(land.one('AWS::KMS::Key', prefix));

const runsEveryMinute: Claim = (land) =>
  judge('audit exporters', exporters(land), (exporter) => {
    const rules = land
      .of<{ ScheduleExpression?: string; Targets: readonly { Arn: string }[] }>(RULE)
      .filter(({ properties }) => properties.Targets.some(({ Arn }) => Arn === land.arnOf(exporter)));
    return [
      unlike(
        'its schedules',
        rules.map(({ properties }) => properties.ScheduleExpression),
        ['rate(1 minute)'],
      ),
      exporter.properties.Timeout >= 60 && 'may still run when the next one starts',
    ];
  });

const writesBatchesAndNothingElse: Claim = (land) =>
  judge('audit exporters', exporters(land), ({ properties }) => {
    const identity = identityOf(land, properties.Role);
    const mayDo = (action: string, resource: string) => may(land, identity, { action, resource });
    const bucket = land.arnOf(bucketFor(land, 'auditArchive'));
    const refused: readonly (readonly [string, string])[] = [
      ['s3:PutObject', batch(land, 'elsewhere/1.jsonl')],
      ['s3:GetObject', batch(land, 'elsewhere/1.jsonl')],
      ...['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:BypassGovernanceRetention', 's3:GetObjectVersion'].map(
        (action) => [action, batch(land)] as const,
      ),
      ...['s3:ListBucket', 's3:ListBucketVersions', 's3:PutBucketPolicy'].map((action) => [action, bucket] as const),
      ['s3:GetObject', `${land.arnOf(bucketFor(land, 'documents'))}/documents/1`],
      ['s3:PutObject', `${land.arnOf(bucketFor(land, 'trailArchive'))}/audit/1`],
    ];
    return [
      ...['s3:PutObject', 's3:GetObject'].map((action) => !mayDo(action, batch(land)) && `may not ${action} a batch`),
      ...refused.map(([action, resource]) => mayDo(action, resource) && `may ${action} on ${resource}`),
      unlike('the bucket it is told', properties.Environment.Variables['AUDIT_BUCKET_NAME'], land.refOf(bucketFor(land, 'auditArchive'))),
    ];
  });

/** Whatever an identity of the account may be allowed. */
const nobodyElseWritesBatches: Claim = (land) =>
  judge('audit archives', [bucketFor(land, 'auditArchive')], (bucket) => {
    const statements = bucketPolicyOf(land, bucket);
    const verdict = (by: Principal) =>
      decide(statements, {
        by,
        action: 's3:PutObject',
        resource: batch(land),
        context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
      });
    const { account, config } = land;
    const strangers: Readonly<Record<string, Principal>> = {
      'a role of the account': role(account, 'any'),
      'the records API': role(account, `${config.name}-records-api`),
      'the deployment': role(account, `cdk-hnb659fds-cfn-exec-role-${account}-${config.region}`),
      'the root user': { arn: `arn:aws:iam::${account}:root`, account },
      'the exporter of another account': role('999999999999', `${config.name}-audit-exporter`),
    };
    return [
      ...Object.entries(strangers).map(([who, by]) => verdict(by) !== 'denied' && `does not deny batches of ${who}`),
      ...exporters(land).map(
        ({ properties }) =>
          verdict({ arn: identityOf(land, properties.Role).arn, account }) === 'denied' && 'denies the exporter its batches',
      ),
    ];
  });

const signsAlone: Claim = (land) =>
  judge('audit exporters', exporters(land), ({ properties }) => {
    const sign = (algorithm?: string): Omit<Call, 'by'> => ({
      action: 'kms:Sign',
      resource: key(land, 'KeysBatchSigning'),
      ...(algorithm !== undefined && { context: { 'kms:SigningAlgorithm': algorithm } }),
    });
    const who = (request: Omit<Call, 'by'>) =>
      identitiesOf(land)
        .filter((identity) => may(land, identity, request))
        .map((identity) => identity.role.name.replace(/[0-9A-F]{8}$/, ''))
        .sort();
    return [
      unlike('who signs', who(sign('RSASSA_PKCS1_V1_5_SHA_256')), [EXPORTER]),
      unlike('who signs with another algorithm', who(sign('RSASSA_PSS_SHA_512')), []),
      unlike('who signs with any algorithm', who(sign()), []),
      unlike('who takes the public half', who({ action: 'kms:GetPublicKey', resource: key(land, 'KeysBatchSigning') }), [
        'Identity/StaffAuditor',
        'Identity/StaffIncidentOfficer',
      ]),
      unlike('the key it is told', properties.Environment.Variables['SIGNING_KEY_ARN'], key(land, 'KeysBatchSigning')),
    ];
  });

const usesTheKeyOfBatchesThroughS3: Claim = (land) =>
  judge('audit exporters', exporters(land), ({ properties }) => {
    const identity = identityOf(land, properties.Role);
    const through = { 'kms:ViaService': `s3.${land.config.region}.amazonaws.com` };
    const batches = { 'kms:EncryptionContext:aws:s3:arn': land.arnOf(bucketFor(land, 'auditArchive')) };
    const config = { 'kms:EncryptionContext:aws:s3:arn': land.arnOf(bucketFor(land, 'config')) };
    return ['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action) => {
      const allowed = (context: Call['context']) =>
        may(land, identity, { action, resource: key(land, 'KeysAudit'), ...(context && { context }) });
      return [
        !allowed({ ...through, ...batches }) && `may not ${action} through S3`,
        allowed({}) && `may ${action} by itself`,
        // The same key encrypts the history of AWS Config.
        allowed({ ...through, ...config }) && `may ${action} for another bucket`,
      ];
    });
  });

describe('the audit exporter', () => {
  holds('runs every minute, one run at a time', runsEveryMinute);
  holds('writes batches and reads them back; it lists and deletes none', writesBatchesAndNothingElse);
  holds('is the only one that the archive takes batches from', nobodyElseWritesBatches);
  holds('is the only one that signs, with the one algorithm; auditors take the public half', signsAlone);
  holds('uses the key of the archive through S3, in that bucket alone', usesTheKeyOfBatchesThroughS3);

  notices(
    'an hourly export',
    runsEveryMinute,
    (draft) => draft.set(RULE, 'AuditSchedule', ['ScheduleExpression'], 'rate(1 hour)'),
    /its schedules is \["rate\(1 hour\)"\]/,
  );
  notices(
    'an exporter that may write anywhere in the archive',
    writesBatchesAndNothingElse,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'AuditExporterExecution', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'WriteAndReadBackBatches')) statement.Resource = '*';
      }),
    /^Api\/AuditExporterFunction\w+: may s3:PutObject on .*elsewhere/,
  );
  notices(
    'an exporter that may delete what it wrote',
    writesBatchesAndNothingElse,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'AuditExporterExecution', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'WriteAndReadBackBatches'))
          statement.Action = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'];
      }),
    /may s3:DeleteObject on/,
  );
  notices(
    'an archive in which others plant batches',
    nobodyElseWritesBatches,
    (draft) =>
      draft.edit<{ PolicyDocument: PolicyDocument }>('AWS::S3::BucketPolicy', 'ArchiveAudit', ({ PolicyDocument: document }) => {
        document.Statement = document.Statement.filter(({ Sid }) => Sid !== 'DenyForeignBatches');
      }),
    /^Foundation\/ArchiveAuditBucket\w+: does not deny batches of the records API/,
  );
  notices(
    'an exporter whose role got another name',
    nobodyElseWritesBatches,
    (draft) => draft.set('AWS::IAM::Role', 'AuditExporterExecution', ['RoleName'], 'prod-exporter'),
    /denies the exporter its batches/,
  );
  notices(
    'a second signer',
    signsAlone,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'RecordsApiExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'kms:Sign', Resource: '*' }),
      ),
    /who signs is \["Api\/AuditExporterExecutionRole","Api\/RecordsApiExecutionRole"\]/,
  );
  notices(
    'a key of the archive that opens the history of AWS Config',
    usesTheKeyOfBatchesThroughS3,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'AuditExporterExecution', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'UseKeyOfBatchesThroughS3'))
          statement.Condition = { StringEquals: { 'kms:ViaService': `s3.${ENVIRONMENTS.prod.region}.amazonaws.com` } };
      }),
    /may kms:Decrypt for another bucket/,
  );
});
