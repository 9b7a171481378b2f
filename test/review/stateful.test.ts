import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { CREATE_ONLY } from '../../lib/review/create-only';
import { replacementsOf } from '../support/cloudformation-spec';
import { environmentOf, type TinyResources } from '../support/tiny-environment';
import { entriesOf, ofKind, reviewed, reviewOf, type PlainEntry } from '../support/review';

const reviewOfSmall = (before: TinyResources, after: TinyResources, name = 'prod'): ReturnType<typeof reviewed> =>
  reviewed(environmentOf(before, {}, { name }), environmentOf(after, {}, { name }));
const small = (before: TinyResources, after: TinyResources, name = 'prod'): readonly PlainEntry[] =>
  entriesOf(reviewOfSmall(before, after, name), 'stateful');

describe('the table of create-only properties', () => {
  it.each(Object.keys(CREATE_ONLY))('names for %s what AWS says replaces it', (type) => {
    const spec = replacementsOf(type);
    const { replaces, mayReplace } = CREATE_ONLY[type] ?? { replaces: [], mayReplace: [] };
    expect([...replaces].sort()).toEqual([...spec.yes].sort());
    expect(mayReplace.filter((property) => !spec.maybe.includes(property))).toEqual([]);
  });

  const each = (of: 'replaces' | 'mayReplace' | 'isRefused'): readonly [string, string][] =>
    Object.entries(CREATE_ONLY).flatMap(([type, known]) => known[of].map((property): [string, string] => [type, property]));
  const changeOf = (Type: string, property: string): readonly PlainEntry[] =>
    small({ Store: { Type, Properties: { [property]: 'one' } } }, { Store: { Type, Properties: { [property]: 'two' } } });

  it.each(each('replaces'))('a change of %s %s is a replacement', (type, property) => {
    expect(changeOf(type, property)).toMatchObject([
      { kind: 'stateful-replaced', weight: 'stops', text: expect.stringMatching(new RegExp(`: ${property} changes$`)) },
    ]);
  });

  it.each(each('mayReplace'))('a change of %s %s may be one', (type, property) => {
    expect(changeOf(type, property)).toMatchObject([{ kind: 'stateful-may-be-replaced', weight: 'asks' }]);
  });

  it.each(each('isRefused'))('a change of %s %s is refused', (type, property) => {
    expect(changeOf(type, property)).toMatchObject([{ kind: 'stateful-refused', weight: 'asks' }]);
  });
});

