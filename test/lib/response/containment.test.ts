import { DRILL_TARGETS } from '../../../local/workflows/drill';
import { PRETEND_USER, PretendAccount, type SecondPerson } from '../../../local/workflows/pretend-account';
import { walk, WorkflowError } from '../../../local/workflows/walker';
import { resourceOf } from '../../support/assembly';
import {
  contain,
  failingAt,
  fileOf,
  INCIDENT,
  isRecord,
  reads,
  restore,
  withoutMarks,
  workflow,
  workflows,
  type Answer,
} from '../../support/containments';

const ACTIONS = Object.keys(DRILL_TARGETS);
/** They put a safeguard back that somebody took away. */
const KEEPING = ['keep-key', 'block-public-access', 'withdraw-snapshot', 'switch-detection-on'];
/** Whose restore there is nothing to do for: nothing changed, the user signs in again, or it is a restore itself. */
const WITHOUT_RESTORE = ['preserve-evidence', 'sign-out-user', ...KEEPING];
const RESTORABLE = ACTIONS.filter((action) => !WITHOUT_RESTORE.includes(action));
const HOLDING = ['revoke-role-sessions', 'isolate-function', 'isolate-database', 'deny-bucket'];

it('has the workflows of the table, and no others that contain or restore', () => {
  const wanted = [...ACTIONS.map((action) => `contain-${action}`), ...RESTORABLE.map((action) => `restore-${action}`)];
  expect([...workflows.keys()].filter((name) => /^(contain|restore)-/.test(name)).sort()).toEqual(wanted.sort());
});

it('points to the files of the trail where the trail puts them', async () => {
  const account = new PretendAccount();
  await contain(account, 'preserve-evidence');
  const { trail } = fileOf(account, '/evidence.json') as { trail: { prefixes: string[] } };
  const prefix = String(resourceOf('prod', 'AWS::CloudTrail::Trail').Properties['S3KeyPrefix']);
  expect(trail.prefixes).toHaveLength(2);
  for (const each of trail.prefixes) expect(each.startsWith(`${prefix}/AWSLogs/Account/CloudTrail/Region/20`)).toBe(true);
});

describe.each(ACTIONS)('containing: %s', (action) => {
  it('changes nothing in a dry run, writes nothing, and says what it would do', async () => {
    const account = new PretendAccount();
    const before = account.state();
    const { status, output, calls } = await contain(account, action, { dryRun: true });
    expect([status, output]).toMatchObject(['SUCCEEDED', { outcome: 'described', action, incident: INCIDENT }]);
    expect((output as { would: string[] }).would.length).toBeGreaterThan(2);
    expect(calls.filter((call) => !reads(call))).toEqual([]);
    expect([account.state(), account.evidence.size]).toEqual([before, 0]);
  });

  it('captures what is there before the first change, and records what is there after the last', async () => {
    const account = new PretendAccount();
    const { status, output, calls } = await contain(account, action);
    expect([status, output]).toMatchObject(['SUCCEEDED', { outcome: 'contained', execution: 'first' }]);
    const changes = calls.filter((call) => !reads(call));
    expect(changes.length).toBeGreaterThan(2);
    expect([changes[0], changes.at(-1)].map((call) => call?.arguments['Key'])).toEqual(
      ['before', 'after'].map((file) => `incidents/${INCIDENT}/containment/${action}/first/${file}.json`),
    );
    expect(
      calls.filter(isRecord).filter(({ arguments: given }) => given['IfNoneMatch'] !== '*' || given['ChecksumAlgorithm'] !== 'SHA256'),
    ).toEqual([]);
    expect(fileOf(account, '/after.json')).toMatchObject({ action, incident: INCIDENT, shortcomings: [] });
  });

  it('finds everything contained the second time, and changes nothing', async () => {
    const account = new PretendAccount();
    await contain(account, action);
    const [state, files] = [account.state(), account.evidence.size];
    const { status, output } = await contain(account, action, { name: 'second' });
    // Sessions of a role that began since are ended too: the time moves on, and nothing else.
    if (action === 'revoke-role-sessions') return expect([status, output]).toMatchObject(['SUCCEEDED', { outcome: 'contained' }]);
    expect([status, output]).toMatchObject(['SUCCEEDED', { outcome: 'alreadyContained' }]);
    return expect([account.state(), account.evidence.size]).toEqual([state, files]);
  });

  it('refuses to run under a name that has been used, rather than write over what was captured', async () => {
    const account = new PretendAccount();
    const fresh = new PretendAccount();
    await contain(account, action);
    for (const [key, text] of account.evidence) fresh.evidence.set(key, text);
    const before = fresh.state();
    expect((await contain(fresh, action)).status).toBe('FAILED');
    expect([fresh.state(), fileOf(fresh, 'first/before.json')]).toEqual([before, fileOf(account, 'first/before.json')]);
  });

  it.each([
    ['no incident', { incidentId: undefined }],
    ['an incident that climbs out of its folder', { incidentId: '../../audit' }],
    ['no word of dry run', { dryRun: undefined }],
    ['dry run as text', { dryRun: 'false' }],
    ...Object.keys(DRILL_TARGETS[action] ?? {}).flatMap((field): [string, object][] => [
      ['no target', { [field]: undefined }],
      ['a target with a wildcard', { [field]: '*' }],
    ]),
  ])('refuses %s before anything is read', async (_, change) => {
    const account = new PretendAccount();
    const input = { incidentId: INCIDENT, dryRun: false, ...DRILL_TARGETS[action], ...change };
    const { status, error, calls } = await walk(workflow(`contain-${action}`), { name: 'first', input, answer: account.answer });
    expect([status, error, calls]).toEqual(['FAILED', 'InputRefused', []]);
  });

  it('says in a file which step failed and what had been done, whichever call it is, and fails', async () => {
    const whole = await contain(new PretendAccount(), action);
    for (const [at, failing] of whole.calls.entries()) {
      const account = new PretendAccount();
      const { status, error, cause } = await contain(account, action, { answer: failingAt(account, at) });
      const label = `${action}: ${failing.state}`;
      expect([label, status]).toEqual([label, 'FAILED']);
      if (error === 'ContainedWithShortcomings') {
        // What holds deployments, preserves or tells somebody does not stand between an incident and its containment.
        expect(cause).toContain(`${failing.state}: Fake.Broken`);
        expect(fileOf(account, '/after.json')).toMatchObject({ shortcomings: [`${failing.state}: Fake.Broken`] });
        continue;
      }
      expect([label, error]).toEqual([label, 'Fake.Broken']);
      expect(fileOf(account, '/failed.json')).toMatchObject({
        failure: { step: failing.state, error: 'Fake.Broken' },
        done: whole.calls
          .slice(0, at)
          .filter((call) => !reads(call))
          .map(({ state }) => state),
      });
    }
  });

  it('fails also when not even the failure can be recorded, and says what had been done', async () => {
    const account = new PretendAccount();
    const answer: Answer = (call) => {
      if (isRecord(call)) throw new WorkflowError('S3.S3Exception', 'Service Unavailable');
      return account.answer(call);
    };
    const before = account.state();
    const { status, error, cause } = await contain(account, action, { answer });
    expect([status, error]).toEqual(['FAILED', 'S3.S3Exception']);
    expect(cause).toContain('could not be written');
    expect(account.state()).toEqual(before);
  });
});

