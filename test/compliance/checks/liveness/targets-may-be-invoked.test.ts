import { targetsMayBeInvoked } from '../../../../lib/compliance/checks/liveness/targets-may-be-invoked';
import { environmentOf } from '../../../support/tiny-environment';

const judged = (Targets: unknown, permission: object = {}) =>
  targetsMayBeInvoked.evaluate(
    environmentOf({
      Work: { Type: 'AWS::Lambda::Function' },
      Group: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Name: 'work', Targets } },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: { Ref: 'Work' },
          Principal: 'elasticloadbalancing.amazonaws.com',
          SourceArn: { Ref: 'Group' },
          ...permission,
        },
      },
    }),
  ).state;
const WORK = [{ Id: { 'Fn::GetAtt': ['Work', 'Arn'] } }];

it('has nothing to say where there is no target group', () => {
  expect(targetsMayBeInvoked.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes a permission by the group itself, or by its name', () => {
  expect([judged(WORK), judged(WORK, { SourceArn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/work/*' })]).toEqual([
    'met',
    'met',
  ]);
});

it('refuses a permission for another service, and a group of nothing', () => {
  expect([judged(WORK, { Principal: 'events.amazonaws.com' }), judged([]), judged([{ Id: '10.0.0.1' }])]).toEqual([
    'unmet',
    'unmet',
    'unmet',
  ]);
});
