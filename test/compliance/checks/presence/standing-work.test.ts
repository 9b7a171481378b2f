import { STANDING_WORK_CHECKS } from '../../../../lib/compliance/checks/presence/standing-work';
import { environmentOf } from '../../../support/tiny-environment';

it('misses work that nothing does', () => {
  expect(STANDING_WORK_CHECKS.map((check) => check.evaluate(environmentOf({})).state)).toEqual(STANDING_WORK_CHECKS.map(() => 'unmet'));
});

it('knows an export by what the function is told of, and counts the oftener of two schedules', () => {
  const check = STANDING_WORK_CHECKS.find(({ id }) => id === 'presence/an-export-of-audit');
  const schedule = (ScheduleExpression: string) => ({
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression, Targets: [{ Id: '0', Arn: { 'Fn::GetAtt': ['Anything', 'Arn'] } }] },
  });
  const judged = (...expressions: readonly string[]) =>
    check?.evaluate(
      environmentOf({
        Archive: { Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'DataClass', Value: 'audit' }] } },
        Anything: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { WHERE: { Ref: 'Archive' } } } } },
        ...Object.fromEntries(expressions.map((expression, at) => [`Rule${at}`, schedule(expression)])),
      }),
    ).state;
  expect([
    judged('rate(5 minutes)'),
    judged('rate(1 hour)', 'rate(1 minute)'),
    judged('rate(1 hour)'),
    judged('cron(0 3 * * ? *)'),
  ]).toEqual(['met', 'met', 'unmet', 'unmet']);
});
