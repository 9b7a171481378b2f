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
