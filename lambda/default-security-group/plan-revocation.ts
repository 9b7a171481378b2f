import type { RevokeSecurityGroupEgressRequest, RevokeSecurityGroupIngressRequest, SecurityGroupRule } from '@aws-sdk/client-ec2';

/** The requests that empty a group; a direction without rules has none. */
export interface Revocation {
  readonly ingress?: RevokeSecurityGroupIngressRequest;
  readonly egress?: RevokeSecurityGroupEgressRequest;
}

/**
 * Turns the rules found on a group into the requests that revoke all of them, by rule id, so that nothing depends on describing a rule
 * the same way twice. Rules of another group and rules without an id are ignored.
 */
export function planRevocation(groupId: string, rules: readonly SecurityGroupRule[]): Revocation {
  const ids = (egress: boolean): string[] =>
    rules.flatMap((rule) =>
      rule.GroupId === groupId && rule.IsEgress === egress && rule.SecurityGroupRuleId ? [rule.SecurityGroupRuleId] : [],
    );
  const ingress = ids(false);
  const egress = ids(true);
  return {
    ...(ingress.length > 0 ? { ingress: { GroupId: groupId, SecurityGroupRuleIds: ingress } } : {}),
    ...(egress.length > 0 ? { egress: { GroupId: groupId, SecurityGroupRuleIds: egress } } : {}),
  };
}
