import type { WeakeningGroup } from '../../support/weakening';
import { COORDINATION_FUNCTION_ROWS } from './detection-coordination';
import { FUNCTION_ROWS } from './edge-functions';
import { LOAD_BALANCER_ROWS } from './edge-load-balancer';
import { WEB_ACL_ROWS } from './edge-web-acl';

/** The load balancer, the web ACL and the functions. */
export const EDGE_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::ListenerRule',
    'AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::WAFv2::WebACL', 'AWS::WAFv2::WebACLAssociation', 'AWS::WAFv2::LoggingConfiguration',
    'AWS::Lambda::Function', 'AWS::Lambda::Permission',
  ],
  rows: [...LOAD_BALANCER_ROWS, ...WEB_ACL_ROWS, ...FUNCTION_ROWS, ...COORDINATION_FUNCTION_ROWS],
  neutral: [
    { patterns: ['AWS::ElasticLoadBalancingV2::LoadBalancer Scheme'], because: 'The only other scheme, internal, takes the internet away from it; what may reach it either way, its group says.' },
    { patterns: ['AWS::ElasticLoadBalancingV2::ListenerRule Priority'], because: 'Every rule is judged by itself, whatever comes before it: no order of rules opens what none of them opens.' },
    {
      patterns: ['AWS::ElasticLoadBalancingV2::ListenerRule Conditions.*.Field', 'AWS::ElasticLoadBalancingV2::ListenerRule Conditions.*.PathPatternConfig.Values.*'],
      because: 'Which requests the rule takes: each that it forwards has passed the token check, and the function answers the paths that it knows and no other.',
    },
    { patterns: ['AWS::WAFv2::WebACL DefaultAction.Allow'], because: 'The only other action is to block, which closes the service; what is allowed has passed every rule, and no rule allows.' },
    { patterns: ['AWS::WAFv2::WebACL Rules.*.Priority'], because: 'Every rule blocks and none allows, so each is met in any order.' },
    { patterns: ['AWS::WAFv2::WebACL Rules.*.Name', 'AWS::WAFv2::WebACL *MetricName'], because: 'Names of a rule and of its metric; what it does stands in its statement, and no alarm reads the metric.' },
    { patterns: ['AWS::Lambda::Function Architectures.*', 'AWS::Lambda::Function MemorySize', 'AWS::Lambda::Function Timeout'], because: 'Sizes: a wrong one makes a function slow or lets it fail, which its alarms and dead letters show.' },
    { patterns: ['AWS::Lambda::Function Description'], because: 'A text for people, which nothing reads.' },
    { patterns: ['AWS::Lambda::Function Handler'], because: 'Another handler of the same code is not there: the function would fail at its start, and say so by its alarms.' },
    {
      patterns: ['AWS::Lambda::Function Environment.Variables.BUSINESS_HOURS'],
      because: 'Which hours are worked the environment’s file says, with a reason where none are; batches that are missing are told at any hour, and hours that cannot be read fail the start, which alarms.',
    },
    {
      patterns: ['AWS::Lambda::Function Environment.Variables.INCIDENT_DEFAULTS'],
      because: 'What counsel says of zone, regime and role in the environment’s file: a record says it itself, is corrected by an entry, and cannot be read where it is no JSON.',
    },
    {
      patterns: ['AWS::Lambda::Function Environment.Variables.DATABASE_PORT', 'AWS::Lambda::Function Environment.Variables.DATABASE_NAME'],
      because: 'At another port of our database, or under another name, nothing listens: no record goes anywhere else.',
    },
  ],
};
