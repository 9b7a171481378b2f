import { everythingStandsInOurNetwork } from '../../../../lib/compliance/checks/network/everything-stands-in-our-network';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where there is no part of a network', () => {
  expect(everythingStandsInOurNetwork.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('does not take a part of no network, or of something else, for one of ours', () => {
  const of = (VpcId: unknown) =>
    everythingStandsInOurNetwork.evaluate(
      environmentOf({
        Vpc: { Type: 'AWS::EC2::VPC' },
        Bucket: { Type: 'AWS::S3::Bucket' },
        Acl: { Type: 'AWS::EC2::NetworkAcl', Properties: VpcId === undefined ? {} : { VpcId } },
      }),
    ).state;
  expect([of({ Ref: 'Vpc' }), of({ Ref: 'Bucket' }), of(undefined)]).toEqual(['met', 'unmet', 'unmet']);
});