describe.each(RESTORABLE)('restoring: %s', (action) => {
  it('gives back what was there before, as it was, and lets deployments go on', async () => {
    const account = new PretendAccount();
    const before = account.state();
    await contain(account, action);
    expect(account.state()).not.toEqual(before);
    const { status, output, calls } = await restore(account, action);
    expect([status, output]).toMatchObject(['SUCCEEDED', { outcome: 'restored', execution: 'first' }]);
    expect(withoutMarks(account.state())).toEqual(withoutMarks(before));
    const [first] = calls.filter((call) => !reads(call));
    expect(first?.arguments['Key']).toBe(`incidents/${INCIDENT}/containment/${action}/first/restored/back/before.json`);
    if (HOLDING.includes(action)) {
      const record = calls.findIndex((call) => String(call.arguments['Key']).endsWith('back/after.json'));
      expect(calls.findIndex(({ resource }) => resource === 'aws-sdk:ssm:deleteParameter')).toBeGreaterThan(record);
    }
  });

  it('changes nothing in a dry run', async () => {
    const account = new PretendAccount();
    await contain(account, action);
    const [state, files] = [account.state(), account.evidence.size];
    const { output, calls } = await restore(account, action, { dryRun: true });
    expect(output).toMatchObject({ outcome: 'described', execution: 'first' });
    expect(calls.filter((call) => !reads(call))).toEqual([]);
    expect([account.state(), account.evidence.size]).toEqual([state, files]);
  });

  it('finds everything restored the second time', async () => {
    const account = new PretendAccount();
    await contain(account, action);
    await restore(account, action);
    const state = account.state();
    const { status, calls } = await restore(account, action, { name: 'again' });
    expect([status, account.state()]).toEqual(['SUCCEEDED', state]);
    expect(calls.filter((call) => !reads(call)).map(({ state: name }) => name)).toEqual(
      HOLDING.includes(action) ? ['Record the restore', 'Lift the hold', 'Allow deployments'] : ['Record the restore'],
    );
  });

  it('does not begin where nothing was captured', async () => {
    const account = new PretendAccount();
    const before = account.state();
    const { status, error } = await restore(account, action, { of: 'never' });
    expect([status, error, account.state()]).toEqual(['FAILED', 'S3.NoSuchKeyException', before]);
  });

  it('can be started again after any of its calls has failed, and then gives back what was there', async () => {
    const trial = new PretendAccount();
    await contain(trial, action);
    const whole = await restore(trial, action);
    for (const [at, failing] of whole.calls.entries()) {
      const account = new PretendAccount();
      const before = account.state();
      await contain(account, action);
      const broken = await restore(account, action, { answer: failingAt(account, at) });
      expect([failing.state, broken.status]).toEqual([failing.state, 'FAILED']);
      expect(fileOf(account, 'back/failed.json')).toMatchObject({ failure: { step: failing.state } });
      expect([failing.state, (await restore(account, action, { name: 'next' })).status]).toEqual([failing.state, 'SUCCEEDED']);
      expect(withoutMarks(account.state())).toEqual(withoutMarks(before));
    }
  });

  it('gives back what was there also when the containment broke off half-way', async () => {
    const whole = await contain(new PretendAccount(), action);
    const captured = whole.calls.findIndex(isRecord);
    for (const [at, failing] of [...whole.calls.entries()].slice(captured + 1)) {
      const account = new PretendAccount();
      const before = account.state();
      await contain(account, action, { answer: failingAt(account, at) });
      expect([failing.state, (await restore(account, action)).status]).toEqual([failing.state, 'SUCCEEDED']);
      expect([failing.state, withoutMarks(account.state())]).toEqual([failing.state, withoutMarks(before)]);
    }
  });
});

