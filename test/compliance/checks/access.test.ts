import { RegionInfo } from 'aws-cdk-lib/region-info';
import { ACCESS_CHECKS } from '../../../lib/compliance/checks/access/table';
import { ACCOUNT, environmentOf, type TinyResources } from '../../support/tiny-environment';
import { valuesOf, verdictOn } from '../../support/verdicts';

const service = (name: string, rest: object = {}) => ({ Statement: { Effect: 'Allow', Principal: { Service: name }, Action: 'sts:AssumeRole', ...rest } });
const role = (properties: object = {}) => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: service('lambda.amazonaws.com'), ...properties } });
const policy = (...statements: readonly unknown[]) => ({ Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: statements } } });
const granted = (...statements: readonly unknown[]): TinyResources => ({ Role: role(), Policy: policy(...statements) });
const bucket = { Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'DataClass', Value: 'phi' }] } };
const arn = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
const objects = { 'Fn::Sub': '${Bucket.Arn}/*' };
const guarded = (...statements: readonly unknown[]): TinyResources => ({ Bucket: bucket, BucketPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: statements } } } });
const keyed = (...statements: readonly unknown[]): TinyResources => ({ Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true, Tags: [{ Key: 'DataClass', Value: 'phi' }], KeyPolicy: { Statement: statements } } } });
const here = `arn:aws:iam::${ACCOUNT}:root`;
const breakGlass = `arn:aws:iam::${ACCOUNT}:role/prod-break-glass`;
const plainHttp = { Bool: { 'aws:SecureTransport': 'false' } };

type Row = readonly [what: string, resources: TinyResources, expected: readonly string[] | 'met' | 'notApplicable' | 'cannotTell'];

