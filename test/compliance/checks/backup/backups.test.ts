import { environmentOf, type Elsewhere, type TinyResources } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const TAGS = [{ Key: 'DataClass', Value: 'phi' }];
const STORE: TinyResources = { Documents: { Type: 'AWS::S3::Bucket', Properties: { Tags: TAGS } } };
const plan = (...BackupPlanRule: readonly object[]): TinyResources => ({
  Plan: { Type: 'AWS::Backup::BackupPlan', Properties: { BackupPlan: { BackupPlanRule } } },
  Vault: {
    Type: 'AWS::Backup::BackupVault',
    Properties: { BackupVaultName: 'vault', LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 35 } },
  },
});
const selecting = (BackupSelection: object): TinyResources => ({
  ...plan(),
  Selection: {
    Type: 'AWS::Backup::BackupSelection',
    Properties: { BackupPlanId: { 'Fn::GetAtt': ['Plan', 'BackupPlanId'] }, BackupSelection },
  },
});

describe.each([
  'liveness/selections-hold-every-store',
  'strength/backups-are-frequent-and-kept',
  'liveness/rules-keep-within-vaults',
  'liveness/backup-roles-can-use-keys',
  'liveness/restores-are-tested',
])('%s', (check) => {
  it('has nothing to say where nothing is to be backed up', () => {
    expect(judge(environmentOf({}), check).verdict).toMatchObject({ state: 'notApplicable' });
  });
});

describe('liveness/selections-hold-every-store', () => {
  const verdictOf = (selection: object) =>
    judge(environmentOf({ ...STORE, ...selecting(selection) }), 'liveness/selections-hold-every-store').verdict;
  const condition = (operator: string, ConditionKey: string) => ({ [operator]: [{ ConditionKey, ConditionValue: 'phi' }] });

  it.each([
    ['every bucket', { Resources: ['arn:aws:s3:::*'] }, 'met'],
    ['everything', { Resources: '*' }, 'met'],
    ['nothing', { Resources: [] }, 'unmet'],
    ['what is tagged so', { ListOfTags: [{ ConditionKey: 'DataClass', ConditionType: 'STRINGEQUALS', ConditionValue: 'phi' }] }, 'met'],
    [
      'what is tagged otherwise',
      { ListOfTags: [{ ConditionKey: 'DataClass', ConditionType: 'STRINGEQUALS', ConditionValue: 'audit' }] },
      'unmet',
    ],
    ['everything on a condition that holds', { Resources: '*', Conditions: condition('StringEquals', 'aws:ResourceTag/DataClass') }, 'met'],
    [
      'everything on a condition that does not',
      { Resources: '*', Conditions: condition('StringNotEquals', 'aws:ResourceTag/DataClass') },
      'unmet',
    ],
    ['by an operator it does not know', { Resources: '*', Conditions: condition('StringLike', 'aws:ResourceTag/DataClass') }, 'cannotTell'],
    ['by a key it does not know', { Resources: '*', Conditions: condition('StringEquals', 'aws:RequestTag/DataClass') }, 'cannotTell'],
  ])('selects %s', (_, selection, state) => {
    expect(verdictOf(selection)).toMatchObject({ state });
  });
});

