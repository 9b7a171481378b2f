import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import { runChecks } from '../../lib/compliance/run-checks';
import { PolicyPlugin } from '../../lib/policy-plugin';
import { RecordingPack } from '../../lib/recording-pack';
import { ACCEPTED_FINDINGS_METADATA, acceptFinding, CHECKS_PLUGIN } from '../../lib/shared/accept-finding';
import { checkOf } from '../support/weakening';

const HARD = 'hard/buckets-are-private';
const ORDINARY = 'strength/buckets-belong-to-their-account';
const CHECKS = [checkOf(HARD), checkOf(ORDINARY)];
const TODAY = '2026-11-25';
const ALL_FOUR = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const OWNED = { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] };
const EXCEPTION = {
  rule: ORDINARY,
  property: 'OwnershipControls.Rules.0.ObjectOwnership',
  citation: '164.312(a)(1)',
  because: 'A partner of this test writes into the bucket and keeps what it wrote.',
  insteadWe: 'see that nobody else gets in: hard/buckets-are-private',
};

const outdir = mkdtempSync(join(tmpdir(), 'plugin-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Two stacks of one environment with a bucket each, changed as the test wants. */
function scene(change: (first: CfnBucket, second: CfnBucket) => void, plugins: 'ours' | 'both' = 'ours'): () => void {
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  const stage = new Stage(app, 'prod', { env: { account: '111122223333', region: 'us-east-1' } });
  const [first, second] = ['One', 'Two'].map(
    (name) => new CfnBucket(new Stack(stage, name), 'Bucket', { publicAccessBlockConfiguration: ALL_FOUR, ownershipControls: OWNED }),
  ) as [CfnBucket, CfnBucket];
  change(first, second);
  Validations.of(app).addPlugins(new PolicyPlugin(CHECKS, TODAY), ...(plugins === 'both' ? [new RecordingPack(app)] : []));
  return () => void app.synth();
}

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

/** What the report of the last synth lists under a plugin. */
function reported(kind: 'violations' | 'suppressedViolations' = 'violations', plugin = CHECKS_PLUGIN): string[] {
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
    pluginReports: ({ pluginName: string } & Partial<Record<typeof kind, Violation[]>>)[];
  };
  const violations = pluginReports.find(({ pluginName }) => pluginName === plugin)?.[kind] ?? [];
  return violations.map(
    ({ ruleName, severity, violatingConstructs }) =>
      `${severity} ${ruleName} ${violatingConstructs.map(({ constructPath }) => constructPath).join()}`,
  );
}

const shared = (bucket: CfnBucket): void => void (bucket.ownershipControls = { rules: [{ objectOwnership: 'ObjectWriter' }] });

describe('the plugin of our checks', () => {
  test('lets a synth pass in which every check is met', () => {
    expect(scene(() => undefined)).not.toThrow();
  });

  test('fails the synth with the check, the resource and the property that is wrong', () => {
    expect(scene((_, second) => shared(second))).toThrow(
      /ObjectOwnership: ObjectWriter; expected BucketOwnerEnforced[^]*Rule Baseline::strength\/buckets-belong-to-their-account/,
    );
    expect(reported()).toEqual([`fatal ${ORDINARY} prod/Two/Bucket`]);
  });

  test('fails a synth whose templates it cannot read', () => {
    expect(scene((first) => first.addPropertyOverride('OwnershipControls', { 'Fn::Transform': { Name: 'AWS::Include' } }))).toThrow(
      /copy of this report/,
    );
    expect(reported()).toEqual([`fatal ${ORDINARY} prod`]);
  });
});

describe('an exception at synth', () => {
  test('lets its own finding pass, and leaves a record in the report', () => {
    const synth = scene((first) => {
      shared(first);
      acceptFinding(first, EXCEPTION);
    });
    expect(synth).not.toThrow();
    expect(reported('suppressedViolations')).toEqual([`error ${ORDINARY} prod/One/Bucket`]);
  });

  test('silences the same finding neither in another stack nor over the same templates later', () => {
    const synth = scene((first, second) => {
      [first, second].forEach(shared);
      acceptFinding(first, EXCEPTION);
    });
    expect(synth).toThrow(/copy of this report/);
    expect(reported()).toEqual([`fatal ${ORDINARY} prod/Two/Bucket`]);
    const [result] = readEnvironmentModels([outdir]).map((model) => runChecks(model, CHECKS, TODAY));
    expect(result?.passed).toBe(false);
    expect(result?.results.flatMap(({ findings }) => findings.map(({ stack, accepted }) => [stack, accepted]))).toEqual([
      ['prod-One', true],
      ['prod-Two', false],
    ]);
  });

  test('for the published pack holds on its own resource only, too', () => {
    const rule = 'S3BucketVersioningEnabled';
    const synth = scene((first) => acceptFinding(first, { ...EXCEPTION, rule }), 'both');
    expect(synth).toThrow(/copy of this report/);
    expect(reported('violations', 'HIPAA.Security').filter((line) => line.includes(rule))).toEqual([
      `error HIPAA.Security-${rule} prod/Two/Bucket`,
    ]);
  });

  test.each([
    ['that has expired', { expiresOn: TODAY, approvedOn: '2026-01-01' }],
    ['of another property', { property: 'OwnershipControls' }],
    ['of a required specification without a check in its place', { insteadWe: 'look at the bucket now and then' }],
  ])('%s accepts nothing, and is a violation itself', (_, wrong) => {
    const synth = scene((first) => {
      shared(first);
      acceptFinding(first, { ...EXCEPTION, ...wrong });
    });
    expect(synth).toThrow(/copy of this report/);
    expect(reported()).toEqual([`fatal ${ORDINARY} prod/One/Bucket`, 'fatal exceptions/are-in-order prod/One/Bucket']);
  });

  test.each(['prod/One/Bucket', 'prod/One', ''])('past the register, an acknowledgement at "%s" silences nothing', (path) => {
    const synth = scene((first) => {
      shared(first);
      const place = path
        .split('/')
        .filter(Boolean)
        .reduce((scope, id) => scope.node.findChild(id), first.node.root);
      Validations.of(place).acknowledge({ id: `${CHECKS_PLUGIN}::${ORDINARY}`, reason: EXCEPTION.because });
    });
    expect(synth).toThrow(/copy of this report/);
    expect(reported()).toEqual([`fatal ${ORDINARY} prod/One/Bucket`]);
  });

  test('of a hard check is refused, and written past that refusal it does not help', () => {
    const record = { ...EXCEPTION, rule: HARD, property: 'PublicAccessBlockConfiguration.BlockPublicAcls' };
    expect(() => scene((first) => acceptFinding(first, record))).toThrow(/no environment may have/);
    const synth = scene((first) => {
      first.publicAccessBlockConfiguration = { ...ALL_FOUR, blockPublicAcls: false };
      first.addMetadata(ACCEPTED_FINDINGS_METADATA, [
        { ...record, owner: 'one', approver: 'another', approvedOn: '2026-11-22', expiresOn: '2027-11-22' },
      ]);
      Validations.of(first).acknowledge({ id: `${CHECKS_PLUGIN}::${HARD}`, reason: record.because });
    });
    expect(synth).toThrow(/accepts what no environment may have/);
    expect(reported()).toContain(`fatal ${HARD} prod/One/Bucket`);
  });
});
