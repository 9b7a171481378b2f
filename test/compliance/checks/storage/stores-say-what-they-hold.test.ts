import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/stores-say-what-they-hold';
const tags = (Value: string) => [{ Key: 'DataClass', Value }];

it('has nothing to say without a store', () => {
  expect(judge(environmentOf({ Role: { Type: 'AWS::IAM::Role' } }), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it('reads tags in whichever form their type writes them', () => {
  const environment = environmentOf({
    Vault: { Type: 'AWS::Backup::BackupVault', Properties: { BackupVaultTags: { DataClass: 'phi' } } },
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTags: { DataClass: 'phi' } } },
    Key: { Type: 'AWS::KMS::Key', Properties: { Tags: tags('audit') } },
  });
  expect(judge(environment, CHECK).verdict).toMatchObject({ state: 'met', population: [{}, {}, {}] });
});

it('knows evidence by who delivers it', () => {
  const environment = environmentOf({
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/rds/instance/db/postgresql', Tags: tags('operational') } },
    Database: {
      Type: 'AWS::RDS::DBInstance',
      Properties: { DBInstanceIdentifier: 'db', EnableCloudwatchLogsExports: ['postgresql'], Tags: tags('phi') },
    },
  });
  expect(judge(environment, CHECK).findings).toMatchObject([{ logicalId: 'Group', value: 'operational', expected: 'audit' }]);
});

it('has nothing to say where nothing tells its class, and asks every store once one does', () => {
  const untold = { Key: { Type: 'AWS::KMS::Key' }, Topic: { Type: 'AWS::SNS::Topic' } };
  const topic = (Value: unknown) => ({ Type: 'AWS::SNS::Topic', Properties: { Tags: [{ Key: 'DataClass', Value }] } });
  expect(judge(environmentOf(untold), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
  expect(judge(environmentOf({ ...untold, Topic: topic('none') }), CHECK).findings).toMatchObject([{ logicalId: 'Key' }]);
  // A class that only a deploy knows is told all the same.
  expect(judge(environmentOf({ ...untold, Topic: topic({ 'Fn::FindInMap': ['a', 'b', 'c'] }) }), CHECK).findings).toHaveLength(2);
});
