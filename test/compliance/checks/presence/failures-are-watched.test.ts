import { failuresAreWatched } from '../../../../lib/compliance/checks/presence/failures-are-watched';
import { environmentOf } from '../../../support/tiny-environment';

const alarm = (dimension: object) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { Namespace: 'AWS/RDS', MetricName: 'FreeStorageSpace', Dimensions: [dimension] },
});

it('has nothing to say where nothing could fail', () => {
  expect(failuresAreWatched.evaluate(environmentOf({ Queue: { Type: 'AWS::SQS::Queue' } })).state).toBe('notApplicable');
});

it('tells a database from a proxy of the same name', () => {
  const named = {
    Database: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: 'records' } },
    Proxy: { Type: 'AWS::RDS::DBProxy', Properties: { DBProxyName: 'records' } },
  };
  const judged = (Value: unknown) =>
    failuresAreWatched.evaluate(environmentOf({ ...named, Alarm: alarm({ Name: 'DBInstanceIdentifier', Value }) })).state;
  expect([judged({ Ref: 'Database' }), judged('records'), judged('other')]).toEqual(['met', 'met', 'unmet']);
});
