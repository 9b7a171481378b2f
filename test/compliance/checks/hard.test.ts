import { environmentOf, type TinyResources } from '../../support/tiny-environment';
import { valuesOf, verdictOn } from '../../support/verdicts';
import { changed } from '../../support/weakening';

const role = (Principal: unknown = { Service: 'lambda.amazonaws.com' }, RoleName?: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } } },
});
const policy = (...statements: readonly unknown[]) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: statements } },
});
const tagged = (value: string) => [{ Key: 'DataClass', Value: value }];

describe('hard/audit-logs-cannot-be-deleted', () => {
  const id = 'hard/audit-logs-cannot-be-deleted';
  const archive = { Type: 'AWS::S3::Bucket', Properties: { Tags: tagged('audit') } };
  const objects = { 'Fn::Sub': '${Archive.Arn}/old/*' };
  const statement = { Effect: 'Allow', Action: 's3:DeleteObject', Resource: objects };

  it('notices who may delete a part of an archive, even under a condition', () => {
    const conditional = { ...statement, Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } };
    expect(valuesOf(verdictOn(id, environmentOf({ Archive: archive, Role: role(), Policy: policy(conditional) })))).toEqual([
      'prod-Small/Role may s3:DeleteObject',
    ]);
  });

  it('lets break-glass, and a role whose own policy denies it for good', () => {
    expect(
      verdictOn(id, environmentOf({ Archive: archive, Role: role(undefined, 'prod-break-glass'), Policy: policy(statement) })),
    ).toMatchObject({ state: 'met' });
    expect(
      verdictOn(
        id,
        environmentOf({ Archive: archive, Role: role(), Policy: policy(statement, { ...statement, Effect: 'Deny', Resource: '*' }) }),
      ),
    ).toMatchObject({ state: 'met' });
  });

  it('notices an archive whose own policy allows it', () => {
    const bucketPolicy = (Principal: unknown) => ({
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Archive' }, PolicyDocument: { Statement: { ...statement, Principal } } },
    });
    expect(valuesOf(verdictOn(id, environmentOf({ Archive: archive, Own: bucketPolicy('*') })))).toEqual(['allows s3:DeleteObject']);
    expect(
      verdictOn(id, environmentOf({ Archive: archive, Own: bucketPolicy({ AWS: 'arn:aws:iam::111122223333:role/prod-break-glass' }) })),
    ).toMatchObject({ state: 'met' });
  });

  it('notices who may end or shorten an audit log group, or stop the trail', () => {
    const group = { Type: 'AWS::Logs::LogGroup', Properties: { Tags: tagged('audit') } };
    const resources = { Group: group, Trail: { Type: 'AWS::CloudTrail::Trail' }, Role: role() };
    const allowing = (Action: string, Resource: unknown) =>
      environmentOf({ ...resources, Policy: policy({ Effect: 'Allow', Action, Resource }) });
    expect(valuesOf(verdictOn(id, allowing('logs:PutRetentionPolicy', { 'Fn::GetAtt': ['Group', 'Arn'] })))).toEqual([
      'prod-Small/Role may logs:PutRetentionPolicy',
    ]);
    expect(valuesOf(verdictOn(id, allowing('cloudtrail:Stop*', '*')))).toEqual(['prod-Small/Role may cloudtrail:StopLogging']);
  });

  it('has nothing to judge without evidence', () => {
    expect(verdictOn(id, environmentOf({ Role: role() }))).toMatchObject({ state: 'notApplicable' });
  });
});

describe('hard/secrets-are-not-plain', () => {
  const id = 'hard/secrets-are-not-plain';
  const fn = (Variables: object): TinyResources => ({ Fn: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } } });
  const findings = (resources: TinyResources, parameters: Readonly<Record<string, unknown>> = {}) => {
    const verdict = verdictOn(id, environmentOf(resources, {}, { parameters }));
    return verdict.state === 'unmet'
      ? verdict.findings.map(({ logicalId, property, value }) => `${logicalId} ${property}: ${value}`)
      : verdict.state;
  };

  it.each([
    'PASSWORD',
    'DB_PASSWORD',
    'dbPassword',
    'API_TOKEN',
    'ApiKey',
    'CLIENT_SECRET',
    'privateKey',
    'AWS_SECRET_ACCESS_KEY',
    'credentials',
  ])('notices %s, and does not repeat it', (name) => {
    expect(findings(fn({ [name]: 'hunter2' }))).toEqual([`Fn Environment.Variables.${name}: a literal`]);
  });

  it.each(['SECRET_ARN', 'PASSWORD_LENGTH', 'TOKEN_KEYS_PARAMETER', 'KEY_ARN', 'TOKENS', 'DATABASE_NAME'])(
    'takes %s for no secret',
    (name) => {
      expect(findings(fn({ [name]: 'something' }))).toBe('met');
    },
  );

  it.each([
    ['a reference', { Ref: 'Fn' }],
    ['an attribute', { 'Fn::GetAtt': ['Fn', 'Arn'] }],
    ['a reference to Secrets Manager', '{{resolve:secretsmanager:name:SecretString:password}}'],
    ['one put together', { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Fn' }, ':SecretString:password}}']] }],
    ['nothing', ''],
  ])('lets a password be %s', (_, value) => {
    expect(findings(fn({ PASSWORD: value }))).toBe('met');
  });

  it('notices a literal that a function only puts together', () => {
    expect(findings(fn({ PASSWORD: { 'Fn::Join': ['', ['hunter', '2']] } }))).toContain('Fn Environment.Variables.PASSWORD: a literal');
  });

  it.each([
    ['an access key', 'AKIAIOSFODNN7EXAMPLE'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['a token', 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.c2ln'],
    ['an address with a password in it', 'postgres://records:hunter2@db:5432/records'],
  ])('notices %s under any name, in any list', (_, value) => {
    expect(findings({ Any: { Type: 'AWS::Any::Thing', Properties: { Lines: ['first', value] } } })).toEqual(['Any Lines: a literal']);
  });

  it('notices the default of a parameter that is hidden or named like a secret', () => {
    expect(
      findings(fn({}), { MasterPassword: { Type: 'String', Default: 'hunter2' }, Hidden: { Type: 'String', NoEcho: true, Default: 'x' } }),
    ).toEqual(['MasterPassword Default: a literal', 'Hidden Default: a literal']);
    expect(
      findings(fn({}), {
        MasterPassword: { Type: 'String', NoEcho: true },
        BootstrapVersion: { Type: 'String', Default: '/cdk-bootstrap' },
      }),
    ).toBe('met');
  });
});

