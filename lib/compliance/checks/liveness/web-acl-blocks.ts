import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, recordsAt, textAt, textsAt, toFlag, toList, toNumber, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

type Json = Readonly<Record<string, unknown>>;

/** Groups without which known-bad requests get through. */
const GROUPS = [
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
  'AWSManagedRulesAmazonIpReputationList',
];

/** The most requests, in five minutes, of one address: a clinic of 300 people behind one address, each with a request every ten seconds. */
const MOST_REQUESTS = 10_000;

/** Rules of a group that may count: only those that a body of a clinical note would meet. */
const MAY_COUNT: readonly string[] = ['SizeRestrictions_BODY'];

/** The web ACL stands before the load balancer and its rules block: one that only counts is a report, not a wall. */
export const webAclBlocks: Check = {
  id: 'liveness/web-acl-blocks',
  claim:
    'every web ACL is associated with a load balancer, blocks by rate and by the managed groups, counts nothing else, and logs ' +
    'without tokens',
  citations: ['164.308(a)(5)(ii)(B)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::WAFv2::WebACL'], '164.308(a)(5)(ii)(B)', (acl) => faultsOf(environment, acl)),
};

function faultsOf(environment: EnvironmentModel, acl: Resource): readonly Fault[] {
  const rules = recordsAt(acl, 'Rules');
  const present = rules.map((rule) => groupOf(rule)?.['Name']);
  const rates = rules.map(rateOf).filter((rate) => rate !== undefined);
  return [
    ...rules.flatMap((rule, at) => faultsOfRule(rule, `Rules.${at}`)),
    ...GROUPS.filter((name) => !present.includes(name)).map((name): Fault => ({
      property: 'Rules',
      value: `without ${name}`,
      expected: `with ${name}`,
    })),
    ...(rates.some((rate) => rate <= MOST_REQUESTS)
      ? []
      : [{ property: 'Rules', value: 'no rate rule', expected: `a rule that blocks above ${MOST_REQUESTS} requests or fewer` }]),
    ...(flagAt(acl, 'VisibilityConfig.SampledRequestsEnabled') === false
      ? []
      : [{ property: 'VisibilityConfig.SampledRequestsEnabled', value: 'true', expected: 'false: samples are not redacted' }]),
    ...(flagAt(acl, 'VisibilityConfig.CloudWatchMetricsEnabled') === true
      ? []
      : [{ property: 'VisibilityConfig.CloudWatchMetricsEnabled', value: 'false', expected: 'true' }]),
    ...(textAt(acl, 'Scope') === 'REGIONAL' ? [] : [{ property: 'Scope', value: textAt(acl, 'Scope'), expected: 'REGIONAL' }]),
    ...associated(environment, acl),
    ...logged(environment, acl),
  ];
}

function faultsOfRule(rule: Json, property: string): readonly Fault[] {
  const group = groupOf(rule);
  const visibility = isJson(rule['VisibilityConfig']) ? rule['VisibilityConfig'] : {};
  const isBlocking = group
    ? isJson(rule['OverrideAction']) && 'None' in rule['OverrideAction']
    : isJson(rule['Action']) && 'Block' in rule['Action'];
  const overridden = toList(group?.['RuleActionOverrides']).filter((override) => !isHarmless(override));
  const excluded = [
    ...toList(group?.['ExcludedRules']),
    ...(group?.['ScopeDownStatement'] === undefined ? [] : ['a scope-down statement']),
    // A group of a fixed version learns nothing new.
    ...(group?.['Version'] === undefined ? [] : ['a version']),
  ];
  return [
    ...(isBlocking
      ? []
      : [{ property: `${property} ${String(rule['Name'])}`, value: rule['OverrideAction'] ?? rule['Action'], expected: 'blocks' }]),
    ...[...overridden, ...excluded].map((value): Fault => ({
      property: `${property} ${String(rule['Name'])}`,
      value,
      expected: `no rule of the group but ${MAY_COUNT.join(', ')} set to count`,
    })),
    ...(toFlag(visibility['SampledRequestsEnabled']) === false && toFlag(visibility['CloudWatchMetricsEnabled']) === true
      ? []
      : [{ property: `${property}.VisibilityConfig`, value: visibility, expected: 'metrics and no samples' }]),
    ...answer(rule, property),
  ];
}

