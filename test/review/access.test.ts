import { entriesOf, ofKind, reviewOf, reviewOfUndoing } from '../support/review';
import type { TemplateDraft } from '../support/weakening';

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const POLICY = 'AWS::IAM::ManagedPolicy';
const RECORDS_API = 'RecordsApiExecutionPolicy';

function edited(
  type: string,
  prefix: string,
  change: (statements: Statement[]) => Statement[],
  document = 'PolicyDocument',
): (draft: TemplateDraft) => void {
  return (draft) =>
    draft.edit(type, prefix, (properties) => {
      const policy = properties[document] as { Statement: Statement[] };
      policy.Statement = change(policy.Statement);
    });
}

const grant = (statement: Omit<Statement, 'Effect'>): ((draft: TemplateDraft) => void) =>
  edited(POLICY, RECORDS_API, (all) => [...all, { Effect: 'Allow', ...statement }]);

describe('who can newly do what', () => {
  it('is for a reviewer, in the words of a review', () => {
    const review = reviewOf(grant({ Action: ['logs:GetLogEvents', 'logs:DeleteLogGroup'], Resource: '*' }));
    expect(ofKind(review, 'access-gained')).toMatchObject([
      { weight: 'asks', text: 'Api/RecordsApiExecutionRole may now read, delete *', details: ['logs:DeleteLogGroup, logs:GetLogEvents'] },
    ]);
    expect(review.outcome).toBe('acknowledge');
  });

  it('names PHI, keys and logs before the rest', () => {
    const change = (draft: TemplateDraft): void => {
      grant({ Action: 'ec2:CreateTags', Resource: 'arn:aws:ec2:eu-west-1:111122223333:vpc/*' })(draft);
      grant({ Action: 'kms:Decrypt', Resource: '*' })(draft);
    };
    expect(ofKind(reviewOf(change), 'access-gained').map(({ text }) => text)).toEqual([
      'Api/RecordsApiExecutionRole may now decrypt *',
      'Api/RecordsApiExecutionRole may now act on arn:aws:ec2:eu-west-1:{account}:vpc/*',
    ]);
  });

  it('is somebody new who may assume a role', () => {
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::999999999999:root' } };
    const review = reviewOf(edited('AWS::IAM::Role', 'StaffAuditor', (all) => [...all, trust], 'AssumeRolePolicyDocument'));
    expect(ofKind(review, 'access-gained')).toMatchObject([
      { weight: 'asks', text: 'account 999999999999 may now assume Identity/StaffAuditor' },
    ]);
  });

  it('is a condition that is dropped, which is said', () => {
    const review = reviewOf(
      edited(POLICY, RECORDS_API, (all) =>
        all.map((each) =>
          each.Condition?.['StringEquals']?.['kms:EncryptionContext:app'] === undefined ? each : { ...each, Condition: {} },
        ),
      ),
    );
    const gained = ofKind(review, 'access-gained');
    expect(gained.length).toBeGreaterThan(0);
    expect(gained.flatMap(({ details }) => details)).toContain(
      'no longer only if StringEquals kms:EncryptionContext:app = telehealth-records',
    );
  });

  it('is somebody to whom a key’s own policy opens', () => {
    const stranger = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal: { AWS: 'arn:aws:iam::999999999999:root' } };
    const review = reviewOf(edited('AWS::KMS::Key', 'KeysTrail', (all) => [...all, stranger], 'KeyPolicy'));
    expect(ofKind(review, 'access-gained')).toMatchObject([{ text: 'account 999999999999 may now decrypt Foundation/KeysTrail' }]);
  });

  it('is nobody when a grant says less than an older one did, or the same twice', () => {
    const narrower = edited(POLICY, RECORDS_API, (all) =>
      all.map((each) =>
        each.Action === 'kms:Decrypt' && !each.Condition ? { ...each, Condition: { Bool: { 'aws:SecureTransport': 'true' } } } : each,
      ),
    );
    const review = reviewOf(narrower);
    expect(ofKind(review, 'access-gained')).toEqual([]);
    expect(ofKind(review, 'access-lost').every(({ weight }) => weight === 'tells')).toBe(true);
    expect(ofKind(review, 'access-lost').length).toBeGreaterThan(0);
    expect(review.outcome).toBe('nothing');
    const twice = reviewOf(edited(POLICY, RECORDS_API, (all) => [...all, ...all]));
    expect([twice.outcome, entriesOf(twice, 'access')]).toEqual(['nothing', []]);
  });
});

