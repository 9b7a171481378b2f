import { carriersSayWhatTheyCarry } from '../../../../lib/compliance/checks/edge/carriers-say-what-they-carry';
import { environmentOf } from '../../../support/tiny-environment';

const tagged = (value: string) => [{ Key: 'DataClass', Value: value }];
const judged = (ofGroup: string, ofFunction: string) =>
  carriersSayWhatTheyCarry.evaluate(
    environmentOf({
      Group: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: { Tags: tagged(ofGroup), Targets: [{ Id: { 'Fn::GetAtt': ['Work', 'Arn'] } }] },
      },
      Work: { Type: 'AWS::Lambda::Function', Properties: { Tags: tagged(ofFunction) } },
    }),
  ).state;

it('has nothing to say where nothing carries anything', () => {
  expect(carriersSayWhatTheyCarry.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes the class of the functions behind, whatever it is', () => {
  expect([judged('phi', 'phi'), judged('operational', 'operational'), judged('operational', 'phi')]).toEqual(['met', 'met', 'unmet']);
});

it('takes what has nothing behind it for a carrier of PHI', () => {
  const alone = (value: string) =>
    carriersSayWhatTheyCarry.evaluate(
      environmentOf({ Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Tags: tagged(value) } } }),
    ).state;
  expect([alone('phi'), alone('none')]).toEqual(['met', 'unmet']);
});