/** To allow would end the evaluation there, and let a request past every rule that follows. */
function isHarmless(override: unknown): boolean {
  if (!isJson(override) || !isJson(override['ActionToUse'])) return false;
  const action = override['ActionToUse'];
  return 'Block' in action || ('Count' in action && MAY_COUNT.includes(String(override['Name'])));
}

/** Who is blocked has to see that he is: an answer of 200 reads as success, to clients and in every log. */
function answer(rule: Json, property: string): readonly Fault[] {
  const block = isJson(rule['Action']) && isJson(rule['Action']['Block']) ? rule['Action']['Block'] : {};
  const response = isJson(block['CustomResponse']) ? block['CustomResponse'] : undefined;
  const code = toNumber(response?.['ResponseCode']);
  return response === undefined || (code !== undefined && code >= 400)
    ? []
    : [{ property: `${property}.Action`, value: response, expected: 'a response of 4xx or 5xx' }];
}

function groupOf(rule: Json): Json | undefined {
  const statement = isJson(rule['Statement']) ? rule['Statement'] : {};
  const group = statement['ManagedRuleGroupStatement'];
  return isJson(group) && group['VendorName'] === 'AWS' ? group : undefined;
}

function rateOf(rule: Json): number | undefined {
  const statement = isJson(rule['Statement']) ? rule['Statement'] : {};
  const rate = statement['RateBasedStatement'];
  const isBlocking = isJson(rule['Action']) && 'Block' in rule['Action'];
  if (!isJson(rate) || !isBlocking || rate['ScopeDownStatement'] !== undefined || rate['AggregateKeyType'] !== 'IP') return undefined;
  const window = toNumber(rate['EvaluationWindowSec']) ?? 300;
  return ((toNumber(rate['Limit']) ?? Number.NaN) * 300) / window;
}

function associated(environment: EnvironmentModel, acl: Resource): readonly Fault[] {
  const guarded = environment
    .of('AWS::WAFv2::WebACLAssociation')
    .filter((association) => environment.at(textAt(association, 'WebACLArn')) === acl)
    .map((association) => environment.at(textAt(association, 'ResourceArn')));
  const bare = environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer').filter((balancer) => !guarded.includes(balancer));
  return bare.map((balancer) => ({
    property: 'WebACLAssociation',
    value: `${balancer.logicalId} has none`,
    expected: 'an association with every load balancer',
  }));
}

/** Headers that open records: a log that has them is a key ring. */
const SECRET_HEADERS = ['authorization', 'cookie'];

function logged(environment: EnvironmentModel, acl: Resource): readonly Fault[] {
  const logging = environment.of('AWS::WAFv2::LoggingConfiguration').find((each) => environment.at(textAt(each, 'ResourceArn')) === acl);
  if (!logging) return [{ property: 'LoggingConfiguration', value: undefined, expected: 'a log' }];
  const redacted = recordsAt(logging, 'RedactedFields');
  const hidden = redacted.map(({ SingleHeader }) => (isJson(SingleHeader) ? String(SingleHeader['Name']).toLowerCase() : ''));
  const target = textsAt(logging, 'LogDestinationConfigs').map((arn) => environment.at(arn));
  return [
    ...SECRET_HEADERS.filter((name) => !hidden.includes(name)).map((name): Fault => ({
      property: 'LoggingConfiguration.RedactedFields',
      value: `without ${name}`,
      expected: `with ${name}`,
    })),
    ...(valueAt(logging, 'LoggingFilter') === undefined
      ? []
      : [
          {
            property: 'LoggingConfiguration.LoggingFilter',
            value: valueAt(logging, 'LoggingFilter'),
            expected: 'absent: every request is logged',
          },
        ]),
    ...(redacted.some((field) => 'QueryString' in field)
      ? []
      : [{ property: 'LoggingConfiguration.RedactedFields', value: 'without the query', expected: 'with QueryString' }]),
    ...(target.length > 0 && target.every((each) => each !== undefined)
      ? []
      : [
          {
            property: 'LoggingConfiguration.LogDestinationConfigs',
            value: textsAt(logging, 'LogDestinationConfigs'),
            expected: 'a log group of these templates',
          },
        ]),
  ];
}