describe('liveness/rules-keep-within-vaults', () => {
  const verdictOf = (rule: object) =>
    judge(environmentOf(plan({ TargetBackupVault: { Ref: 'Vault' }, ...rule })), 'liveness/rules-keep-within-vaults').verdict;

  it.each([
    [{ Lifecycle: { DeleteAfterDays: '35' } }, 'met'],
    [{ Lifecycle: { DeleteAfterDays: 36 } }, 'unmet'],
    [{}, 'unmet'],
    [{ TargetBackupVault: 'vault', Lifecycle: { DeleteAfterDays: 7 } }, 'met'],
    [{ Lifecycle: { DeleteAfterDays: { 'Fn::FindInMap': ['days', 'kept', 'long'] } } }, 'cannotTell'],
  ])('judges the rule %j: %s', (rule, state) => {
    expect(verdictOf(rule)).toMatchObject({ state });
  });

  it('wants a continuous backup kept as long as the database keeps its own', () => {
    const rules = {
      ...selecting({ Resources: ['*'] }),
      ...plan({ TargetBackupVault: { Ref: 'Vault' }, EnableContinuousBackup: true, Lifecycle: { DeleteAfterDays: 35 } }),
    };
    const database = (BackupRetentionPeriod: number): TinyResources => ({
      Database: { Type: 'AWS::RDS::DBInstance', Properties: { BackupRetentionPeriod } },
    });
    expect(judge(environmentOf({ ...rules, ...database(35) }), 'liveness/rules-keep-within-vaults').verdict).toMatchObject({
      state: 'met',
    });
    expect(judge(environmentOf({ ...rules, ...database(14) }), 'liveness/rules-keep-within-vaults').verdict).toMatchObject({
      state: 'unmet',
    });
    const unselected = { ...rules, ...selecting({ Resources: ['arn:aws:s3:::*'] }), ...database(14), Plan: rules['Plan'] ?? { Type: '' } };
    expect(judge(environmentOf(unselected), 'liveness/rules-keep-within-vaults').verdict).toMatchObject({ state: 'met' });
  });

  it('takes an air-gapped vault for locked', () => {
    const judged = (days: number) =>
      judge(
        environmentOf({
          ...plan({ TargetBackupVault: { Ref: 'Gapped' }, Lifecycle: { DeleteAfterDays: days } }),
          Gapped: {
            Type: 'AWS::Backup::LogicallyAirGappedBackupVault',
            Properties: { MinRetentionDays: 7, MaxRetentionDays: '35' },
          },
        }),
        'liveness/rules-keep-within-vaults',
      ).verdict.state;
    expect([judged(7), judged(6), judged(36)]).toEqual(['met', 'unmet', 'unmet']);
  });
});

describe('strength/backups-are-frequent-and-kept', () => {
  const rule = {
    TargetBackupVault: { Ref: 'Vault' },
    EnableContinuousBackup: true,
    ScheduleExpression: 'rate(1 day)',
    Lifecycle: { DeleteAfterDays: 35 },
  };
  const elsewhere: Elsewhere = { 'eu-west-1': { Far: { Type: 'AWS::Backup::BackupVault' } } };
  const findingsOf = (resources: TinyResources, regions?: Elsewhere) =>
    judge(environmentOf(resources, regions), 'strength/backups-are-frequent-and-kept').findings;

  it('finds every backup that a plan without a selection does not make', () => {
    expect(findingsOf(plan(rule), elsewhere)).toHaveLength(4);
    expect(findingsOf({ ...selecting({}), ...plan(rule) }, elsewhere)).toHaveLength(3);
  });

  it('asks for no copy into another Region where no vault stands, which a check of presence says', () => {
    expect(findingsOf(plan(rule))).toHaveLength(2);
    expect(findingsOf({ ...selecting({}), ...plan(rule) })).toHaveLength(1);
    expect(judge(environmentOf(plan(rule)), 'presence/a-recovery-vault').verdict).toMatchObject({ state: 'unmet' });
  });
});

it('leaves it to a check of presence that no restore is tested at all', () => {
  const test: TinyResources = { Test: { Type: 'AWS::Backup::RestoreTestingPlan' } };
  expect(judge(environmentOf(STORE), 'liveness/restores-are-tested').verdict).toMatchObject({ state: 'notApplicable' });
  expect(judge(environmentOf(STORE), 'presence/restore-tests').verdict).toMatchObject({ state: 'unmet' });
  expect(judge(environmentOf({ ...STORE, ...test }), 'liveness/restores-are-tested').verdict).toMatchObject({ state: 'unmet' });
});

it.each([
  [0, 1],
  ['1', 0],
  [168, 0],
  [169, 1],
])('finds with liveness/restores-are-tested a window of %s hours to start in: %i', (StartWindowHours, count) => {
  const tests = { Plan: { Type: 'AWS::Backup::RestoreTestingPlan', Properties: { StartWindowHours } } };
  const findings = judge(environmentOf(tests), 'liveness/restores-are-tested').findings;
  expect(findings.filter(({ property }) => property === 'StartWindowHours')).toHaveLength(count);
});

it('cannot tell with liveness/backup-roles-can-use-keys what a store of no template needs', () => {
  const Role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
    },
  };
  const judged = (arn: string) =>
    judge(
      environmentOf({ Role, ...selecting({ IamRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, Resources: [arn] }) }),
      'liveness/backup-roles-can-use-keys',
    ).verdict.state;
  expect([judged('arn:aws:s3:::*'), judged('arn:aws:s3:::elsewhere')]).toEqual(['met', 'cannotTell']);
});
