import type { WeakeningGroup } from '../../support/weakening';

/** The load balancer, the web ACL and the functions. */
export const EDGE_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::WAFv2::WebACL', 'AWS::WAFv2::WebACLAssociation', 'AWS::WAFv2::LoggingConfiguration', 'AWS::Lambda::Function', 'AWS::Lambda::Permission'],
  rows: [],
  neutral: [],
};
