import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { closeGroup, type SecurityGroupPort } from '../../../lambda/default-security-group/close-group';
import { ec2Port } from '../../../lambda/default-security-group/ec2-port';
import { planRevocation } from '../../../lambda/default-security-group/plan-revocation';
import { startAwsEndpoint } from '../../support/aws-endpoint';

const GROUP = 'sg-0a1b2c3d4e5f60718';

/** The two rules AWS puts on every default group, as DescribeSecurityGroupRules returns them. */
const DEFAULT_RULES: readonly SecurityGroupRule[] = [
  {
    SecurityGroupRuleId: 'sgr-0aaaaaaaaaaaaaaa1',
    GroupId: GROUP,
    GroupOwnerId: '111111111111',
    IsEgress: false,
    IpProtocol: '-1',
    FromPort: -1,
    ToPort: -1,
    ReferencedGroupInfo: { GroupId: GROUP, UserId: '111111111111' },
  },
  {
    SecurityGroupRuleId: 'sgr-0bbbbbbbbbbbbbbb2',
    GroupId: GROUP,
    GroupOwnerId: '111111111111',
    IsEgress: true,
    IpProtocol: '-1',
    CidrIpv4: '0.0.0.0/0',
  },
];

interface Behaviour {
  readonly pageSize?: number;
  readonly denyRevoke?: boolean;
  readonly denyDescribe?: boolean;
}

/** A group in memory that answers as EC2 does: pages, and a revocation that names an unknown rule is refused whole. */
function fakeGroup(initial: readonly SecurityGroupRule[], behaviour: Behaviour = {}) {
  let rules = [...initial];
  const calls: string[] = [];
  const revoke = (ids: readonly string[] = [], egress: boolean): Promise<void> => {
    calls.push(`${egress ? 'egress' : 'ingress'} ${ids.join(' ')}`);
    if (behaviour.denyRevoke) return Promise.reject(new Error('UnauthorizedOperation'));
    const known = (id: string): boolean => rules.some((rule) => rule.SecurityGroupRuleId === id && rule.IsEgress === egress);
    if (!ids.every(known)) return Promise.reject(new Error('InvalidSecurityGroupRuleId.NotFound'));
    rules = rules.filter(({ SecurityGroupRuleId: id = '' }) => !ids.includes(id));
    return Promise.resolve();
  };
  const port: SecurityGroupPort = {
    describe: (request) => {
      if (behaviour.denyDescribe) return Promise.reject(new Error('UnauthorizedOperation'));
      expect(request.Filters).toEqual([{ Name: 'group-id', Values: [GROUP] }]);
      const from = Number(request.NextToken ?? 0);
      const to = from + (behaviour.pageSize ?? 1_000);
      return Promise.resolve({ SecurityGroupRules: rules.slice(from, to), ...(to < rules.length ? { NextToken: String(to) } : {}) });
    },
    revokeIngress: ({ GroupId: group, SecurityGroupRuleIds: ids }) => (expect(group).toBe(GROUP), revoke(ids, false)),
    revokeEgress: ({ GroupId: group, SecurityGroupRuleIds: ids }) => (expect(group).toBe(GROUP), revoke(ids, true)),
  };
  return { port, calls, rules: () => rules, add: (rule: SecurityGroupRule) => rules.push(rule) };
}

