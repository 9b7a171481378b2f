import { PRETEND_KEY, PretendAccount } from '../../../local/workflows/pretend-account';
import type { PretendDetection } from '../../../local/workflows/pretend-detection';
import { walk, WorkflowError, type Outcome } from '../../../local/workflows/walker';
import { contain, fileOf, INCIDENT, isRecord, reads, workflow, type Answer } from '../../support/containments';

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

describe('the access block of a bucket', () => {
  const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

  it.each([
    ['gone', null, ['s3:putPublicAccessBlock']],
    ...Object.keys(ALL).map((part): [string, object, string[]] => [`without ${part}`, { ...ALL, [part]: false }, ['s3:putPublicAccessBlock']]),
    ['whole', ALL, []],
  ])('that is %s is whole in the end', async (_, block, changes) => {
    const account = new PretendAccount();
    account.accessBlocks.set('document-bucket', block as Readonly<Record<string, unknown>> | null);
    const outcome = await contain(account, 'block-public-access');
    expect([outcome.status, changesOf(outcome), account.accessBlocks.get('document-bucket')]).toEqual(['SUCCEEDED', changes, ALL]);
  });

  it('is captured as it was, with the reason why there was none', async () => {
    const account = new PretendAccount();
    await contain(account, 'block-public-access');
    expect(fileOf(account, '/before.json')?.['prior']).toEqual({ block: null, because: 'The public access block configuration was not found' });
  });

  it('is not called whole where nobody may read it', async () => {
    const account = new PretendAccount();
    const answer: Answer = (call) => {
      if (call.resource === 'aws-sdk:s3:getPublicAccessBlock') throw new WorkflowError('S3.S3Exception', 'Access Denied');
      return account.answer(call);
    };
    expect(await contain(account, 'block-public-access', { answer })).toMatchObject({ status: 'FAILED', error: 'ReadBackDiffers' });
  });

  it('of a bucket that is not there is nobody\'s to put back', async () => {
    const account = new PretendAccount();
    const input = { incidentId: INCIDENT, dryRun: false, bucketName: 'another-bucket' };
    const outcome = await walk(workflow('contain-block-public-access'), { name: 'first', input, answer: account.answer });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'S3.NoSuchBucketException' });
  });
});

describe('a snapshot', () => {
  it.each([
    ['another account', ['999999999999'], 1],
    ['everybody', ['all'], 1],
    ['several accounts and everybody', ['999999999999', '888888888888', 'all'], 1],
    ['nobody', [], 0],
  ])('that is shared with %s is shared with nobody in the end, and the capture says with whom it was', async (_, sharedWith, changes) => {
    const account = new PretendAccount();
    account.shared.set('shared-snapshot', sharedWith);
    const outcome = await contain(account, 'withdraw-snapshot');
    expect([outcome.status, changesOf(outcome).length, account.shared.get('shared-snapshot')]).toEqual(['SUCCEEDED', changes, []]);
    const prior = changes === 0 ? undefined : { sharedWith: [...sharedWith].sort() };
    expect(fileOf(account, '/before.json')?.['prior']).toEqual(prior);
  });

  it.each(['rds:prod-records-2026-11-27', `arn:aws:rds:us-east-1:111122223333:snapshot:x`, '-x', 'x'.repeat(256)])(
    'is not named %s',
    async (snapshotId) => {
      const account = new PretendAccount();
      const input = { incidentId: INCIDENT, dryRun: false, snapshotId };
      const outcome = await walk(workflow('contain-withdraw-snapshot'), { name: 'first', input, answer: account.answer });
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'InputRefused', calls: [] });
    },
  );
});

describe('what looks at the account', () => {
  const GUARDDUTY = 'guardduty:updateDetector';
  const RECORDER = 'config:startConfigurationRecorder';
  const HUB = ['securityhub:enableSecurityHub', 'securityhub:batchEnableStandards'];
  const switchedOn = async (change: (detection: PretendDetection) => void) => {
    const account = new PretendAccount();
    await contain(account, 'switch-detection-on');
    change(account.detection);
    return { account, outcome: await contain(account, 'switch-detection-on', { name: 'second' }) };
  };

  it.each<[string, (detection: PretendDetection) => void, readonly string[]]>([
    ['the detector', (all) => void (all.detector = { enabled: false, features: all.detector?.features ?? [] }), [GUARDDUTY]],
    ['a feature of it', (all) => void (all.detector = { enabled: true, features: ['S3_DATA_EVENTS', 'LAMBDA_NETWORK_LOGS'] }), [GUARDDUTY]],
    ['the hub', (all) => void (all.hub = null), HUB],
    ['a standard', (all) => void (all.hub = { standards: all.hub?.standards.slice(1) ?? [] }), HUB.slice(1)],
    ['the recorder', (all) => void (all.recorder = { recording: false }), [RECORDER]],
    ['nothing', () => undefined, []],
  ])('is switched on again where %s was switched off, and nothing else is touched', async (_, change, changes) => {
    const { account, outcome } = await switchedOn(change);
    expect([outcome.status, changesOf(outcome)]).toEqual(['SUCCEEDED', changes]);
    expect(account.detection).toMatchObject({ detector: { enabled: true }, recorder: { recording: true } });
    expect([...(account.detection.detector?.features ?? [])].sort()).toEqual(['LAMBDA_NETWORK_LOGS', 'RDS_LOGIN_EVENTS', 'S3_DATA_EVENTS']);
    expect(account.detection.hub?.standards).toHaveLength(2);
  });

  it.each<[string, (detection: PretendDetection) => void, object]>([
    ['the detector', (all) => void (all.detector = null), { guardDuty: 'missing', recorder: 'on', securityHub: 'on', standards: 'on' }],
    ['the recorder', (all) => void (all.recorder = null), { guardDuty: 'on', recorder: 'missing', securityHub: 'on', standards: 'on' }],
  ])('says that %s is missing where it was deleted, and has switched on the rest', async (_, change, present) => {
    const { account, outcome } = await switchedOn((all) => {
      all.hub = null;
      change(all);
    });
    expect([outcome.error, changesOf(outcome)]).toEqual(['ReadBackDiffers', HUB]);
    expect(fileOf(account, 'second/failed.json')?.['failure']).toEqual({ step: 'Compare', error: 'ReadBackDiffers', present });
  });

  it('fails by the name of what is missing where the delivery channel is gone, after all else was switched on', async () => {
    const { outcome } = await switchedOn((all) => {
      all.hasChannel = false;
      all.recorder = { recording: false };
      all.hub = null;
    });
    expect([outcome.error, changesOf(outcome)]).toEqual(['Config.NoAvailableDeliveryChannelException', [...HUB, RECORDER]]);
  });

  it('is switched on without a call that the detections take for an attack', async () => {
    const { calls } = await contain(new PretendAccount(), 'switch-detection-on');
    expect(JSON.stringify(calls.filter((call) => !reads(call) && !isRecord(call)))).not.toMatch(/DISABLED|"Enable":false/);
  });
});
