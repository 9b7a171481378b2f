import type { DiagramNode } from '../compliance/diagram-mermaid';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { exposureOf, tierOf } from './placing';

/** Parts of the world between which trust changes, from the least trusted to the most: 164.312(e)(1). */
export const TRUST_ZONES = {
  outside: 'what no template makes: clients, mailboxes, what others run',
  edge: 'what the internet can reach',
  services: 'services of AWS in the account, reached by signed calls of their APIs',
  network: 'isolated subnets of the network, reached by rules that name a group',
} as const;

/** One of {@link TRUST_ZONES}. */
export type TrustZone = keyof typeof TRUST_ZONES;

/** Types that stand in the network without naming a subnet. */
const IN_NETWORK: readonly string[] = ['AWS::EC2::VPCEndpoint', 'AWS::EC2::FlowLog'];

/** Where a node stands, as the templates place it. */
export function trustZoneOf(environment: EnvironmentModel, { stack, type, logicalId }: DiagramNode): TrustZone {
  if (stack === undefined) return 'outside';
  if (type === 'AWS::WAFv2::WebACL') return 'edge';
  const resource = environment.all.find((each): each is Resource => each.type === type && each.logicalId === logicalId);
  if (resource && /^internet-facing|open to sign-in$|^publicly/.test(exposureOf(resource))) return 'edge';
  const isInside = resource !== undefined && !['', 'outside the network'].includes(tierOf(environment, resource));
  return isInside || IN_NETWORK.includes(type ?? '') ? 'network' : 'services';
}
