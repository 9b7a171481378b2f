import { subnetsHaveOwnRoutes } from '../../../../lib/compliance/checks/network/subnets-have-own-routes';
import { environmentOf } from '../../../support/tiny-environment';

const association = (table: string) => ({
  Type: 'AWS::EC2::SubnetRouteTableAssociation',
  Properties: { SubnetId: { Ref: 'Subnet' }, RouteTableId: { Ref: table } },
});
const judged = (...tables: readonly string[]) =>
  subnetsHaveOwnRoutes.evaluate(
    environmentOf({
      Subnet: { Type: 'AWS::EC2::Subnet' },
      Own: { Type: 'AWS::EC2::RouteTable' },
      Other: { Type: 'AWS::EC2::RouteTable' },
      ...Object.fromEntries(tables.map((table, at) => [`Association${at}`, association(table)])),
    }),
  ).state;

it('has nothing to say where there is no subnet', () => {
  expect(subnetsHaveOwnRoutes.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes one table, and neither none nor two', () => {
  expect([judged('Own'), judged(), judged('Own', 'Other')]).toEqual(['met', 'unmet', 'unmet']);
});
