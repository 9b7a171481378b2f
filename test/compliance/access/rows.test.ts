import { stableNames } from '../../../lib/compliance/access/names';
import { accessRowsOf, describeRow } from '../../../lib/compliance/access/rows';
import { changed, modelOf } from '../../support/weakening';
import { ACCOUNT, environmentOf, type TinyResources } from '../../support/tiny-environment';

const assume = { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } };
const role = (properties: object = {}) => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: assume, ...properties } });
const policy = (...statements: readonly unknown[]) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { Roles: [{ Ref: 'Reader' }], PolicyDocument: { Statement: statements } },
});
const key = (...statements: readonly unknown[]) => ({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: statements } } });

const said = (resources: TinyResources): readonly string[] =>
  [...accessRowsOf(environmentOf(resources)).values()]
    .map((row) => `${row.principal}: ${describeRow(row)}`.replaceAll('Small/', '/'))
    .sort();

describe('rows', () => {
  it('take a statement apart, so that however it is written it says the same', () => {
    const bucket = { Type: 'AWS::S3::Bucket' };
    const arn = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
    const together = { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketAcl'], Resource: [arn] };
    const apart = together.Action.map((Action) => ({ ...together, Action, Resource: { 'Fn::Join': ['', [arn]] } }));
    expect(said({ Reader: role(), Bucket: bucket, Policy: policy(together) })).toEqual(
      said({ Reader: role(), Bucket: bucket, Policy: policy(...apart) }),
    );
    expect(said({ Reader: role(), Bucket: bucket, Policy: policy(together) })).toContain('/Reader: may s3:ListBucket on /Bucket');
  });

  it('say of a denial never, of a boundary and an endpoint at most, of a policy of AWS its name', () => {
    const Resource = '*';
    expect(
      said({
        Reader: role({ PermissionsBoundary: { Ref: 'Boundary' }, ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }),
        Boundary: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: {
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 's3:*', Resource },
                { Effect: 'Deny', Action: 'iam:*', Resource },
              ],
            },
          },
        },
        Policy: policy({ Effect: 'Deny', NotAction: 's3:Get*', Resource }),
        Endpoint: {
          Type: 'AWS::EC2::VPCEndpoint',
          Properties: { PolicyDocument: { Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource } } },
        },
      }),
    ).toEqual([
      '/Reader: at most what the boundary says on /Boundary',
      '/Reader: may what the policy says on AWS-managed ReadOnlyAccess',
      '/Reader: never all but s3:Get* on *',
      'anyone through /Endpoint: at most s3:GetObject on *',
      'service lambda.amazonaws.com: may sts:AssumeRole on /Reader',
      'within /Boundary: at most s3:* on *',
      'within /Boundary: never iam:* on *',
    ]);
  });

  it('name whoever is named: the account, another, a service, everybody, all but some', () => {
    const statement = (Principal: unknown) => ({ Effect: 'Allow', Principal, Action: 'kms:Decrypt', Resource: '*' });
    const all = [
      { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      { AWS: '999999999999' },
      { Service: 'logs.us-east-1.amazonaws.com' },
      '*',
      { AWS: { 'Fn::GetAtt': ['Reader', 'Arn'] } },
      { Federated: 'cognito' },
    ];
    const { Principal: NotPrincipal, ...rest } = statement({ AWS: ACCOUNT });
    const rows = said({ Reader: role(), Key: key(...all.map(statement), { ...rest, NotPrincipal }) })
      .filter((each) => each.includes('kms:'))
      .sort();
    expect(rows).toEqual(
      [
        '/Reader',
        'Federated cognito',
        'account 999999999999',
        'anyone',
        'anyone but this account',
        'service logs.{region}.amazonaws.com',
        'this account',
      ]
        .map((who) => `${who}: may kms:Decrypt on /Key`)
        .sort(),
    );
  });

  it('carry every condition, in one order, so that one more or less shows', () => {
    const Condition = {
      StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': ['b', 'a'] },
      Bool: { 'aws:SecureTransport': true },
    };
    const rows = said({
      Key: key({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*', Condition }),
    });
    expect(rows).toEqual([
      'service sns.amazonaws.com: may kms:Decrypt on /Key if Bool aws:SecureTransport = true ' +
        'and StringEquals aws:SourceAccount = {account} and StringEquals aws:SourceArn = a | b',
    ]);
  });

  it('include who invokes a function', () => {
    const permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
        SourceArn: 'arn:aws:events:us-east-1:111122223333:rule/x',
      },
    };
    expect(said({ Fn: { Type: 'AWS::Lambda::Function' }, Permission: permission })).toEqual([
      'service events.amazonaws.com: may lambda:InvokeFunction on /Fn if ArnLike aws:SourceArn = arn:aws:events:{region}:{account}:rule/x',
    ]);
  });

  it('are the same for the three environments: what differs is no name of any of them', () => {
    const [dev, staging, prod] = (['dev', 'staging', 'prod'] as const).map((name) => [...accessRowsOf(modelOf(name)).keys()]);
    expect(prod?.length).toBeGreaterThan(1000);
    expect([dev, staging]).toEqual([prod, prod]);
    expect(prod?.filter((row) => /\b(?:prod|111122223333|us-east-1|us-west-2)\b|(?<![0-9A-F])[0-9A-F]{8}(?![0-9A-F])/.test(row))).toEqual(
      [],
    );
  });
});

describe('names', () => {
  it('keep the hash where two things would be called the same', () => {
    const model = environmentOf({
      Bucket00000001: { Type: 'AWS::S3::Bucket' },
      Bucket00000002: { Type: 'AWS::S3::Bucket' },
      Other00000003: { Type: 'AWS::S3::Bucket' },
    });
    expect(model.all.map((each) => stableNames(model).of(each))).toEqual(['Small/Bucket00000001', 'Small/Bucket00000002', 'Small/Other']);
  });

  it('replace whole words: a longer word that holds one is left alone', () => {
    const names = stableNames(modelOf('prod'));
    expect(names.text('arn:aws:ssm:us-east-1:111122223333:parameter/prod-product/us-west-2')).toBe(
      'arn:aws:ssm:{region}:{account}:parameter/{environment}-product/{other region}',
    );
  });

  it('do not change when a stack gets another resource', () => {
    const more = changed('prod', (draft) => {
      draft.add('Data', 'ExtraBucketAAAAAAAA', { Type: 'AWS::S3::Bucket', Properties: {} });
    });
    expect([...accessRowsOf(more).keys()]).toEqual([...accessRowsOf(modelOf('prod')).keys()]);
  });
});
