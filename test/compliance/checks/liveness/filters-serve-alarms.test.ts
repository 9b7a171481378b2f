import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'liveness/filters-serve-alarms';

it('has nothing to say without a filter', () => {
  expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it.each([
  [{ Ref: 'Group' }, 'met'],
  ['/by/name', 'met'],
  ['/of/nobody', 'unmet'],
])('judges a filter on %j: %s', (LogGroupName, state) => {
  const environment = environmentOf({
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/by/name' } },
    Filter: {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        LogGroupName,
        FilterPattern: '{ $.event = "export_stalled" }',
        MetricTransformations: [{ MetricNamespace: 'Records', MetricName: 'Stalled', MetricValue: '1' }],
      },
    },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'Records', MetricName: 'Stalled' } },
  });
  expect(judge(environment, CHECK).verdict).toMatchObject({ state });
});
