import { groupRulesOf, usersOf, type GroupRule } from '../../compliance/checks/network/group-rules';
import type { EnvironmentModel } from '../../compliance/model/environment';
import type { Matrix } from '../matrix';

/** Which ports security groups open, to whom: 164.312(e)(1). */
export const portsMatrix: Matrix = {
  name: 'ports',
  title: 'Ports: every rule of every security group',
  columns: ['group', 'stands around', 'direction', 'protocol', 'ports', 'peer', 'rule'],
  rowsOf: (environment) => groupRulesOf(environment).flatMap((rule) => rowsOf(environment, rule)),
};

/** Protocol of a rule that lets everything through. */
const EVERYTHING = '-1';

function rowsOf(environment: EnvironmentModel, rule: GroupRule): readonly (readonly string[])[] {
  const { group, direction, protocol, at } = rule;
  const around = group ? usersOf(environment, group).map(({ name }) => name) : [];
  const ports = portsOf(rule);
  const peers = [
    ...rule.ranges,
    ...rule.lists.map((list) => `prefix list ${list}`),
    ...rule.peers.map((peer) => environment.at(peer)?.name ?? peer),
  ];
  return (peers.length === 0 ? ['no peer named'] : peers).map((peer) => [
    group?.name ?? 'of no template',
    around.join('; '),
    direction,
    protocol === EVERYTHING ? 'all' : protocol,
    ports,
    peer,
    at.name,
  ]);
}

/** ICMP has a type and a code where others have ports. */
function portsOf({ protocol, from, to }: GroupRule): string {
  if (from === undefined) return 'all';
  if (protocol.startsWith('icmp')) return `type ${from}, code ${to ?? 'any'}`;
  return from === to ? String(from) : `${from} to ${to ?? 'the last'}`;
}