const CASES: Readonly<Record<string, readonly Row[]>> = {
  'access/grants-name-actions-and-resources': [
    ['a reader of configuration on everything', granted({ Effect: 'Allow', Action: ['ec2:DescribeSubnets', 's3:GetBucketPolicy'], Resource: '*' }), 'met'],
    ['a reader of content on everything', granted({ Effect: 'Allow', Action: ['ec2:DescribeSubnets', 's3:GetObject'], Resource: '*' }), ['s3:GetObject on *']],
    ['a writer on everything', granted({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: ['*'] }), ['sqs:SendMessage on *']],
    ['every action of a service', granted({ Effect: 'Allow', Action: 'sqs:*', Resource: 'arn:aws:sqs:::x' }), ['sqs:*']],
    ['all actions but some', granted({ Effect: 'Allow', NotAction: 'iam:*', Resource: 'arn:aws:sqs:::x' }), ['all but iam:*']],
    ['all resources but some', granted({ Effect: 'Allow', Action: 'sqs:SendMessage', NotResource: 'arn:aws:sqs:::x' }), ['all but arn:aws:sqs:::x']],
    ['a denial of everything', granted({ Effect: 'Deny', Action: '*', Resource: '*' }), 'met'],
    ['a key that its account administers', keyed({ Effect: 'Allow', Principal: { AWS: here }, Action: 'kms:*', Resource: '*' }), 'met'],
    ['a key that somebody else administers', keyed({ Effect: 'Allow', Principal: { AWS: [here, breakGlass] }, Action: 'kms:*', Resource: '*' }), ['kms:*']],
    ['a bucket policy about another bucket', guarded({ Effect: 'Allow', Principal: { AWS: here }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::*' }), ['arn:aws:s3:::*']],
    ['a policy apart from its role', { Role: role(), Apart: { Type: 'AWS::IAM::RolePolicy', Properties: { RoleName: { Ref: 'Role' }, PolicyName: 'x', PolicyDocument: { Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: 'arn:aws:sqs:::x' } } } } }, ['sqs:*']],
    ['a policy written as text', { Logs: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: here }, Action: 'logs:*', Resource: '*' }] }) } } }, ['logs:*']],
    ['a policy of a type that nobody reads', { ...granted(), Bus: { Type: 'AWS::Events::EventBusPolicy', Properties: { Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' } } } }, 'cannotTell'],
    ['a policy that only a deploy knows', granted({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::If': ['A', 'b', 'c'] } }), 'cannotTell'],
  ],
  'access/services-act-for-this-account': [
    ['a service bound by account', keyed({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } }), 'met'],
    ['a service bound to nothing', keyed({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }), ['sns.amazonaws.com for any account']],
    ['a service bound only if it says for whom', keyed({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*', Condition: { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } } }), ['sns.amazonaws.com for any account']],
    ['a service bound to any source', keyed({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*', Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } } }), ['sns.amazonaws.com for any account']],
    ['a service bound by what it asks alone', keyed({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' } } }), ['sns.amazonaws.com for any account']],
    [
      'a service that a denial binds',
      keyed(
        { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' },
        { Effect: 'Deny', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:*', Resource: '*', Condition: { StringNotEquals: { 'aws:SourceAccount': ACCOUNT } } },
      ),
      'met',
    ],
    [
      'a service that a denial binds only if it says for whom',
      keyed(
        { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' },
        { Effect: 'Deny', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'kms:*', Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } },
      ),
      ['cloudtrail.amazonaws.com for any account'],
    ],
    ['any service that acts for the account', keyed({ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } }), ['any service']],
    ['a role that a service is passed', { Role: role() }, 'met'],
    ['a role that any account’s rules assume', { Role: role({ AssumeRolePolicyDocument: service('events.amazonaws.com') }) }, ['events.amazonaws.com for any account']],
  ],
  'access/other-accounts-stay-out': [
    ['an account of others', keyed({ Effect: 'Allow', Principal: { AWS: [here, '999999999999'] }, Action: 'kms:Decrypt', Resource: '*' }), ['999999999999']],
    ['an identity of another provider', { Role: role({ AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' } } }) }, ['Federated accounts.google.com']],
    ['an account of others by a condition', keyed({ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:CallerAccount': [ACCOUNT, '999999999999'] } } }), ['999999999999']],
    ['a role of another account to assume', granted({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::999999999999:role/x' }), ['arn:aws:iam::999999999999:role/x']],
    ['a denial that names another account', keyed({ Effect: 'Deny', Principal: { AWS: '999999999999' }, Action: 'kms:Decrypt', Resource: '*' }), 'met'],
    ['load balancing that writes its logs', guarded({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::127311923021:root' }, Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${Bucket.Arn}/AWSLogs/${ACCOUNT}/*` } }), 'met'],
    ['load balancing that reads', guarded({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::127311923021:root' }, Action: 's3:GetObject', Resource: objects }), ['arn:aws:iam::127311923021:root']],
  ],
  'access/roles-are-passed-by-name': [
    ['a role to one service', { ...granted({ Effect: 'Allow', Action: 'iam:PassRole', Resource: { 'Fn::GetAtt': ['Role', 'Arn'] }, Condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } } }) }, 'met'],
    ['a role to any service', granted({ Effect: 'Allow', Action: 'iam:Pass*', Resource: { 'Fn::GetAtt': ['Role', 'Arn'] } }), ['iam:PassRole to any service']],
    ['any role', granted({ Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${ACCOUNT}:role/*`, Condition: { StringEquals: { 'iam:PassedToService': '*' } } }), [`arn:aws:iam::${ACCOUNT}:role/*`, 'iam:PassRole to any service']],
    ['everything but one action', granted({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), ['*', 'iam:PassRole to any service']],
    ['a policy about what is not there', granted({ Effect: 'Allow', Action: 's3:GetObject', Resource: arn }), 'cannotTell'],
  ],
  'access/policies-are-attached': [
    ['a policy with a role', granted(), 'met'],
    ['a policy that waits for somebody', { ...granted(), Other: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [] } } } }, ['absent']],
    ['a policy for a user', { ...granted(), Other: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Users: ['eve'], PolicyDocument: { Statement: [] } } } }, ['eve', 'absent']],
    ['a boundary', { Role: role({ PermissionsBoundary: { Ref: 'Other' } }), Other: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [] } } } }, 'met'],
    ['no policy', {}, 'notApplicable'],
  ],
  'access/people-prove-themselves': [
    ['no role for people', { Role: role() }, 'notApplicable'],
    [
      'a role for people under a boundary of no template',
      {
        Role: role({
          AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' } },
          PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        }),
      },
      ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    ],
    [
      'a role for people without anything',
      { Role: role({ AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { AWS: here }, Action: 'sts:AssumeRole' } }, MaxSessionDuration: 43_200 }) },
      ['assumed without a second factor: allowed', 'assumed with long-lived keys: allowed', 'assumed with a second factor of two hours ago: allowed', '43200', 'absent'],
    ],
    [
      'a second factor that is asked for only where it is said',
      { Role: role({ MaxSessionDuration: 3600, AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { AWS: here }, Action: 'sts:AssumeRole', Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThanIfExists: { 'aws:MultiFactorAuthAge': '3600' } } } } }) },
      ['assumed with long-lived keys: allowed', 'absent'],
    ],
  ],
  'access/denials-bite': [
    ['a denial of plain connections', guarded({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [arn, objects], Condition: plainHttp }), 'met'],
    ['one for a role', guarded({ Effect: 'Deny', Principal: { AWS: here }, Action: 's3:*', Resource: [arn, objects], Condition: plainHttp }), ['{"AWS":["arn:aws:iam::111122223333:root"]}', 'arn:aws:iam::999999999999:role/somebody without TLS is not refused']],
    ['one for all but a role', guarded({ Effect: 'Deny', NotPrincipal: { AWS: breakGlass }, Action: 's3:*', Resource: [arn, objects], Condition: plainHttp }), ['NotPrincipal']],
    ['one on the bucket alone', guarded({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: arn, Condition: plainHttp }), ['s3:* on no object']],
    ['one on the objects alone', guarded({ Effect: 'Deny', Principal: '*', Action: ['s3:DeleteObject', 's3:DeleteBucket'], Resource: objects }), ['s3:DeleteBucket on no bucket']],
    ['one the wrong way round', guarded({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [arn, objects], Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), [`arn:aws:iam::${ACCOUNT}:role/somebody without TLS is not refused`, `arn:aws:iam::${ACCOUNT}:role/somebody over TLS is refused`]],
    ['one that nobody can meet', keyed({ Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey', Resource: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': breakGlass } } }), [`arn:aws:iam::${ACCOUNT}:role/somebody by somebody is not refused`]],
    ['one that exempts a role elsewhere', keyed({ Effect: 'Deny', Principal: '*', Action: 'kms:DisableKey', Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': [breakGlass, 'arn:aws:iam::999999999999:role/prod-break-glass'] } } }), ['arn:aws:iam::999999999999:role/prod-break-glass']],
    ['one of another context, whichever way it is missing', keyed({ Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: { StringNotEqualsIfExists: { 'kms:EncryptionContext:app': 'records' } } }), 'met'],
    ['one of another context only where it is said', keyed({ Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: { StringNotEquals: { 'kms:EncryptionContext:app': 'records' }, Null: { 'kms:EncryptionContext:app': 'false' } } }), [`arn:aws:iam::${ACCOUNT}:role/somebody without the context is not refused`]],
    ['a policy without any denial', guarded({ Effect: 'Allow', Principal: { AWS: here }, Action: 's3:GetObject', Resource: objects }), 'met'],
    ['no policy at all', { Role: role() }, 'notApplicable'],
  ],
  'access/keys-deny-their-loss': [
    ['a key that denies all three', keyed({ Effect: 'Deny', Principal: '*', Action: ['kms:ScheduleKeyDeletion', 'kms:Disable*', 'kms:DeleteImportedKeyMaterial'], Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': breakGlass } } }), 'met'],
    ['a key that may be disabled', keyed({ Effect: 'Deny', Principal: '*', Action: ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial'], Resource: '*' }), ['kms:DisableKey is not denied']],
    ['no key', {}, 'notApplicable'],
  ],
  'access/key-grants-go-to-services': [
    ['grants for services', { ...keyed(), ...granted({ Effect: 'Allow', Action: 'kms:CreateGrant', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] }, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }) }, 'met'],
    ['grants for anybody', { ...keyed(), ...granted({ Effect: 'Allow', Action: 'kms:Create*', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } }) }, ['kms:CreateGrant for anybody']],
    ['no key', granted({ Effect: 'Allow', Action: 'kms:CreateGrant', Resource: '*' }), 'notApplicable'],
  ],
  'access/phi-is-read-by-what-serves-it': [
    ['an identity of a service', { ...guarded(), ...granted({ Effect: 'Allow', Action: 's3:GetObject', Resource: objects }) }, 'met'],
    ['people who are not break-glass', { ...guarded(), ...granted({ Effect: 'Allow', Action: 's3:Get*', Resource: objects }), Role: role({ AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { AWS: here }, Action: 'sts:AssumeRole' } } }) }, ['prod-Small/Role may s3:GetObject', 'prod-Small/Role may s3:GetObjectVersion']],
    ['a function that handles none', { ...keyed(), ...granted({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] }, Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }), Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Tags: [{ Key: 'DataClass', Value: 'none' }] } } }, ['prod-Small/Role may kms:Decrypt']],
    ['a function of which nobody says what it handles', { ...keyed(), ...granted({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] }, Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }), Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } } }, ['prod-Small/Role may kms:Decrypt']],
    ['a function of PHI that decrypts anything', { ...keyed(), ...granted({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } }), Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Tags: [{ Key: 'DataClass', Value: 'phi' }] } } }, ['prod-Small/Role #1 decrypts whatever is under it']],
    ['no store of PHI', { Role: role() }, 'notApplicable'],
  ],
  'access/buckets-refuse-strangers': [
    ['a bucket that denies all but one', guarded({ Effect: 'Deny', Principal: '*', Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], Resource: objects, Condition: { ArnNotEquals: { 'aws:PrincipalArn': breakGlass } } }), 'met'],
    ['a bucket that says nothing', guarded(), ['s3:GetObject below / is not denied', 's3:GetObjectVersion below / is not denied', 's3:PutObject below / is not denied']],
    [
      'a bucket that denies one prefix of two',
      {
        ...guarded({ Effect: 'Deny', Principal: '*', Action: 's3:*Object*', Resource: { 'Fn::Sub': '${Bucket.Arn}/a/*' } }),
        ...granted({ Effect: 'Allow', Action: 's3:GetObject', Resource: [{ 'Fn::Sub': '${Bucket.Arn}/a/*' }, { 'Fn::Sub': '${Bucket.Arn}/b/*' }] }),
      },
      ['s3:GetObject below /b/ is not denied', 's3:GetObjectVersion below /b/ is not denied', 's3:PutObject below /b/ is not denied'],
    ],
    ['no bucket', {}, 'notApplicable'],
  ],
  'access/phi-is-kept-under-its-key': [
    ['a bucket that says nothing', guarded(), ['storing without encryption by KMS is not denied', 'storing under another key is not denied', 'storing under a key of the client is not denied']],
    ['a bucket that denies it to some', guarded({ Effect: 'Deny', Principal: { AWS: breakGlass }, Action: 's3:PutObject', Resource: objects, Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } } }), ['storing without encryption by KMS is not denied', 'storing under another key is not denied', 'storing under a key of the client is not denied']],
    ['no bucket', {}, 'notApplicable'],
  ],
};

describe.each(Object.entries(CASES))('%s', (id, rows) => {
  it.each(rows)('judges %s', (_, resources, expected) => {
    const verdict = verdictOn(id, environmentOf(resources));
    if (typeof expected === 'string') expect(verdict).toMatchObject({ state: expected });
    else expect(valuesOf(verdict)).toEqual(expected);
  });
});

it('knows every account that load balancing writes its logs from', () => {
  const accounts = RegionInfo.regions.flatMap(({ elbv2Account }) => elbv2Account ?? []);
  expect(accounts.length).toBeGreaterThan(20);
  const statements = accounts.map((account) => ({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${Bucket.Arn}/AWSLogs/${ACCOUNT}/*` } }));
  expect(valuesOf(verdictOn('access/other-accounts-stay-out', environmentOf(guarded(...statements))))).toBeUndefined();
});

it('tries every check of the group', () => {
  expect(Object.keys(CASES).sort()).toEqual(ACCESS_CHECKS.map(({ id }) => id).filter((id) => id !== 'access/access-is-as-reviewed').sort());
});
