import { bucketFor, bucketPolicyOf } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import { identityOf } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import type { Call, PolicyDocument, Principal, Statement, Verdict } from '../../support/policy';
import { decide, role } from '../../support/policy';

const POLICY = 'AWS::S3::BucketPolicy';
const ENCRYPTION = 's3:x-amz-server-side-encryption';
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/** What the policy of the documents' bucket says to a call on an object. */
function verdictOn(land: Landscape) {
  const bucket = bucketFor(land, 'documents');
  const statements = bucketPolicyOf(land, bucket);
  return (by: Principal, action: string, path: string, context: Call['context'] = {}): Verdict =>
    decide(statements, { by, action, resource: `${land.arnOf(bucket)}/${path}`, context: { ...TLS, ...context } });
}

/** The roles that the policy must leave room for, as the templates really make them. */
function known(land: Landscape): Readonly<Record<'api' | 'backup' | 'breakGlass', Principal>> {
  const roleOf = (type: string, prefix: string, read: (properties: Record<string, unknown>) => unknown): Principal => ({
    arn: identityOf(land, read(land.one<Record<string, unknown>>(type, prefix).properties)).arn,
    account: land.account,
  });
  return {
    api: roleOf('AWS::Lambda::Function', 'RecordsApi', ({ Role }) => Role),
    backup: roleOf('AWS::Backup::BackupSelection', 'BackupPlan', ({ BackupSelection }) => (BackupSelection as { IamRoleArn: string }).IamRoleArn),
    breakGlass: { arn: land.arnOf(land.one('AWS::IAM::Role', 'StaffBreakGlass')), account: land.account },
  };
}

function strangers(land: Landscape): Readonly<Record<string, Principal>> {
  const { account, config } = land;
  return {
    'a role of the account': role(account, 'any'),
    "a role whose name begins like the API's": role(account, `${config.name}-records-api-2`),
    'the deployment': role(account, `cdk-hnb659fds-cfn-exec-role-${account}-${config.region}`),
    'the audit exporter': role(account, `${config.name}-audit-exporter`),
    'the root user': { arn: `arn:aws:iam::${account}:root`, account },
    'a role of another account': role('999999999999', `${config.name}-records-api`),
    'nobody in particular': { service: 'anonymous' },
  };
}

const strangersAreDenied: Claim = (land) =>
  judge('document buckets', [bucketFor(land, 'documents')], () => {
    const verdict = verdictOn(land);
    return Object.entries(strangers(land)).flatMap(([who, by]) =>
      ['documents/1', 'recordings/1'].flatMap((path) =>
        ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'].map(
          (action) => verdict(by, action, path) !== 'denied' && `does not deny ${action} of ${path} to ${who}`,
        ),
      ),
    );
  });

/** Named, they are still allowed nothing here: their own policies say what. */
const whoWorksHereMay: Claim = (land) =>
  judge('document buckets', [bucketFor(land, 'documents')], () => {
    const verdict = verdictOn(land);
    const { api, backup, breakGlass } = known(land);
    const open: readonly (readonly [string, Principal, string, string])[] = [
      ...['documents/1', 'recordings/1'].flatMap((path) =>
        ['s3:GetObject', 's3:GetObjectVersion'].flatMap((action) => [
          ['the API', api, action, path] as const,
          ['AWS Backup', backup, action, path] as const,
          ['break-glass', breakGlass, action, path] as const,
        ]),
      ),
      ['the API', api, 's3:PutObject', 'documents/1'],
      ['AWS Backup', backup, 's3:PutObject', 'documents/1'],
      ['AWS Backup', backup, 's3:PutObject', 'recordings/1'],
    ];
    return [
      ...open.map(([who, by, action, path]) => verdict(by, action, path) !== 'silent' && `denies ${who} ${action} of ${path}`),
      verdict(api, 's3:PutObject', 'recordings/1') !== 'denied' && 'lets the API write recordings',
    ];
  });

/** Listing, tagging and the like are not denied: AWS Backup and a deploy need them, and they show no content. */
const leavesTheBucketManageable: Claim = (land) =>
  judge('document buckets', [bucketFor(land, 'documents')], (bucket) => {
    const deployment = role(land.account, `cdk-hnb659fds-cfn-exec-role-${land.account}-${land.config.region}`);
    const verdict = (action: string) =>
      decide(bucketPolicyOf(land, bucket), { by: deployment, action, resource: land.arnOf(bucket), context: TLS });
    return ['s3:ListBucket', 's3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketNotification', 's3:GetBucketVersioning'].map(
      (action) => verdict(action) === 'denied' && `denies a deploy ${action}`,
    );
  });

