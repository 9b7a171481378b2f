import { environmentOf, type TinyResources } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const GROUP: TinyResources = { Group: { Type: 'AWS::EC2::SecurityGroup' }, Client: { Type: 'AWS::EC2::SecurityGroup' } };
const GROUP_ID = { 'Fn::GetAtt': ['Group', 'GroupId'] };
const database = (Properties: object): TinyResources => ({
  Database: { Type: 'AWS::RDS::DBInstance', Properties: { VPCSecurityGroups: [GROUP_ID], ...Properties } },
});
const rule = (Properties: object): TinyResources => ({
  Rule: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: GROUP_ID, ...Properties } },
});

describe('strength/databases-admit-named-groups', () => {
  const verdictOf = (resources: TinyResources) => judge(environmentOf(resources), 'strength/databases-admit-named-groups').verdict;
  const FROM = { SourceSecurityGroupId: { 'Fn::GetAtt': ['Client', 'GroupId'] } };

  it('has nothing to say without a database', () => {
    expect(verdictOf(GROUP)).toMatchObject({ state: 'notApplicable' });
  });

  it.each([
    [{ ...FROM, FromPort: 5432, ToPort: '5432' }, {}, 'met'],
    [{ ...FROM, FromPort: 6543, ToPort: 6543 }, { Port: '6543' }, 'met'],
    [{ ...FROM, FromPort: 5000, ToPort: 6000 }, {}, 'unmet'],
    [{ ...FROM }, {}, 'unmet'],
    [{ CidrIp: '10.0.0.0/8', FromPort: 5432, ToPort: 5432 }, {}, 'unmet'],
  ])('judges the rule %j of a database %j: %s', (ingress, properties, state) => {
    expect(verdictOf({ ...GROUP, ...database(properties), ...rule(ingress) })).toMatchObject({ state });
  });

  it('reads a rule within the group, and finds a group that lets nobody in', () => {
    const Group = {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { SecurityGroupIngress: [{ CidrIp: '0.0.0.0/0', FromPort: 5432, ToPort: 5432 }] },
    };
    expect(verdictOf({ ...GROUP, ...database({}) })).toMatchObject({ state: 'unmet' });
    expect(verdictOf({ ...GROUP, Group, ...database({}) })).toMatchObject({ state: 'unmet' });
  });
});

describe('strength/proxies-let-go', () => {
  it('has nothing to say without a proxy', () => {
    expect(judge(environmentOf({}), 'strength/proxies-let-go').verdict).toMatchObject({ state: 'notApplicable' });
  });
});

describe('strength/vaults-are-locked', () => {
  const vaultFor = (days: number, MinRetentionDays: number) =>
    environmentOf({
      Vault: { Type: 'AWS::Backup::BackupVault', Properties: { LockConfiguration: { MinRetentionDays } } },
      Plan: {
        Type: 'AWS::Backup::BackupPlan',
        Properties: { BackupPlan: { BackupPlanRule: [{ TargetBackupVault: { Ref: 'Vault' }, Lifecycle: { DeleteAfterDays: days } }] } },
      },
    });
  const isLocked = (days: number, least: number): boolean =>
    !judge(vaultFor(days, least), 'strength/vaults-are-locked').findings.some(
      ({ property }) => property === 'LockConfiguration.MinRetentionDays',
    );

  it('wants the lock as long as what is kept for years, and a week for the rest', () => {
    expect([isLocked(35, 7), isLocked(35, 6), isLocked(2192, 2192), isLocked(2192, 30)]).toEqual([true, false, true, false]);
  });
});
