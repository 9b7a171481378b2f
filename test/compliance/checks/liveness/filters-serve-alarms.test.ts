import { filtersServeAlarms } from '../../../../lib/compliance/checks/liveness/filters-serve-alarms';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

const METRIC = { MetricName: 'Trouble', MetricNamespace: 'Ours', MetricValue: '1' };
const judged = (FilterPattern: string, MetricTransformations: unknown = [METRIC]) =>
  filtersServeAlarms.evaluate(
    environmentOf({
      Group: { Type: 'AWS::Logs::LogGroup' },
      Filter: { Type: 'AWS::Logs::MetricFilter', Properties: { LogGroupName: { Ref: 'Group' }, FilterPattern, MetricTransformations } },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Trouble', Namespace: 'Ours' } },
    }),
  ).state;

it('has nothing to say where there is no filter', () => {
  expect(filtersServeAlarms.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes one that counts trouble, and refuses one that counts everything', () => {
  expect([judged('{ $.eventName = "StopLogging" }'), judged('{ $.eventName = "Describe*" }'), judged('{ $.status >= 0 }')]).toEqual([
    'met',
    'unmet',
    'unmet',
  ]);
});

it('refuses one of two metrics that nobody looks at', () => {
  expect(judged('{ $.eventName = "StopLogging" }', [METRIC, { ...METRIC, MetricName: 'Other' }])).toBe('unmet');
  expect(judged('{ $.eventName = "StopLogging" }', [])).toBe('unmet');
});

it('does not guess at a pattern of another kind', () => {
  expect(() => judged('[ip, user, ...]')).toThrow(CannotTell);
});

it('refuses one that reads a group which is not there, and takes one that names its group', () => {
  const reading = (LogGroupName: string) =>
    filtersServeAlarms.evaluate(
      environmentOf({
        Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/by/name' } },
        Filter: {
          Type: 'AWS::Logs::MetricFilter',
          Properties: { LogGroupName, FilterPattern: '{ $.eventName = "StopLogging" }', MetricTransformations: [METRIC] },
        },
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Trouble', Namespace: 'Ours' } },
      }),
    ).state;
  expect([reading('/by/name'), reading('/of/nobody')]).toEqual(['met', 'unmet']);
});
