import { thereIsOneWayIn } from '../../../../lib/compliance/checks/edge/there-is-one-way-in';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where there is no way in', () => {
  expect(thereIsOneWayIn.evaluate(environmentOf({ Bucket: { Type: 'AWS::S3::Bucket' } })).state).toBe('notApplicable');
});

it('refuses another way in, with a load balancer or without', () => {
  const other = { Api: { Type: 'AWS::ApiGateway::RestApi' } };
  const balancer = { Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' } };
  expect([balancer, other, { ...balancer, ...other }].map((resources) => thereIsOneWayIn.evaluate(environmentOf(resources)).state)).toEqual(
    ['met', 'unmet', 'unmet'],
  );
});