describe('hard/edge-is-guarded', () => {
  const id = 'hard/edge-is-guarded';

  it('notices a load balancer without its web ACL', () => {
    expect(
      valuesOf(
        verdictOn(
          id,
          changed('prod', (draft) => {
            draft.remove('AWS::WAFv2::WebACLAssociation');
          }),
        ),
      ),
    ).toEqual(['absent']);
  });

  it('notices a rule that forwards before it verifies, and a default that forwards', () => {
    const rule = (...Actions: readonly unknown[]) =>
      environmentOf({ Rule: { Type: 'AWS::ElasticLoadBalancingV2::ListenerRule', Properties: { Actions } } });
    const [verify, forward] = [
      { Type: 'jwt-validation', Order: 1 },
      { Type: 'forward', Order: 2 },
    ];
    expect(verdictOn(id, rule(forward, verify))).toMatchObject({ state: 'met' });
    expect(valuesOf(verdictOn(id, rule({ ...verify, Order: 3 }, forward)))).toEqual(['["forward","jwt-validation"]']);
    const listener = { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { DefaultActions: [{ Type: 'forward' }] } };
    expect(valuesOf(verdictOn(id, environmentOf({ Listener: listener })))).toEqual(['["forward"]']);
  });

  it('notices a URL that leads past it', () => {
    expect(valuesOf(verdictOn(id, environmentOf({ Url: { Type: 'AWS::Lambda::Url' } })))).toEqual(['AWS::Lambda::Url']);
    expect(verdictOn(id, environmentOf({ Role: role() }))).toMatchObject({ state: 'notApplicable' });
  });
});

describe('hard/stores-are-not-deleted-with-stacks', () => {
  const id = 'hard/stores-are-not-deleted-with-stacks';
  const key = (policies: object = {}) => ({ Key: { Type: 'AWS::KMS::Key', ...policies } });

  it('notices a store that goes with its stack, or with its replacement', () => {
    expect(valuesOf(verdictOn(id, environmentOf(key())))).toEqual(['absent', 'absent']);
    expect(valuesOf(verdictOn(id, environmentOf(key({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Delete' }))))).toEqual(['Delete']);
    expect(verdictOn(id, environmentOf(key({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Snapshot' })))).toMatchObject({
      state: 'met',
    });
  });

  it('asks it of a log group with audit alone, and of a rehearsal not at all', () => {
    const group = (value: string) => ({ Group: { Type: 'AWS::Logs::LogGroup', Properties: { Tags: tagged(value) } } });
    expect(valuesOf(verdictOn(id, environmentOf(group('audit'))))).toEqual(['absent', 'absent']);
    expect(verdictOn(id, environmentOf(group('operational')))).toMatchObject({ state: 'notApplicable' });
    expect(verdictOn(id, environmentOf(key(), {}, { name: 'dev' }))).toMatchObject({ state: 'notApplicable' });
  });
});

describe('hard/keys-outlive-mistakes', () => {
  it('notices a role that may disable a key under a condition', () => {
    const key = { Type: 'AWS::KMS::Key', Properties: { PendingWindowInDays: 30 } };
    const statement = {
      Effect: 'Allow',
      Action: 'kms:DisableKey',
      Resource: { 'Fn::GetAtt': ['Key', 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': 'x' } },
    };
    expect(valuesOf(verdictOn('hard/keys-outlive-mistakes', environmentOf({ Key: key, Role: role(), Policy: policy(statement) })))).toEqual(
      ['prod-Small/Role may kms:DisableKey'],
    );
  });
});
