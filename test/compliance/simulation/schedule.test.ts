import { longestGapDays } from '../../../lib/compliance/simulation/schedule';
import { CannotTell } from '../../../lib/compliance/verdict';

it.each([
  ['rate(12 hours)', 0.5],
  ['rate(1 day)', 1],
  ['rate(90 days)', 90],
  ['cron(0 5 * * ? *)', 1],
  ['cron(0 12 ? * SUN *)', 7],
  ['cron(0 12 ? * 2-6 *)', 3],
  ['cron(0 12 ? * MON,THU *)', 4],
  ['cron(0 9 1 * ? *)', 31],
  ['cron(0 9 L * ? *)', 31],
  ['cron(0 9 1 1/3 ? *)', 92],
  ['cron(0 9 1 JAN ? *)', 366],
])('%s leaves at most %d days without a run', (expression, days) => {
  expect(longestGapDays(expression)).toBe(days);
});

it.each(['cron(0 5 * * ? 2026)', 'cron(0 9 31 FEB ? *)'])('%s stops, or never runs', (expression) => {
  expect(longestGapDays(expression)).toBe(Number.POSITIVE_INFINITY);
});

it.each(['', 'daily', 'cron(0 5 * *)', 'cron(0 9 ? * 3#1 *)', 'cron(0 9 1W * ? *)'])('does not guess at "%s"', (expression) => {
  expect(() => longestGapDays(expression)).toThrow(CannotTell);
});
