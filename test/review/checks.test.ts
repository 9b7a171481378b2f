import { environmentOf } from '../support/tiny-environment';
import { entriesOf, ofKind, reviewed, reviewOf, reviewOfUndoing } from '../support/review';
import { changed, checkOf, type TemplateDraft } from '../support/weakening';

const VERSIONS = 'strength/buckets-keep-every-version';
const RECORDS = 'hard/trail-records';

const unversioned =
  (...buckets: readonly string[]) =>
  (draft: TemplateDraft): void =>
    buckets.forEach((bucket) => draft.set('AWS::S3::Bucket', bucket, 'VersioningConfiguration.Status', 'Suspended'));
const unrecorded = (draft: TemplateDraft): void => draft.set('AWS::CloudTrail::Trail', '', 'IsLogging', false);

describe('a check', () => {
  it('that is not met any more is for a reviewer, with what is wrong where', () => {
    const review = reviewOf(unversioned('DocumentsBucket'), [VERSIONS]);
    const [entry, ...more] = ofKind(review, 'check-weaker');
    expect([entry?.weight, more.length]).toEqual(['asks', 0]);
    expect(entry?.text).toMatch(/^strength\/buckets-keep-every-version \(164\.\S+\) was met, and is not any more: /);
    expect(entry?.details).toEqual(['Data/DocumentsBucket VersioningConfiguration.Status: Suspended; expected Enabled']);
  });

  it('that no environment may fail stops the change, also where the base failed it', () => {
    expect(ofKind(reviewOf(unrecorded, [RECORDS]), 'check-fatal')).toMatchObject([
      { weight: 'stops', text: expect.stringMatching(/^hard\/trail-records .* must never fail, and is not met/) },
    ]);
    const same = changed('prod', unrecorded);
    expect(reviewed(same, same, [RECORDS])).toMatchObject({ outcome: 'stop' });
  });

  it('that has nothing left to judge is for a reviewer', () => {
    const review = reviewOf((draft) => draft.remove('AWS::S3::Bucket', 'DocumentsBucket'), ['strength/buckets-of-phi-tell-of-changes']);
    expect(ofKind(review, 'check-gone')).toMatchObject([{ weight: 'asks', text: expect.stringContaining('has nothing left to judge') }]);
  });

  it('that cannot tell any more is for a reviewer, together with those that meet the same obstacle', () => {
    const change = (draft: TemplateDraft): void =>
      draft.set('AWS::S3::Bucket', 'DocumentsBucket', 'VersioningConfiguration', { 'Fn::Transform': 'x' });
    const review = reviewOf(change, [VERSIONS, 'deploy/buckets-take-their-settings']);
    const weaker = ofKind(review, 'check-weaker');
    expect(weaker[0]).toMatchObject({ weight: 'asks', text: expect.stringMatching(/^Cannot tell any more: .*Fn::Transform/) });
    expect(weaker[0]?.details[0]).toContain(VERSIONS);
  });

  it('that must never fail and cannot tell stops the change', () => {
    const review = reviewOf((draft) => draft.set('AWS::CloudTrail::Trail', '', 'IsLogging', { 'Fn::Transform': 'x' }), [RECORDS]);
    expect(ofKind(review, 'check-fatal')).toMatchObject([
      { weight: 'stops', text: expect.stringMatching(/^Must never fail, and cannot tell: /) },
    ]);
  });

  it('that is met again is good to know, and asks for nobody', () => {
    const review = reviewOfUndoing(unversioned('DocumentsBucket'), [VERSIONS]);
    expect(ofKind(review, 'check-stronger')).toMatchObject([
      { weight: 'tells', text: expect.stringContaining('is met; before, it was not') },
    ]);
    expect(review.outcome).toBe('nothing');
  });

  it('that was unmet already tells its new findings and those that are gone apart', () => {
    const [one, both] = [
      changed('prod', unversioned('DocumentsBucket')),
      changed('prod', unversioned('DocumentsBucket', 'ArchiveAuditBucket')),
    ];
    const added = ofKind(reviewed(one, both, [VERSIONS]), 'check-weaker');
    expect(added).toMatchObject([{ weight: 'asks', details: [expect.stringMatching(/^Foundation\/ArchiveAuditBucket /)] }]);
    const gone = ofKind(reviewed(both, one, [VERSIONS]), 'check-stronger');
    expect(gone).toMatchObject([{ weight: 'tells', details: [expect.stringMatching(/^Foundation\/ArchiveAuditBucket /)] }]);
    expect(reviewed(one, one, [VERSIONS])).toMatchObject({ outcome: 'nothing', sections: [] });
  });

  it('that is met by an exception alone is weaker than it was', () => {
    const accepted = (draft: TemplateDraft): void => {
      unversioned('DocumentsBucket')(draft);
      draft.one('AWS::S3::Bucket', 'DocumentsBucket').Metadata = {
        AcceptedFindings: [
          {
            rule: VERSIONS,
            property: 'VersioningConfiguration.Status',
            citation: checkOf(VERSIONS).citations[0],
            because: 'Documents of this bucket are copies of what another system keeps for good.',
            insteadWe: `keep them elsewhere, see ${RECORDS}`,
            owner: 'platform engineering',
            approver: 'security officer',
            approvedOn: '2026-11-22',
            expiresOn: '2027-11-22',
          },
        ],
      };
    };
    const review = reviewOf(accepted, [VERSIONS, RECORDS]);
    expect(ofKind(review, 'exception-at-fault')).toEqual([]);
    expect(ofKind(review, 'check-weaker')).toMatchObject([
      { weight: 'asks', text: expect.stringContaining('was met, and is now accepted as unmet') },
    ]);
  });

  it('whose list of what is right changes with the templates has not become stronger', () => {
    const grant = (draft: TemplateDraft): void =>
      draft.edit('AWS::IAM::ManagedPolicy', 'RecordsApiExecutionPolicy', (policy) => statementsOf(policy).push(READ));
    const review = reviewOfUndoing(grant, ['access/access-is-as-reviewed']);
    expect(entriesOf(review, 'checks')).toEqual([]);
    expect(ofKind(reviewOf(grant, ['access/access-is-as-reviewed']), 'check-weaker')).toHaveLength(1);
  });
});