describe('closing the default security group', () => {
  it('revokes every rule in both directions, by rule id', async () => {
    const group = fakeGroup(DEFAULT_RULES);
    await expect(closeGroup(GROUP, group.port)).resolves.toEqual({ kind: 'done' });
    expect(group.rules()).toEqual([]);
    expect(group.calls).toEqual(['ingress sgr-0aaaaaaaaaaaaaaa1', 'egress sgr-0bbbbbbbbbbbbbbb2']);
  });

  it('changes nothing when run again', async () => {
    const group = fakeGroup(DEFAULT_RULES);
    await closeGroup(GROUP, group.port);
    group.calls.splice(0);
    await expect(closeGroup(GROUP, group.port)).resolves.toEqual({ kind: 'done' });
    expect(group.calls).toEqual([]);
  });

  it('revokes rules of every page', async () => {
    const many = Array.from({ length: 7 }, (_, index) => ({
      ...DEFAULT_RULES[0],
      SecurityGroupRuleId: `sgr-${index}`,
      CidrIpv4: `10.0.${index}.0/24`,
    }));
    const group = fakeGroup(many, { pageSize: 3 });
    await expect(closeGroup(GROUP, group.port)).resolves.toEqual({ kind: 'done' });
    expect(group.rules()).toEqual([]);
  });

  it('is not put off by a rule that vanishes between looking and revoking', async () => {
    const group = fakeGroup(DEFAULT_RULES);
    let looked = 0;
    const describeThenVanish: SecurityGroupPort['describe'] = async (request) => {
      const answer = await group.port.describe(request);
      looked += 1;
      return looked === 1
        ? { SecurityGroupRules: [...(answer.SecurityGroupRules ?? []), { ...DEFAULT_RULES[0], SecurityGroupRuleId: 'sgr-gone' }] }
        : answer;
    };
    await expect(closeGroup(GROUP, { ...group.port, describe: describeThenVanish })).resolves.toEqual({ kind: 'done' });
    expect(group.rules()).toEqual([]);
  });

  it('fails when rules remain, instead of reporting a closed group', async () => {
    const group = fakeGroup(DEFAULT_RULES, { denyRevoke: true });
    await expect(closeGroup(GROUP, group.port)).resolves.toEqual({ kind: 'failed', code: 'rules_remain' });
  });

  it('fails when a rule cannot be told apart, instead of leaving it', async () => {
    const group = fakeGroup([{ GroupId: GROUP, IsEgress: false }]);
    await expect(closeGroup(GROUP, group.port)).resolves.toEqual({ kind: 'failed', code: 'rules_remain' });
  });

  it('fails when the rules cannot be read', async () => {
    const group = fakeGroup(DEFAULT_RULES, { denyDescribe: true });
    await expect(closeGroup(GROUP, group.port)).resolves.toEqual({ kind: 'failed', code: 'rules_unreadable' });
  });

  it('fails rather than following pages without end', async () => {
    const port = { ...fakeGroup([]).port, describe: () => Promise.resolve({ SecurityGroupRules: [], NextToken: 'again' }) };
    await expect(closeGroup(GROUP, port)).resolves.toEqual({ kind: 'failed', code: 'rules_unreadable' });
  });

  it.each([undefined, '', 'sg-', 'sg-XYZ', 'sg-0a1b2c3d4e5f60718 ', 'default', '*', ['sg-0a1b2c3d4e5f60718']])(
    'refuses %j as a group id',
    async (groupId) => {
      const group = fakeGroup(DEFAULT_RULES);
      await expect(closeGroup(groupId, group.port)).resolves.toEqual({ kind: 'failed', code: 'group_id_invalid' });
      expect(group.calls).toEqual([]);
    },
  );
});

describe('the plan', () => {
  it('leaves rules of other groups alone', () => {
    expect(planRevocation('sg-0fffffffffffffff0', DEFAULT_RULES)).toEqual({});
  });
});

describe('the EC2 calls', () => {
  it('go out as the SDK makes them, and nothing but these three', async () => {
    const xml = (action: string, inner: string) =>
      `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${inner}</${action}Response>`;
    const rule = `<item><securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>${GROUP}</groupId><isEgress>true</isEgress></item>`;
    let left = rule;
    const endpoint = await startAwsEndpoint(({ operation }) => {
      const inner =
        operation === 'DescribeSecurityGroupRules' ? `<securityGroupRuleSet>${left}</securityGroupRuleSet>` : '<return>true</return>';
      if (operation === 'RevokeSecurityGroupEgress') left = '';
      return { status: 200, type: 'text/xml', body: xml(operation, inner) };
    });
    const outcome = await closeGroup(GROUP, ec2Port());
    await endpoint.close();
    expect(outcome).toEqual({ kind: 'done' });
    expect(endpoint.calls.map(({ operation }) => operation)).toEqual([
      'DescribeSecurityGroupRules',
      'RevokeSecurityGroupEgress',
      'DescribeSecurityGroupRules',
    ]);
    expect(Object.fromEntries(new URLSearchParams(endpoint.calls[1]?.body))).toMatchObject({
      GroupId: GROUP,
      'SecurityGroupRuleId.1': 'sgr-1',
    });
  });
});
