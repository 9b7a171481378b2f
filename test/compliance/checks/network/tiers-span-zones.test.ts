import { tiersSpanZones } from '../../../../lib/compliance/checks/network/tiers-span-zones';
import { environmentOf } from '../../../support/tiny-environment';

const judged = (...zones: readonly unknown[]) =>
  tiersSpanZones.evaluate(
    environmentOf({
      ...Object.fromEntries(
        zones.map((AvailabilityZone, at) => [`Subnet${at}`, { Type: 'AWS::EC2::Subnet', Properties: { AvailabilityZone } }]),
      ),
      Work: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { SubnetIds: zones.map((_, at) => ({ Ref: `Subnet${at}` })) } } },
    }),
  ).state;

it('has nothing to say of what stands in no subnet', () => {
  expect(tiersSpanZones.evaluate(environmentOf({ Work: { Type: 'AWS::Lambda::Function' } })).state).toBe('notApplicable');
});

it('counts zones, not subnets', () => {
  expect([judged('us-east-1a', 'us-east-1b'), judged('us-east-1a', 'us-east-1a'), judged()]).toEqual(['met', 'unmet', 'unmet']);
});