const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::elsewhere/*' };

function statementsOf(policy: Record<string, unknown>): unknown[] {
  return (policy['PolicyDocument'] as { Statement: unknown[] }).Statement;
}

const VERSIONED = { VersioningConfiguration: { Status: 'Enabled' } };

describe('a citation', () => {
  it('that is left with checks that have nothing to judge is lost', () => {
    const [bucket, none] = [
      environmentOf({ Documents: { Type: 'AWS::S3::Bucket', Properties: VERSIONED } }),
      environmentOf({ Topic: { Type: 'AWS::SNS::Topic' } }),
    ];
    expect(ofKind(reviewed(bucket, none, [VERSIONS]), 'citation-lost')[0]).toMatchObject({ weight: 'stops' });
    expect(ofKind(reviewed(none, none, [VERSIONS]), 'citation-lost')).toEqual([]);
  });

  it('that loses its last passing check stops the change, and is good to know when it gains one', () => {
    const lost = entriesOf(reviewOf(unversioned('DocumentsBucket'), [VERSIONS]), 'checks').filter(({ kind }) => kind === 'citation-lost');
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every(({ weight, text }) => weight === 'stops' && /^164\.\S+ has lost its last passing check$/.test(text))).toBe(true);
    const gained = ofKind(reviewOfUndoing(unversioned('DocumentsBucket'), [VERSIONS]), 'citation-gained');
    expect(gained.map(({ text }) => text.split(' ')[0])).toEqual(lost.map(({ text }) => text.split(' ')[0]));
  });

  it('that another check still carries is not lost', () => {
    const review = reviewOf(unversioned('DocumentsBucket'), [
      VERSIONS,
      'hard/archives-are-locked',
      'strength/records-cannot-be-deleted',
      'strength/backups-are-frequent-and-kept',
    ]);
    expect(ofKind(review, 'citation-lost').filter(({ text }) => text.startsWith('164.312(c)(1)'))).toEqual([]);
  });
});
