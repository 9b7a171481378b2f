import type { Weakening } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

type Json = Record<string, unknown>;

const BLOCKS = 'liveness/web-acl-blocks';

const acl = new WeakeningRows('AWS::WAFv2::WebACL', '', 'the web ACL');
const association = new WeakeningRows('AWS::WAFv2::WebACLAssociation', '', 'the association');
const logging = new WeakeningRows('AWS::WAFv2::LoggingConfiguration', '', 'the log of the web ACL');

const RATE = 'Rules.0.Statement.RateBasedStatement';
const GROUP = 'Statement.ManagedRuleGroupStatement';
const OVERRIDE = `Rules.2.${GROUP}.RuleActionOverrides.0`;

const rules = (properties: Json): Json[] => properties['Rules'] as Json[];
const ofGroup = (at: number, what: string, extra: Json): Weakening =>
  acl.edit(what, [], (properties) => Object.assign((rules(properties)[at]?.['Statement'] as Json)['ManagedRuleGroupStatement'] as Json, extra), BLOCKS);
const counting = (at: number, name: string): Weakening =>
  acl.edit(`that only counts ${name}`, [`Rules.${at}.OverrideAction.None`], (properties) => Object.assign(rules(properties)[at] as Json, { OverrideAction: { Count: {} } }), BLOCKS);

/** A rule that ends the evaluation for whoever it likes. */
const ALLOWING = {
  Name: 'Partners',
  Priority: 5,
  Action: { Allow: {} },
  Statement: { GeoMatchStatement: { CountryCodes: ['US'] } },
  VisibilityConfig: { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: false, MetricName: 'Partners' },
};

/** The web ACL: that its rules block, that it stands before the load balancer, and that its log keeps no secret. */
export const WEB_ACL_ROWS: readonly Weakening[] = [
  acl.set(`${RATE}.Limit`, 2_000_000, BLOCKS),
  acl.set(`${RATE}.EvaluationWindowSec`, 30, BLOCKS),
  acl.set(`${RATE}.AggregateKeyType`, 'FORWARDED_IP', BLOCKS),
  acl.edit('that only counts by rate', [], (properties) => Object.assign(rules(properties)[0] as Json, { Action: { Count: {} } }), BLOCKS),
  acl.edit('without a rule by rate', [], (properties) => void rules(properties).shift(), BLOCKS),
  acl.set('Rules.0.Action.Block.CustomResponse.ResponseCode', 200, BLOCKS),
  counting(1, 'bad addresses'),
  counting(2, 'common attacks'),
  counting(3, 'known bad inputs'),
  counting(4, 'SQL injection'),
  ...[1, 2, 3, 4].map((at) => acl.edit(`without rule ${at}`, [], (properties) => void rules(properties).splice(at, 1), BLOCKS)),
  acl.set(`Rules.2.${GROUP}.Name`, 'AWSManagedRulesLinuxRuleSet', BLOCKS),
  acl.set(`Rules.4.${GROUP}.VendorName`, 'Somebody', BLOCKS),
  acl.set(`${OVERRIDE}.Name`, 'CrossSiteScripting_BODY', BLOCKS),
  acl.edit('that allows what it should count', [`${OVERRIDE}.ActionToUse.Count`], (properties) => {
    const group = (rules(properties)[2]?.['Statement'] as Json)['ManagedRuleGroupStatement'] as Json;
    group['RuleActionOverrides'] = [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Allow: {} } }];
  }, BLOCKS),
  ofGroup(4, 'with a rule of a group excluded', { ExcludedRules: [{ Name: 'SQLi_BODY' }] }),
  ofGroup(4, 'with a group for some paths only', { ScopeDownStatement: { GeoMatchStatement: { CountryCodes: ['US'] } } }),
  ofGroup(3, 'with a group held at an old version', { Version: 'Version_1.1' }),
  acl.edit('with a rule that allows', [], (properties) => void rules(properties).push(structuredClone(ALLOWING)), BLOCKS),
  acl.set('Rules.2.VisibilityConfig.CloudWatchMetricsEnabled', false, BLOCKS),
  acl.set('Rules.2.VisibilityConfig.SampledRequestsEnabled', true, BLOCKS),
  acl.set('VisibilityConfig.CloudWatchMetricsEnabled', false, BLOCKS),
  acl.set('VisibilityConfig.SampledRequestsEnabled', true, BLOCKS),
  acl.set('Scope', 'CLOUDFRONT', BLOCKS),
  acl.edit('without its class', ['Tags'], (properties) => Object.assign(properties, { Tags: [] }), 'strength/carriers-say-what-they-carry'),
  acl.gone('presence/a-web-acl'),

  association.set('ResourceArn', 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/other/0', BLOCKS),
  association.set('WebACLArn', 'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/other/0', BLOCKS),
  association.gone('presence/a-web-acl-association'),

  logging.set('LogDestinationConfigs.0', 'arn:aws:s3:::aws-waf-logs-somebody-else', BLOCKS),
  logging.set('RedactedFields.0.SingleHeader.Name', 'accept', BLOCKS),
  logging.edit('with cookies in it', [], (properties) => void (properties['RedactedFields'] as Json[]).splice(1, 1), BLOCKS),
  logging.edit('with queries in it', ['RedactedFields.2.QueryString'], (properties) => void (properties['RedactedFields'] as Json[]).pop(), BLOCKS),
  logging.set('ResourceArn', 'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/other/0', BLOCKS),
  logging.add('LoggingFilter', { DefaultBehavior: 'DROP', Filters: [] }, BLOCKS),
  logging.gone('presence/web-acl-logging'),
];
