import { alarmsFire } from '../../../../lib/compliance/checks/liveness/alarms-fire';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

const ERRORS = {
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Statistic: 'Sum',
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: 1,
  Period: 300,
  EvaluationPeriods: 1,
  TreatMissingData: 'notBreaching',
};
const OURS = [{ Name: 'FunctionName', Value: { Ref: 'Work' } }];
const judged = (more: object) =>
  alarmsFire.evaluate(
    environmentOf({
      Work: { Type: 'AWS::Lambda::Function' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { ...ERRORS, Dimensions: OURS, ...more } },
    }),
  ).state;

it('has nothing to say where there is no alarm', () => {
  expect(alarmsFire.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('lets an alarm look at several periods when one bad one is enough', () => {
  expect([judged({}), judged({ EvaluationPeriods: 3, DatapointsToAlarm: 1 }), judged({ EvaluationPeriods: 3 })]).toEqual([
    'met',
    'met',
    'unmet',
  ]);
});

it('lets a state last for some periods, but not for hours', () => {
  const state = { MetricName: 'Invocations', ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' };
  expect([judged({ ...state, EvaluationPeriods: 3 }), judged({ ...state, EvaluationPeriods: 48 })]).toEqual(['met', 'unmet']);
});

it('refuses a metric that nobody here knows or fills', () => {
  expect(judged({ MetricName: 'Erors' })).toBe('unmet');
});

it.each([
  ['an expression of metrics', { Metrics: [{ Id: 'e1', Expression: 'm1 / m2' }] }],
  ['a percentile', { ExtendedStatistic: 'p99' }],
  ['a comparison of another kind', { ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold' }],
])('does not guess at %s', (_, more) => {
  expect(() => judged(more)).toThrow(CannotTell);
});
