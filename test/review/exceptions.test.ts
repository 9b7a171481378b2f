import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { modelWithMetadata } from '../support/review-metadata';
import { entriesOf, reviewed, type PlainEntry } from '../support/review';

const RECORD = {
  rule: 'S3BucketReplicationEnabled',
  citation: '164.308(a)(7)(i)',
  because: 'Server access logs arrive late and in part, and are no record that is relied on.',
  insteadWe: 'keep them for a year',
  owner: 'platform engineering',
  approver: 'security officer',
  approvedOn: '2026-11-22',
  expiresOn: '2027-11-22',
};
const OURS = { ...RECORD, rule: 'strength/buckets-log-access', property: 'LoggingConfiguration' };

const accepting = (...records: readonly unknown[]): EnvironmentModel => modelWithMetadata({ AcceptedFindings: records });
const between = (before: readonly unknown[], after: readonly unknown[], today?: string): readonly PlainEntry[] =>
  entriesOf(reviewed(accepting(...before), accepting(...after), ['strength/buckets-log-access'], today), 'exceptions').filter(
    ({ kind }) => kind !== 'exception-at-fault',
  );

describe.each([
  ['of the published pack', RECORD, 'S3BucketReplicationEnabled on Small/Logs'],
  ['of ours', OURS, 'strength/buckets-log-access on Small/Logs LoggingConfiguration'],
])('an exception %s', (_, record, name) => {
  it('that is new is for a reviewer, with its reason and its people', () => {
    const [entry, ...more] = between([], [record]);
    expect([entry?.kind, entry?.weight, entry?.text, more]).toEqual(['exception-added', 'asks', `${name} is newly accepted`, []]);
    expect(entry?.details[0]).toMatch(/^164\.308\(a\)\(7\)\(i\): Server access logs .* Instead: keep them for a year$/);
    expect(entry?.details[1]).toBe('owner platform engineering, approved by security officer, review by 2027-11-22');
  });

  it.each(['citation', 'because', 'insteadWe', 'owner', 'approver', 'approvedOn'])('with another %s is for a reviewer', (field) => {
    expect(between([record], [{ ...record, [field]: '2026-11-23' }])).toMatchObject([
      {
        kind: 'exception-changed',
        weight: 'asks',
        text: `${name} is accepted on other grounds`,
        details: [expect.stringMatching(new RegExp(`^${field}: .* becomes 2026-11-23$`))],
      },
    ]);
  });

  it('that is extended is for a reviewer; one that is shortened or taken out is good to know', () => {
    expect(between([record], [{ ...record, expiresOn: '2028-11-22' }])).toMatchObject([
      { kind: 'exception-extended', weight: 'asks', text: `${name} is to be reviewed by 2028-11-22, not 2027-11-22` },
    ]);
    expect(between([record], [{ ...record, expiresOn: '2027-10-22' }])).toMatchObject([{ kind: 'exception-shortened', weight: 'tells' }]);
    expect(between([record], [])).toMatchObject([{ kind: 'exception-removed', weight: 'tells' }]);
  });

  it('is told of a month before its day, and stops the change from its day on, whoever wrote it', () => {
    expect(between([record], [record], '2027-10-22')).toEqual([]);
    expect(between([record], [record], '2027-10-23')).toMatchObject([{ kind: 'exception-expires', weight: 'tells' }]);
    expect(between([record], [record], '2027-11-21')).toMatchObject([{ kind: 'exception-expires' }]);
    expect(between([record], [record], '2027-11-22')).toMatchObject([
      { kind: 'exception-expired', weight: 'stops', text: `${name} expired on 2027-11-22` },
    ]);
  });

  it('without a day of review is for a reviewer', () => {
    expect(between([record], [{ ...record, expiresOn: 'never' }]).map(({ kind }) => kind)).toContain('exception-endless');
    expect(between([record], [{ ...record, expiresOn: undefined }])).toMatchObject([
      { kind: 'exception-extended', weight: 'asks' },
      { kind: 'exception-endless', weight: 'asks' },
    ]);
  });
});

it('names one of ours that is at fault', () => {
  const review = reviewed(accepting(), accepting({ ...OURS, because: 'too short' }), ['strength/buckets-log-access']);
  expect(entriesOf(review, 'exceptions').filter(({ kind }) => kind === 'exception-at-fault')).toMatchObject(
    expect.arrayContaining([
      {
        kind: 'exception-at-fault',
        weight: 'asks',
        text: 'strength/buckets-log-access on Small/Logs gives a reason of fewer than 40 characters',
        details: [],
      },
    ]),
  );
});

it('reads everything that stands in the register, record or not', () => {
  expect(between([], ['all of it', null])).toMatchObject([
    { kind: 'exception-added', text: '"all of it" on Small/Logs is newly accepted' },
    { kind: 'exception-endless' },
    { kind: 'exception-added' },
    { kind: 'exception-endless' },
  ]);
  expect(between([RECORD], [RECORD, RECORD])).toMatchObject([{ kind: 'exception-added' }]);
});
