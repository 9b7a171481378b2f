import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { groupRulesOf, usersOf, type GroupRule } from './group-rules';

const HTTPS = 443;

/** The rule that CDK writes into a group that lets nothing out: no packet has this address. */
const NOWHERE = '255.255.255.255/32';

/**
 * AWS's own lists, for its gateway endpoints, have eight digits; one that an account fills has seventeen, and holds whatever that account
 * likes.
 */
const LIST_OF_AWS = /^pl-[0-9a-f]{8}$/;

/** The only open range is HTTPS on the load balancer; everything else names another group, on one port. */
export const groupsNameTheirPeers: Check = {
  id: 'strength/groups-name-their-peers',
  claim:
    'no security group opens a range of addresses but HTTPS on a load balancer, none opens more than one port, and lists of addresses ' +
    'are AWS’s own and lead out',
  citations: ['164.312(e)(1)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const rules = groupRulesOf(environment);
    const findings = rules.flatMap((rule) =>
      faultsOf(environment, rule).map((expected) =>
        toFinding(rule.at, '164.312(e)(1)', {
          property: rule.property,
          value: described(rule),
          expected,
        }),
      ),
    );
    return verdictOf([...environment.of('AWS::EC2::SecurityGroup'), ...rules.map(({ at }) => at)], findings);
  },
};

function described({ direction, ranges, lists, protocol, from, to }: GroupRule): string {
  return `${direction} ${[...ranges, ...lists].join(', ') || 'group'} ${protocol} ${from ?? '*'}-${to ?? '*'}`;
}

function faultsOf(environment: EnvironmentModel, rule: GroupRule): readonly string[] {
  const isNowhere = rule.ranges.length > 0 && rule.ranges.every((range) => range === NOWHERE);
  const isOpen = rule.ranges.some((range) => range !== NOWHERE);
  const isHttps = rule.protocol === 'tcp' && rule.from === HTTPS && rule.to === HTTPS;
  const isOnePort = rule.protocol === 'tcp' && rule.from !== undefined && rule.from === rule.to;
  const isForeign = rule.peers.some((peer) => environment.at(peer, 'AWS::EC2::SecurityGroup') === undefined);
  return [
    ...(isOpen && !(isHttps && isOfBalancers(environment, rule)) ? ['another security group, or HTTPS on a load balancer'] : []),
    ...(isNowhere || isOnePort ? [] : ['one TCP port']),
    ...(rule.lists.some((list) => rule.direction === 'in' || !LIST_OF_AWS.test(list)) ? ['a list of AWS’s own, outward'] : []),
    ...(isForeign ? ['a group of these templates'] : []),
  ];
}

/** A group that something else stands in too would open that as well. */
function isOfBalancers(environment: EnvironmentModel, { group }: GroupRule): boolean {
  const users = group ? usersOf(environment, group) : [];
  return users.length > 0 && users.every(({ type }) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer');
}
