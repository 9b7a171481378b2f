import { bucketFor } from '../../support/buckets';
import type { Claim } from '../../support/claims';
import { holds, judge, notices, unlike } from '../../support/claims';
import type { Identity, ManagedPolicyProperties } from '../../support/identities';
import { identitiesOf, identityOf, may } from '../../support/identities';
import type { Landscape } from '../../support/landscape';
import type { Call } from '../../support/policy';

interface LambdaFunction {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly Role: string;
}

const FUNCTION = 'AWS::Lambda::Function';
const POLICY = 'AWS::IAM::ManagedPolicy';
const INDEX_KEYS = ['KeysInsuranceIdIndex', 'KeysMrnIndex', 'KeysSsnIndex'];
/** A request with a fresh signature in its address. */
const PRESIGNED = { 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '59000' };

type Request = Omit<Call, 'by'>;

function api(land: Landscape) {
  return land.of<LambdaFunction>(FUNCTION).filter(({ logicalId }) => logicalId.startsWith('RecordsApi'));
}

const key = (land: Landscape, prefix: string) => land.arnOf(land.one('AWS::KMS::Key', prefix));
const object = (land: Landscape, path: string) => `${land.arnOf(bucketFor(land, 'documents'))}/${path}`;

/** Requests that must be allowed, and requests that must not. */
function faultsOf(land: Landscape, identity: Identity, allowed: readonly Request[], refused: readonly Request[]): (string | false)[] {
  const words = ({ action, resource, context }: Request) => `${action} on ${resource}${context ? ` with ${JSON.stringify(context)}` : ''}`;
  return [
    ...allowed.map((request) => !may(land, identity, request) && `may not ${words(request)}`),
    ...refused.map((request) => may(land, identity, request) && `may ${words(request)}`),
  ];
}

const makesIndexes: Claim = (land) =>
  judge('records functions', api(land), ({ properties }) => {
    const mac = (prefix: string, algorithm: string): Request => ({
      action: 'kms:GenerateMac',
      resource: key(land, prefix),
      context: { 'kms:MacAlgorithm': algorithm },
    });
    return [
      ...faultsOf(
        land,
        identityOf(land, properties.Role),
        INDEX_KEYS.map((prefix) => mac(prefix, 'HMAC_SHA_256')),
        [
          mac('KeysFields', 'HMAC_SHA_256'),
          ...INDEX_KEYS.flatMap((prefix) => [
            mac(prefix, 'HMAC_SHA_512'),
            { action: 'kms:GenerateMac', resource: key(land, prefix) },
            { action: 'kms:VerifyMac', resource: key(land, prefix), context: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } },
          ]),
        ],
      ),
      ...INDEX_KEYS.map((prefix) => {
        const others = identitiesOf(land).filter((each) => may(land, each, mac(prefix, 'HMAC_SHA_256')) && each.arn !== properties.Role);
        return others.length > 0 && `${others.map(({ role }) => role.name).join(', ')} may use ${prefix} as well`;
      }),
    ];
  });

const handsOutObjects: Claim = (land) =>
  judge('records functions', api(land), ({ properties }) => {
    const ask = (action: string, path: string, context: Call['context'] = PRESIGNED): Request => ({
      action,
      resource: object(land, path),
      ...(context && { context }),
    });
    return faultsOf(
      land,
      identityOf(land, properties.Role),
      [
        ask('s3:GetObject', 'documents/1'),
        ask('s3:GetObjectVersion', 'documents/1'),
        ask('s3:GetObject', 'recordings/1'),
        ask('s3:GetObjectVersion', 'recordings/1'),
        ask('s3:PutObject', 'documents/1'),
      ],
      [
        ask('s3:PutObject', 'recordings/1'),
        ask('s3:GetObject', 'elsewhere/1'),
        ask('s3:GetObject', 'documents/1', { ...PRESIGNED, 's3:signatureAge': '300000' }),
        ask('s3:PutObject', 'documents/1', { ...PRESIGNED, 's3:authType': 'REST-HEADER' }),
        ask('s3:GetObject', 'documents/1', {}),
        ...['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectTagging', 's3:PutObjectAcl', 's3:GetObjectTagging'].map((action) =>
          ask(action, 'documents/1'),
        ),
        ...['s3:ListBucket', 's3:ListBucketVersions', 's3:PutBucketPolicy'].map((action) => ({
          action,
          resource: land.arnOf(bucketFor(land, 'documents')),
          context: PRESIGNED,
        })),
        { action: 's3:GetObject', resource: `${land.arnOf(bucketFor(land, 'auditArchive'))}/audit/1`, context: PRESIGNED },
      ],
    );
  });

