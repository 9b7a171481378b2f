import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/log-groups-stand-where-logs-go';

it('has nothing to say without a database', () => {
  expect(judge(environmentOf({ Group: { Type: 'AWS::Logs::LogGroup' } }), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it('asks for a group for each log, and for none where nothing is logged', () => {
  const database = (Properties: object) => environmentOf({ Database: { Type: 'AWS::RDS::DBInstance', Properties } });
  expect(judge(database({ DBInstanceIdentifier: 'db' }), CHECK).verdict).toMatchObject({ state: 'met' });
  expect(
    judge(database({ DBInstanceIdentifier: 'db', EnableCloudwatchLogsExports: ['upgrade'], MonitoringInterval: 60 }), CHECK).findings,
  ).toMatchObject([
    { expected: 'a log group of these templates named /aws/rds/instance/db/upgrade' },
    { expected: 'a log group of these templates named RDSOSMetrics' },
  ]);
});