describe('a denial', () => {
  const withoutTls = edited('AWS::S3::BucketPolicy', 'DocumentsBucketPolicy', (all) =>
    all.filter(({ Condition }) => Condition?.['Bool']?.['aws:SecureTransport'] === undefined),
  );

  it('that is gone is for a reviewer; a new one is good to know', () => {
    const lost = ofKind(reviewOf(withoutTls), 'denial-lost');
    expect(lost.length).toBeGreaterThan(0);
    expect(
      lost.every(({ weight, text }) => weight === 'asks' && /^Data\/DocumentsBucket.* is no longer denied to anyone$/.test(text)),
    ).toBe(true);
    expect(lost[0]?.details).toContain('only if Bool aws:SecureTransport = false');
    const gained = reviewOfUndoing(withoutTls);
    expect(ofKind(gained, 'denial-gained').length).toBe(lost.length);
    expect(gained.outcome).toBe('nothing');
  });

  it('of a bucket that is gone is no loss by itself', () => {
    const review = reviewOf((draft) => {
      draft.remove('AWS::SQS::QueuePolicy', 'AuditFailed');
      draft.remove('AWS::SQS::Queue', 'AuditFailed');
      draft.all().forEach(({ resource }) => {
        if (JSON.stringify(resource).includes('AuditFailedQueue')) resource.Properties = {};
      });
    });
    expect(ofKind(review, 'denial-lost').filter(({ weight }) => weight === 'asks')).toEqual([]);
  });
});

describe('a ceiling', () => {
  it('that a role loses is for a reviewer', () => {
    const review = reviewOf((draft) => draft.set('AWS::IAM::Role', 'StaffAuditor', 'PermissionsBoundary', undefined));
    expect(ofKind(review, 'ceiling-gone')).toMatchObject([
      { weight: 'asks', text: expect.stringMatching(/^Identity\/StaffAuditor is no longer bounded/) },
    ]);
  });

  it('that an endpoint loses is for a reviewer', () => {
    const review = reviewOf((draft) => draft.set('AWS::EC2::VPCEndpoint', 'RecordsVpcKms', 'PolicyDocument', undefined));
    expect(
      ofKind(review, 'ceiling-gone').some(
        ({ weight, text }) => weight === 'asks' && /through Network\/RecordsVpcKms is no longer bounded/.test(text),
      ),
    ).toBe(true);
  });

  it('that is raised is for a reviewer, and one that is new is good to know', () => {
    const everything = { Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' };
    const raised = reviewOf(edited('AWS::EC2::VPCEndpoint', 'RecordsVpcS3', (all) => [...all, everything], 'PolicyDocument'));
    expect(ofKind(raised, 'ceiling-raised')).toMatchObject([
      {
        weight: 'asks',
        text: expect.stringMatching(/^anyone through Network\/RecordsVpcS3 is now let through to .*delete.* \*$/),
        details: ['s3:*'],
      },
    ]);
    const bounded = reviewOfUndoing((draft) => draft.set('AWS::IAM::Role', 'StaffAuditor', 'PermissionsBoundary', undefined));
    expect([bounded.outcome, ofKind(bounded, 'ceiling-raised')[0]?.weight]).toEqual(['nothing', 'tells']);
  });
});

it('says that access cannot be read, and takes it for no pass', () => {
  const change = (draft: TemplateDraft): void => draft.set('AWS::KMS::Key', 'KeysTrail', 'KeyPolicy', 'open');
  expect(entriesOf(reviewOf(change), 'access')).toMatchObject([
    { kind: 'access-unreadable', weight: 'asks', text: expect.stringContaining('KeysTrail') },
  ]);
  expect(entriesOf(reviewOfUndoing(change), 'access')).toMatchObject([{ kind: 'access-unreadable', weight: 'asks' }]);
});