const usesTheKeyOfDocumentsThroughS3: Claim = (land) =>
  judge('records functions', api(land), ({ properties }) => {
    const through = { 'kms:ViaService': `s3.${land.config.region}.amazonaws.com` };
    const documents = { 'kms:EncryptionContext:aws:s3:arn': land.arnOf(bucketFor(land, 'documents')) };
    const other = { 'kms:EncryptionContext:aws:s3:arn': land.arnOf(bucketFor(land, 'auditArchive')) };
    const use = (action: string, context?: Call['context']): Request => ({
      action,
      resource: key(land, 'KeysRecords'),
      ...(context && { context }),
    });
    return faultsOf(
      land,
      identityOf(land, properties.Role),
      ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => use(action, { ...through, ...documents })),
      ['kms:Decrypt', 'kms:GenerateDataKey'].flatMap((action) => [
        use(action),
        use(action, through),
        use(action, documents),
        use(action, { ...through, ...other }),
        use(action, { ...documents, 'kms:ViaService': `rds.${land.config.region}.amazonaws.com` }),
      ]),
    );
  });

const isToldWhatItMayUse: Claim = (land) =>
  judge('records functions', api(land), ({ properties }) => {
    const variables = properties.Environment.Variables;
    const told: Readonly<Record<string, string>> = {
      ENVIRONMENT_NAME: land.config.name,
      FIELD_KEY_ARN: key(land, 'KeysFields'),
      MRN_INDEX_KEY_ARN: key(land, 'KeysMrnIndex'),
      SSN_INDEX_KEY_ARN: key(land, 'KeysSsnIndex'),
      INSURANCE_ID_INDEX_KEY_ARN: key(land, 'KeysInsuranceIdIndex'),
      DOCUMENT_BUCKET_NAME: land.refOf(bucketFor(land, 'documents')),
    };
    return Object.entries(told).map(([name, value]) => unlike(name, variables[name], value));
  });

const widen =
  (sid: string, change: (statement: ManagedPolicyProperties['PolicyDocument']['Statement'][number]) => void) =>
  ({ PolicyDocument }: ManagedPolicyProperties): void =>
    PolicyDocument.Statement.filter(({ Sid }) => Sid === sid).forEach(change);

describe('the records function', () => {
  holds('alone makes blind indexes, with HMAC-SHA-256 and the key of each column', makesIndexes);
  holds('opens objects by fresh presigned addresses; it lists, deletes and tags none', handsOutObjects);
  holds('uses the key of documents through S3, in their bucket alone', usesTheKeyOfDocumentsThroughS3);
  holds('is told the keys and the bucket that it may use', isToldWhatItMayUse);

  notices(
    'an API that may delete documents',
    handsOutObjects,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(
        POLICY,
        'RecordsApiExecution',
        widen('TakeInDocuments', (statement) => {
          statement.Action = ['s3:PutObject', 's3:DeleteObject'];
        }),
      ),
    /^Api\/RecordsApiFunction\w+: may s3:DeleteObject on/,
  );
  notices(
    'an API that may list documents',
    handsOutObjects,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'RecordsApiExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }),
      ),
    /may s3:ListBucket on/,
  );
  notices(
    'signatures that live for ever',
    handsOutObjects,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(
        POLICY,
        'RecordsApiExecution',
        widen('HandOutObjects', (statement) => {
          statement.Condition = { StringEquals: { 's3:authType': 'REST-QUERY-STRING' } };
        }),
      ),
    /may s3:GetObject on .*"s3:signatureAge":"300000"/,
  );
  notices(
    'a key of documents that opens the database as well',
    usesTheKeyOfDocumentsThroughS3,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(
        POLICY,
        'RecordsApiExecution',
        widen('UseKeyOfDocumentsThroughS3', (statement) => {
          delete statement.Condition;
        }),
      ),
    /may kms:Decrypt on .* with \{"kms:ViaService":"s3/,
  );
  notices(
    'an index key that the rotation may use',
    makesIndexes,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'KeyRotationRotateExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'kms:GenerateMac', Resource: '*' }),
      ),
    /Data\/KeyRotationRotateExecutionRole\w+ may use KeysSsnIndex as well/,
  );
  notices(
    'two columns under one index key',
    isToldWhatItMayUse,
    (draft) =>
      draft.edit<LambdaFunction>(FUNCTION, 'RecordsApi', ({ Environment: { Variables } }) => {
        (Variables as Record<string, unknown>)['SSN_INDEX_KEY_ARN'] = Variables['MRN_INDEX_KEY_ARN'];
      }),
    /SSN_INDEX_KEY_ARN is .*KeysMrnIndex/,
  );
});
