import { PRETEND_KEY, PretendAccount } from '../../../local/workflows/pretend-account';
import { walk, type Outcome } from '../../../local/workflows/walker';
import { contain, INCIDENT, isRecord, reads, workflow } from '../../support/containments';

/** The calls that change something, records of it apart. */
const changesOf = ({ calls }: Outcome): readonly string[] =>
  calls.filter((call) => !reads(call) && !isRecord(call)).map(({ resource }) => resource.replace('aws-sdk:', ''));

describe('a key', () => {
  const CANCEL = 'kms:cancelKeyDeletion';
  const ENABLE = 'kms:enableKey';

  it.each([
    ['PendingDeletion', [CANCEL, ENABLE]],
    ['PendingReplicaDeletion', [CANCEL, ENABLE]],
    ['Disabled', [ENABLE]],
    ['Enabled', []],
  ])('that is %s is kept by %j, and is enabled then', async (state, changes) => {
    const account = new PretendAccount();
    account.keys.set(PRETEND_KEY, state);
    const outcome = await contain(account, 'keep-key');
    expect([outcome.status, changesOf(outcome), account.keys.get(PRETEND_KEY)]).toEqual(['SUCCEEDED', changes, 'Enabled']);
  });

  it('that cannot be enabled is not called kept', async () => {
    const account = new PretendAccount();
    account.keys.set(PRETEND_KEY, 'PendingImport');
    expect(await contain(account, 'keep-key')).toMatchObject({ status: 'FAILED', error: 'Kms.KmsInvalidStateException' });
  });

  it.each([
    [`arn:Partition:kms:Region:Account:key/${PRETEND_KEY}`, 'SUCCEEDED', undefined],
    [`arn:Partition:kms:Region:999999999999:key/${PRETEND_KEY}`, 'FAILED', 'InputRefused'],
    [`arn:Partition:kms:elsewhere:Account:key/${PRETEND_KEY}`, 'FAILED', 'InputRefused'],
    ['alias/records', 'FAILED', 'InputRefused'],
    ['mrk-0123456789abcdef0123456789abcdef', 'FAILED', 'Kms.NotFoundException'],
  ])('may be named %s: %s %s', async (keyId, status, error) => {
    const account = new PretendAccount();
    const input = { incidentId: INCIDENT, dryRun: false, keyId };
    expect(await walk(workflow('contain-keep-key'), { name: 'first', input, answer: account.answer })).toMatchObject({ status, error });
  });
});
