import type {
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressRequest,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { ActionOutcome } from '../shared/custom-resource';
import { CodedError } from '../shared/outcome';
import { planRevocation } from './plan-revocation';

/** The three EC2 calls this function may make, in EC2's own shapes. */
export interface SecurityGroupPort {
  describe(request: DescribeSecurityGroupRulesRequest): Promise<DescribeSecurityGroupRulesResult>;
  revokeIngress(request: RevokeSecurityGroupIngressRequest): Promise<void>;
  revokeEgress(request: RevokeSecurityGroupEgressRequest): Promise<void>;
}

/** Why the group could not be closed. */
export const CLOSE_FAILURES = ['group_id_invalid', 'rules_unreadable', 'rules_remain'] as const;

/** One of {@link CLOSE_FAILURES}. */
export type CloseFailure = (typeof CLOSE_FAILURES)[number];

const GROUP_ID = /^sg-[0-9a-f]{8,17}$/;

/** Rounds of look and revoke; a second is needed when a rule vanished or appeared in between. */
const MAX_ROUNDS = 3;

/** A group holds at most 1,000 rules, at up to 1,000 a page. */
const MAX_PAGES = 10;

/**
 * Revokes every rule of a VPC's default security group, so that a resource placed in it by mistake reaches nothing and is reached by
 * nothing: 164.312(e)(1), 164.308(a)(4). Done means that a last look found no rule. Repeating it is harmless.
 */
export async function closeGroup(groupId: unknown, port: SecurityGroupPort): Promise<ActionOutcome<CloseFailure>> {
  if (typeof groupId !== 'string' || !GROUP_ID.test(groupId)) return { kind: 'failed', code: 'group_id_invalid' };
  for (let round = 0; ; round += 1) {
    const rules = await listRules(groupId, port).catch(() => undefined);
    if (!rules) return { kind: 'failed', code: 'rules_unreadable' };
    if (rules.length === 0) return { kind: 'done' };
    if (round === MAX_ROUNDS) return { kind: 'failed', code: 'rules_remain' };
    const { ingress, egress } = planRevocation(groupId, rules);
    // A refused revocation is not judged by its error: a rule already gone is refused too, and the next look tells.
    if (ingress) await port.revokeIngress(ingress).catch(() => undefined);
    if (egress) await port.revokeEgress(egress).catch(() => undefined);
  }
}

async function listRules(groupId: string, port: SecurityGroupPort): Promise<readonly SecurityGroupRule[]> {
  const rules: SecurityGroupRule[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await port.describe({ Filters: [{ Name: 'group-id', Values: [groupId] }], ...(token ? { NextToken: token } : {}) });
    rules.push(...(answer.SecurityGroupRules ?? []));
    token = answer.NextToken;
    if (!token) return rules;
  }
  throw new CodedError('rules_unreadable');
}