describe('deployments', () => {
  it.each(HOLDING)('are held while %s stands, by a parameter that names it and a denial at the deploying role', async (action) => {
    const account = new PretendAccount();
    await contain(account, action);
    const holds = [...account.parameters].filter(([name]) => !name.endsWith('/none'));
    expect(holds).toHaveLength(1);
    expect(JSON.parse(holds[0]?.[1] ?? '')).toMatchObject({ incident: INCIDENT, action, execution: 'first' });
    expect([...account.attached]).toEqual(['FreezePolicy']);
  });

  it('go on only when the last of several containments is restored', async () => {
    const account = new PretendAccount();
    await contain(account, 'isolate-function');
    await contain(account, 'isolate-database');
    const { calls } = await restore(account, 'isolate-function');
    // Not even for a moment in between.
    expect(calls.filter(({ resource }) => resource === 'aws-sdk:iam:detachRolePolicy')).toEqual([]);
    expect([account.attached.size, account.parameters.size]).toEqual([1, 2]);
    await restore(account, 'isolate-database');
    expect([account.attached.size, account.parameters.size]).toEqual([0, 1]);
  });

  it('are denied again when another containment begins while the last one is lifted', async () => {
    const account = new PretendAccount();
    await contain(account, 'isolate-function');
    const answer: Answer = (call) => {
      // Between the list and the detaching.
      if (call.resource === 'aws-sdk:iam:detachRolePolicy') account.parameters.set('/Environment/ir/freeze/other', '{}');
      return account.answer(call);
    };
    await restore(account, 'isolate-function', { answer });
    expect([...account.attached]).toEqual(['FreezePolicy']);
  });

  it.each(ACTIONS.filter((action) => !HOLDING.includes(action)))('are not held by %s, which no deployment undoes', async (action) => {
    const account = new PretendAccount();
    await contain(account, action);
    expect([account.attached.size, account.parameters.size]).toEqual([0, 1]);
  });
});

describe('a clinician', () => {
  const quarantined = async (secondPerson: SecondPerson, role = 'clinician') => {
    const account = new PretendAccount();
    account.secondPerson = secondPerson;
    const user = account.users.get(PRETEND_USER);
    if (!user) throw new Error('There is a user.');
    user.role = role;
    const outcome = await contain(account, 'quarantine-user');
    return { account, user, outcome };
  };

  it('is locked out when a second person says so, and nobody else is asked with the token', async () => {
    const { account, user, outcome } = await quarantined('approves');
    expect([outcome.status, user.enabled, user.disabledAt !== null]).toEqual(['SUCCEEDED', false, true]);
    expect(account.notices).toHaveLength(1);
    expect(JSON.stringify(account.notices)).not.toContain('token-of-');
    expect(fileOf(account, '/question.json')).toMatchObject({ token: 'token-of-first', target: PRETEND_USER });
  });

  it('is locked out when nobody answers in a quarter of an hour, which is recorded', async () => {
    const { account, user } = await quarantined('is silent');
    expect(user.enabled).toBe(false);
    expect(fileOf(account, '/after.json')?.['done']).toContain('No answer in 15 minutes counts as a yes');
    expect(workflows.get('contain-quarantine-user')?.States['Ask a second person']).toMatchObject({ TimeoutSeconds: 900 });
  });

  it('stays in when the second person says no, but is signed out', async () => {
    const { account, user, outcome } = await quarantined('rejects');
    expect([outcome.status, outcome.error]).toEqual(['FAILED', 'Rejected']);
    expect([user.enabled, user.disabledAt, user.signedOut, user.revokedBefore !== null]).toEqual([true, null, true, true]);
    expect(fileOf(account, '/failed.json')).toMatchObject({ failure: { step: 'Ask a second person', error: 'Rejected' } });
  });

  it.each(['patient', 'billing', 'admin'])('is somebody else than a %s, about whom nobody is asked', async (role) => {
    const { account, user } = await quarantined('rejects', role);
    expect([user.enabled, account.notices]).toEqual([false, []]);
  });
});