describe('something that holds something', () => {
  const bucket = (Properties: object = {}, DeletionPolicy?: string): TinyResources[string] => ({
    Type: 'AWS::S3::Bucket',
    Properties,
    ...(DeletionPolicy ? { DeletionPolicy } : {}),
  });

  it('stops the change when it goes, and says what becomes of it', () => {
    const [kept, ...more] = small({ Documents: bucket({}, 'Retain') }, {});
    expect([kept?.weight, more]).toEqual(['stops', []]);
    expect(kept).toMatchObject({ kind: 'stateful-deleted', text: 'Small/Documents (AWS::S3::Bucket) goes, which holds objects' });
    expect(kept?.details).toEqual(['Policy Retain: what it holds stays in the account, and no template has it any more.']);
    expect(small({ Documents: bucket({}, 'Delete') }, {})[0]?.details).toEqual(['Policy Delete: what it holds is deleted.']);
    expect(small({ Documents: bucket() }, {})[0]?.details).toEqual(['No policy keeps it.']);
  });

  it('is for a reviewer in a rehearsal, whose data are made up', () => {
    expect(small({ Documents: bucket() }, {}, 'dev')).toMatchObject([{ kind: 'stateful-deleted', weight: 'asks' }]);
    expect(small({ Documents: bucket() }, {}, 'unheard-of')).toMatchObject([{ kind: 'stateful-deleted', weight: 'stops' }]);
  });

  it('is another one under another logical id, and the review says which it may be', () => {
    const [gone, ...more] = small({ Documents: bucket({}, 'Retain') }, { Papers: bucket({}, 'Retain') });
    expect([gone?.kind, more]).toEqual(['stateful-deleted', []]);
    expect(gone?.details[1]).toMatch(/^Small\/Papers is new and of the same type: if it is meant to be the same, keep the logical id/);
  });

  it('is another one of another type under the same logical id', () => {
    expect(small({ Store: bucket() }, { Store: { Type: 'AWS::SQS::Queue' } })).toMatchObject([
      { kind: 'stateful-deleted', weight: 'stops' },
    ]);
  });

  it('is replaced when the key is another one, however it is referred to', () => {
    const vault = (key: unknown): TinyResources => ({
      Key: { Type: 'AWS::KMS::Key' },
      Other: { Type: 'AWS::KMS::Key' },
      Vault: { Type: 'AWS::Backup::BackupVault', Properties: { EncryptionKeyArn: key } },
    });
    const arn = { 'Fn::GetAtt': ['Key', 'Arn'] };
    expect(small(vault(arn), vault({ 'Fn::Sub': '${Key.Arn}' }))).toEqual([]);
    expect(small(vault(arn), vault({ 'Fn::GetAtt': ['Other', 'Arn'] }))).toMatchObject([{ kind: 'stateful-replaced', weight: 'stops' }]);
  });

  it('stays when a property says what it was without saying', () => {
    expect(small({ Documents: bucket() }, { Documents: bucket({ ObjectLockEnabled: false }) })).toEqual([]);
    expect(small({ Documents: bucket({ ObjectLockEnabled: 'true' }) }, { Documents: bucket({ ObjectLockEnabled: true }) })).toEqual([]);
    expect(small({ Documents: bucket() }, { Documents: bucket({ ObjectLockEnabled: true }) })).toHaveLength(1);
  });

  it.each(['DeletionPolicy', 'UpdateReplacePolicy'])('that its %s keeps less than before is for a reviewer', (policy) => {
    const keeping = (value?: string): TinyResources => ({
      Documents: { ...bucket(), ...(value === undefined ? {} : { [policy]: value }) },
    });
    expect(small(keeping('Retain'), keeping('Delete'))).toMatchObject([
      { kind: 'stateful-kept-less', weight: 'asks', text: `Small/Documents: ${policy} goes from Retain to Delete` },
    ]);
    expect(small(keeping('Retain'), keeping())).toHaveLength(1);
    expect(small(keeping('Delete'), keeping('Retain'))).toEqual([]);
  });

  it('stops the change when it is to be there on a condition only', () => {
    const on = (Condition?: string): TinyResources => ({ Documents: { ...bucket(), ...(Condition === undefined ? {} : { Condition }) } });
    expect(small(on(), on('Never'))).toMatchObject([{ kind: 'stateful-conditional', weight: 'stops' }]);
    expect(small(on('Never'), on('Never'))).toEqual([]);
    expect(small(on('Never'), on())).toEqual([]);
  });

  it('stops the change in our own templates too', () => {
    expect(
      ofKind(
        reviewOf((draft) => draft.remove('AWS::Logs::LogGroup', 'RecordsApiLogsGroup')),
        'stateful-deleted',
      ),
    ).toMatchObject([{ weight: 'stops' }]);
    expect(
      ofKind(
        reviewOf((draft) => draft.set('AWS::RDS::DBInstance', '', 'DBName', 'other')),
        'stateful-replaced',
      ),
    ).toMatchObject([{ weight: 'stops' }]);
  });
});

it('tells in one line what else goes', () => {
  const topics = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`Topic${at}`, { Type: 'AWS::SNS::Topic' }]));
  const [entry] = small(topics, {});
  expect(entry).toMatchObject({ kind: 'stateless-deleted', weight: 'tells', text: 'Other resources go, which hold nothing (12)' });
  expect(entry?.details).toHaveLength(11);
  expect(entry?.details.at(-1)).toBe('and 2 more');
});

it('says that a stack moves, and not that all in it is replaced', () => {
  const at = (region: string, account: string): EnvironmentModel => {
    const model = environmentOf({
      Key: { Type: 'AWS::KMS::Key' },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { Ref: 'AWS::Region' } } },
    });
    return new EnvironmentModel(
      { name: 'prod', account },
      model.stacks.map((stack) => ({ ...stack, region })),
    );
  };
  const home = at('us-east-1', '111122223333');
  expect(entriesOf(reviewed(home, at('eu-west-1', '111122223333')), 'stateful')).toMatchObject([
    { kind: 'stack-moved', weight: 'asks', text: expect.stringContaining('111122223333 us-east-1 to 111122223333 eu-west-1') },
  ]);
  expect(entriesOf(reviewed(home, at('us-east-1', '999999999999')), 'stateful')).toMatchObject([{ kind: 'stack-moved' }]);
});
