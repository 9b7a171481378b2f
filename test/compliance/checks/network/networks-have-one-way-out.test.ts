import { networksHaveOneWayOut } from '../../../../lib/compliance/checks/network/networks-have-one-way-out';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where there is no network', () => {
  expect(networksHaveOneWayOut.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes a network that leads nowhere', () => {
  expect(networksHaveOneWayOut.evaluate(environmentOf({ Vpc: { Type: 'AWS::EC2::VPC' } })).state).toBe('met');
});

it('refuses a bridge where there is no network of ours besides', () => {
  expect(networksHaveOneWayOut.evaluate(environmentOf({ Peering: { Type: 'AWS::EC2::VPCPeeringConnection' } })).state).toBe('unmet');
});
