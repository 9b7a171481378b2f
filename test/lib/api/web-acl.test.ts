import type { Claim } from '../../support/claims';
import { holds, judge, judgeAll, notices, unlike } from '../../support/claims';
import type { Landscape } from '../../support/landscape';

interface Rule {
  readonly Action?: Readonly<Record<string, unknown>>;
  readonly Name: string;
  readonly OverrideAction?: Readonly<Record<string, unknown>>;
  readonly Priority: number;
  readonly Statement: {
    readonly ManagedRuleGroupStatement?: {
      readonly Name: string;
      readonly VendorName: string;
      readonly ExcludedRules?: unknown;
      readonly ScopeDownStatement?: unknown;
      readonly RuleActionOverrides?: readonly { readonly Name: string; readonly ActionToUse: Readonly<Record<string, unknown>> }[];
    };
    readonly RateBasedStatement?: { readonly AggregateKeyType: string; readonly EvaluationWindowSec?: number; readonly Limit: number };
  };
  readonly VisibilityConfig: Visibility;
}

interface Visibility {
  readonly CloudWatchMetricsEnabled: boolean;
  readonly SampledRequestsEnabled: boolean;
}

interface WebAcl {
  readonly Rules: readonly Rule[];
  readonly Scope: string;
  readonly VisibilityConfig: Visibility;
}

const ACL = 'AWS::WAFv2::WebACL';
/** Rules that only count, and why. */
const MAY_COUNT: Readonly<Record<string, string>> = {
  SizeRestrictions_BODY: 'Clinical notes exceed the 8 KB of the rule; the function caps a body itself.',
};
const GROUPS = [
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
  'AWSManagedRulesAmazonIpReputationList',
];

const rulesOf = (land: Landscape): readonly Rule[] => land.of<WebAcl>(ACL).flatMap(({ properties }) => properties.Rules);

const guardsTheLoadBalancer: Claim = (land) =>
  judge('web ACLs', land.of<WebAcl>(ACL), (acl) => {
    const associated = land
      .of<{ ResourceArn: string; WebACLArn: string }>('AWS::WAFv2::WebACLAssociation')
      .filter(({ properties }) => properties.WebACLArn === land.arnOf(acl))
      .map(({ properties }) => properties.ResourceArn);
    return [
      unlike('scope', acl.properties.Scope, 'REGIONAL'),
      unlike('what it guards', associated, [land.refOf(land.one('AWS::ElasticLoadBalancingV2::LoadBalancer'))]),
    ];
  });

const everyRuleBlocks: Claim = (land) =>
  judgeAll('rules', rulesOf(land), ({ Name, Action, OverrideAction, Statement }) => {
    const group = Statement.ManagedRuleGroupStatement;
    if (!group) return [unlike(`${Name}'s action`, Object.keys(Action ?? {}), ['Block'])];
    return [
      unlike(`${Name}'s override`, OverrideAction, { None: {} }),
      (group.ExcludedRules ?? group.ScopeDownStatement) !== undefined && `${Name}: leaves requests out`,
      ...(group.RuleActionOverrides ?? []).map(
        (override) => !('Block' in override.ActionToUse) && !(override.Name in MAY_COUNT) && `${Name}: ${override.Name} does not block`,
      ),
    ];
  });

const knowsWhatIsBad: Claim = (land) => {
  const rules = rulesOf(land);
  const rates = rules.flatMap(({ Statement }) => Statement.RateBasedStatement ?? []);
  const groups = rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement ?? []);
  const priorities = rules.map(({ Priority }) => Priority);
  return [
    unlike('rate rules', rates, [{ AggregateKeyType: 'IP', EvaluationWindowSec: 300, Limit: land.config.requestsPerAddressPer5Minutes }]),
    ...GROUPS.filter((name) => !groups.some((group) => group.Name === name && group.VendorName === 'AWS')).map(
      (name) => `no rule of the group ${name}`,
    ),
    unlike(
      'priorities that are used twice',
      priorities.filter((priority, index) => priorities.indexOf(priority) !== index),
      [],
    ),
  ].filter((fault) => fault !== undefined);
};

