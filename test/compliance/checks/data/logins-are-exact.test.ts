import { environmentOf, type TinyResources } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'liveness/logins-are-exact';
const DATABASE: TinyResources = { Database: { Type: 'AWS::RDS::DBInstance', Properties: { Engine: 'postgres' } } };
const arnOf = (login: string) => ({ 'Fn::Sub': `arn:aws:rds-db:us-east-1:111122223333:dbuser:\${Database.DbiResourceId}/${login}` });
const role = (Action: unknown, ...Resource: readonly unknown[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] } }] },
});
const verdictOf = (resources: TinyResources) => judge(environmentOf({ ...DATABASE, ...resources }), CHECK).verdict;

it('has nothing to say without a database', () => {
  expect(judge(environmentOf({ Role: { Type: 'AWS::IAM::Role' } }), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it.each([
  ['one login', role('rds-db:connect', arnOf('reader')), 'met'],
  ['one login by a pattern of actions', role('rds-db:*', arnOf('reader')), 'met'],
  ['two logins', role('rds-db:connect', arnOf('reader'), arnOf('writer')), 'unmet'],
  ['any login', role('rds-db:connect', arnOf('*')), 'unmet'],
  ['any database', role('rds-db:connect', 'arn:aws:rds-db:us-east-1:111122223333:dbuser:*/reader'), 'unmet'],
  ['anything', role('*', '*'), 'unmet'],
])('judges a role with %s: %3$s', (_, Role, state) => {
  expect(verdictOf({ Role })).toMatchObject({ state });
});

it('lets no two roles share a login', () => {
  expect(verdictOf({ One: role('rds-db:connect', arnOf('reader')), Other: role('rds-db:connect', arnOf('writer')) })).toMatchObject({
    state: 'met',
  });
  expect(verdictOf({ One: role('rds-db:connect', arnOf('reader')), Other: role('rds-db:connect', arnOf('reader')) })).toMatchObject({
    state: 'unmet',
  });
});

describe('a proxy', () => {
  const TRUST = { Statement: { Effect: 'Allow', Principal: { Service: 'rds.amazonaws.com' }, Action: 'sts:AssumeRole' } };
  const connecting = (...resources: readonly string[]) => ({
    PolicyName: 'p',
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'rds-db:connect', Resource: resources.map((each) => ({ 'Fn::Sub': each })) }],
    },
  });
  const login = (id: string): string => `arn:aws:rds-db:us-east-1:111122223333:dbuser:\${${id}}/reader`;
  const cluster = (EnableIAMDatabaseAuthentication: unknown): TinyResources[string] => ({
    Type: 'AWS::RDS::DBCluster',
    Properties: { Engine: 'aurora-postgresql', EnableIAMDatabaseAuthentication },
  });
  const proxied = (targets: object, resources: TinyResources, own: readonly string[] = ['Cluster.DBClusterResourceId'], boundary = {}) =>
    judge(
      environmentOf({
        Proxy: { Type: 'AWS::RDS::DBProxy', Properties: { EngineFamily: 'POSTGRESQL', RoleArn: { 'Fn::GetAtt': ['Own', 'Arn'] } } },
        Targets: { Type: 'AWS::RDS::DBProxyTargetGroup', Properties: { DBProxyName: { Ref: 'Proxy' }, ...targets } },
        Own: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: TRUST, Policies: [connecting(...own.map(login))], ...boundary },
        },
        Client: { Type: 'AWS::IAM::Role', Properties: { Policies: [connecting(login('Proxy'))] } },
        ...resources,
      }),
      CHECK,
    );
  const BEHIND = { DBClusterIdentifiers: [{ Ref: 'Cluster' }] };

  it('may lead to a cluster that takes tokens', () => {
    expect(proxied(BEHIND, { Cluster: cluster('true') }).verdict).toMatchObject({ state: 'met' });
    expect(proxied(BEHIND, { Cluster: cluster(false) }).findings).toMatchObject([{ value: 'Cluster takes no IAM tokens' }]);
  });

  it('has a login at every database behind it', () => {
    const both = { DBClusterIdentifiers: [{ Ref: 'Cluster' }, { Ref: 'Other' }] };
    expect(proxied(both, { Cluster: cluster(true), Other: cluster(true) }).findings).toMatchObject([
      { value: 'Own may not rds-db:connect to Other' },
    ]);
  });

  it('leads to databases of these templates alone', () => {
    expect(proxied({ DBClusterIdentifiers: [{ Ref: 'Cluster' }, 'elsewhere'] }, { Cluster: cluster(true) }).findings).toMatchObject([
      { expected: 'databases of these templates behind the proxy' },
    ]);
  });

  it('cannot log in past the boundary of its role', () => {
    const Boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] } },
    };
    const bounded = { PermissionsBoundary: { Ref: 'Boundary' } };
    expect(proxied(BEHIND, { Cluster: cluster(true), Boundary }, undefined, bounded).verdict).toMatchObject({ state: 'unmet' });
  });
});

it('wants a function that is told of the database to have a login there, or its secret', () => {
  const told = (Variables: object) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  });
  const HOST = { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] };
  const SECRET = { 'Fn::GetAtt': ['Database', 'MasterUserSecret.SecretArn'] };
  const [may, mayNot] = [role('rds-db:connect', arnOf('reader')), role('s3:GetObject', 'arn:aws:s3:::b/*')];
  expect(verdictOf({ Role: may, Told: told({ HOST, DATABASE_USER: 'reader' }) })).toMatchObject({ state: 'met' });
  expect(verdictOf({ Role: may, Told: told({ HOST, DATABASE_USER: 'writer' }) })).toMatchObject({ state: 'unmet' });
  expect(verdictOf({ Role: mayNot, Told: told({ HOST }) })).toMatchObject({ state: 'unmet' });
  expect(verdictOf({ Role: mayNot, Told: told({ HOST, SECRET }) })).toMatchObject({ state: 'met' });
});