const encryptionIsTheBuckets: Claim = (land) =>
  judge('document buckets', [bucketFor(land, 'documents')], (bucket) => {
    const verdict = verdictOn(land);
    const { api } = known(land);
    const put = (context: Call['context']) => verdict(api, 's3:PutObject', 'documents/1', context);
    const [rule] = bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const own = rule?.ServerSideEncryptionByDefault?.KMSMasterKeyID ?? '';
    const keyId = `${ENCRYPTION}-aws-kms-key-id`;
    return [
      unlike('an upload that names none', put({}), 'silent'),
      unlike('an upload that names the key of the bucket', put({ [ENCRYPTION]: 'aws:kms', [keyId]: own }), 'silent'),
      unlike('an upload under another key', put({ [ENCRYPTION]: 'aws:kms', [keyId]: own.replace(/key\/.*/, 'key/other') }), 'denied'),
      unlike('an upload under a key of S3', put({ [ENCRYPTION]: 'AES256' }), 'denied'),
      unlike('an upload under a key of the client', put({ [`${ENCRYPTION}-customer-algorithm`]: 'AES256' }), 'denied'),
    ];
  });

function statement(sid: string, change: (found: Statement) => void) {
  return ({ PolicyDocument }: { PolicyDocument: PolicyDocument }): void =>
    PolicyDocument.Statement.filter(({ Sid }) => Sid === sid).forEach(change);
}

describe('the documents and recordings', () => {
  holds('are denied to everybody but the API, AWS Backup and break-glass', strangersAreDenied);
  holds('are open to those by the names that their roles really have', whoWorksHereMay);
  holds('are in a bucket that a deploy and AWS Backup can manage', leavesTheBucketManageable);
  holds('are encrypted under the key of the bucket, whatever an upload asks for', encryptionIsTheBuckets);

  notices(
    'a bucket that a stranger may read',
    strangersAreDenied,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement('DenyReadingByStrangers', (found) => {
          found.Condition = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/prod-records-api*' } };
        }),
      ),
    /^Data\/DocumentsBucket\w+: does not deny s3:GetObject of documents\/1 to a role whose name begins like the API's/,
  );
  notices(
    'a deny that skips callers without a principal',
    strangersAreDenied,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement('DenyReadingByStrangers', (found) => {
          found.Condition = { ...found.Condition, Null: { 'aws:PrincipalArn': 'false' } };
        }),
      ),
    /does not deny s3:GetObject of documents\/1 to nobody in particular/,
  );
  notices(
    'versions that a stranger may read',
    strangersAreDenied,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement('DenyReadingByStrangers', (found) => {
          found.Action = 's3:GetObject';
        }),
      ),
    /does not deny s3:GetObjectVersion of recordings\/1/,
  );
  notices(
    'a role of AWS Backup that got another name',
    whoWorksHereMay,
    (draft) => draft.set('AWS::IAM::Role', 'BackupService', ['RoleName'], 'prod-backup'),
    /^Data\/DocumentsBucket\w+: denies AWS Backup s3:GetObject of documents\/1/,
  );
  notices(
    'a records function under a generated name',
    whoWorksHereMay,
    (draft) => draft.unset('AWS::IAM::Role', 'RecordsApiExecution', ['RoleName']),
    /denies the API s3:PutObject of documents\/1/,
  );
  notices(
    'a policy that demands a header which no client sends',
    encryptionIsTheBuckets,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement('DenyOtherKeys', (found) => {
          found.Condition = { StringNotEquals: found.Condition?.['StringNotEquals'] ?? {} };
        }),
      ),
    /an upload that names none is "denied"/,
  );
  notices(
    'a policy that forgot keys of clients',
    encryptionIsTheBuckets,
    (draft) =>
      draft.edit(POLICY, 'Documents', ({ PolicyDocument }: { PolicyDocument: PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'DenyKeysOfClients');
      }),
    /an upload under a key of the client is "silent"/,
  );
});