interface Logging {
  readonly LogDestinationConfigs: readonly string[];
  readonly LoggingFilter?: unknown;
  readonly RedactedFields?: readonly { readonly SingleHeader?: { readonly Name: string }; readonly QueryString?: unknown }[];
  readonly ResourceArn: string;
}

const logsWithoutSecrets: Claim = (land) => [
  ...judge('web ACLs', land.of<WebAcl>(ACL), (acl) => [
    !land.of<Logging>('AWS::WAFv2::LoggingConfiguration').some(({ properties }) => properties.ResourceArn === land.arnOf(acl)) &&
      'logs nothing',
    // A sample holds the whole request, which redaction does not touch.
    acl.properties.VisibilityConfig.SampledRequestsEnabled && 'keeps samples of requests',
    ...acl.properties.Rules.map(
      ({ Name, VisibilityConfig }) => VisibilityConfig.SampledRequestsEnabled && `${Name} keeps samples of requests`,
    ),
    ...acl.properties.Rules.map(({ Name, VisibilityConfig }) => !VisibilityConfig.CloudWatchMetricsEnabled && `${Name} is not counted`),
  ]),
  ...judge('logging of web ACLs', land.of<Logging>('AWS::WAFv2::LoggingConfiguration'), ({ properties }) => {
    const redacted = (properties.RedactedFields ?? []).map(
      ({ SingleHeader, QueryString }) => SingleHeader?.Name.toLowerCase() ?? (QueryString ? 'query' : 'other'),
    );
    return [
      unlike('redacted', redacted.sort(), ['authorization', 'cookie', 'query']),
      properties.LoggingFilter !== undefined && 'leaves requests out of its log',
      properties.LogDestinationConfigs.length !== 1 && 'logs to more than one place',
    ];
  }),
];

describe('the web ACL', () => {
  holds('guards the load balancer', guardsTheLoadBalancer);
  holds('blocks with every rule: none only counts, but the one that is named', everyRuleBlocks);
  holds('knows addresses that ask too often, and what is known to be bad', knowsWhatIsBad);
  holds('logs every request without its token, cookies or query', logsWithoutSecrets);

  notices(
    'a web ACL that guards nothing',
    guardsTheLoadBalancer,
    (draft) => draft.remove('AWS::WAFv2::WebACLAssociation', ''),
    /^Api\/FirewallWebAcl\w+: what it guards is \[\]/,
  );
  notices(
    'a group that only counts',
    everyRuleBlocks,
    (draft) =>
      draft.edit<{ Rules: { OverrideAction?: unknown }[] }>(ACL, '', ({ Rules }) => {
        for (const rule of Rules.filter(({ OverrideAction }) => OverrideAction)) rule.OverrideAction = { Count: {} };
      }),
    /AWSManagedRulesCommonRuleSet's override is \{"Count":\{\}\}/,
  );
  notices(
    'a rate rule that only counts',
    everyRuleBlocks,
    (draft) => draft.set(ACL, '', ['Rules', 0, 'Action'], { Count: {} }),
    /RatePerAddress's action is \["Count"\]/,
  );
  notices(
    'another rule that only counts',
    everyRuleBlocks,
    (draft) =>
      draft.edit<{ Rules: Rule[] }>(ACL, '', ({ Rules }) => {
        const overrides = Rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? []) as {
          Name: string;
        }[];
        for (const override of overrides) override.Name = 'CrossSiteScripting_BODY';
      }),
    /CrossSiteScripting_BODY does not block/,
  );
  notices('a rate without a limit', knowsWhatIsBad, (draft) => draft.unset(ACL, '', ['Rules', 0]), /rate rules is \[\]/);
  notices(
    'tokens in the log',
    logsWithoutSecrets,
    (draft) => draft.unset('AWS::WAFv2::LoggingConfiguration', '', ['RedactedFields', 0]),
    /redacted is \["cookie","query"\]/,
  );
  notices(
    'samples of whole requests',
    logsWithoutSecrets,
    (draft) => draft.set(ACL, '', ['Rules', 1, 'VisibilityConfig', 'SampledRequestsEnabled'], true),
    /keeps samples of requests/,
  );
});
