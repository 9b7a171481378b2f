import type { Check } from '../../check';
import { toFinding, verdictOf, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { groupRulesOf, usersOf, type GroupRule } from './group-rules';

/** What nobody reaches from outside. */
const INNER: readonly string[] = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::DBProxy', 'AWS::EC2::VPCEndpoint'];

/** What may reach it. A load balancer invokes functions and needs no way in. */
const CALLERS: readonly string[] = ['AWS::Lambda::Function', 'AWS::ECS::Service', 'AWS::RDS::DBProxy'];

/** The database, its proxy and the endpoints are reached by code and by nothing else: 164.312(a)(1). As whom, their policies say. */
export const innerTiersLetInCallersOnly: Check = {
  id: 'strength/inner-tiers-let-in-callers-only',
  claim:
    'the groups of databases, proxies and endpoints let in only groups that functions, containers or proxies of these templates stand ' +
    'in, and nothing else does',
  citations: ['164.312(a)(1)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const inner = environment
      .of('AWS::EC2::SecurityGroup')
      .filter((group) => usersOf(environment, group).some(({ type }) => INNER.includes(type)));
    if (inner.length === 0)
      return { state: 'notApplicable', reason: 'no database, proxy or endpoint of the templates stands in a security group of theirs' };
    const findings = groupRulesOf(environment)
      .filter(({ direction, group }) => direction === 'in' && group !== undefined && inner.includes(group))
      .flatMap((rule) => faultsOf(environment, rule).map((fault) => toFinding(rule.at, '164.312(a)(1)', fault)));
    return verdictOf(inner, [...findings, ...inner.flatMap((group) => shared(environment, group))]);
  },
};

function faultsOf(environment: EnvironmentModel, rule: GroupRule): readonly Fault[] {
  return rule.peers.flatMap((peer) => {
    const group = environment.at(peer, 'AWS::EC2::SecurityGroup');
    const users = group ? usersOf(environment, group) : [];
    const fits = users.length > 0 && users.every(({ type }) => CALLERS.includes(type));
    const value = group ? `${group.logicalId} of ${users.map(({ logicalId }) => logicalId).join(', ') || 'nobody'}` : peer;
    return fits ? [] : [{ property: rule.property, value, expected: 'a group of functions, containers or a proxy' }];
  });
}

/** A group that several tiers stand in lets each of them in wherever one of them may go. */
function shared(environment: EnvironmentModel, group: Resource): ReturnType<typeof toFinding>[] {
  const types = new Set(usersOf(environment, group).map(({ type }) => type));
  return types.size === 1
    ? []
    : [toFinding(group, '164.312(a)(1)', { property: 'users', value: [...types], expected: 'one kind of resource' })];
}
