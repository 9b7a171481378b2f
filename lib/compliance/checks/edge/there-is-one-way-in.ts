import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';

/** Types by which somebody outside reaches something inside, none of which any check here judges. */
const OTHER_WAYS: readonly string[] = [
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGatewayV2::Api',
  'AWS::AppSync::GraphQLApi',
  'AWS::CloudFront::Distribution',
  'AWS::Lambda::Url',
  'AWS::VpcLattice::Service',
  'AWS::EC2::VPCEndpointService',
  'AWS::GlobalAccelerator::Accelerator',
  'AWS::ElasticLoadBalancing::LoadBalancer',
  'AWS::Transfer::Server',
  'AWS::S3::AccessPoint',
  'AWS::S3::MultiRegionAccessPoint',
  'AWS::EC2::InstanceConnectEndpoint',
  'AWS::EC2::EIP',
  'AWS::AppRunner::Service',
  'AWS::Amplify::App',
  'AWS::IoT::TopicRule',
];

/** Every request comes by the load balancer, past its web ACL and its token check: 164.312(e)(1), 164.312(d). */
export const thereIsOneWayIn: Check = {
  id: 'strength/there-is-one-way-in',
  claim: 'no gateway, distribution, endpoint service or public address stands beside the load balancer',
  citations: ['164.312(e)(1)', '164.312(d)'],
  severity: 'error',
  evaluate: (environment) => {
    const balancers = environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer');
    const others = OTHER_WAYS.flatMap((type) => environment.of(type));
    if (balancers.length + others.length === 0) return { state: 'notApplicable', reason: 'the templates hold no way in' };
    return verdictOf(
      [...balancers, ...others],
      others.map((other) =>
        toFinding(other, '164.312(e)(1)', { property: 'Type', value: other.type, expected: 'the load balancer as the only way in' }),
      ),
    );
  },
};
