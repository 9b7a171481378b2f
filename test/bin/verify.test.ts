import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { METADATA_SUFFIX } from '../../lambda/trail-guardian/adapters/folder-digests';
import { startAwsEndpoint, type AwsEndpoint } from '../support/aws-endpoint';
import { runProgram } from '../support/command';
import { described, failure, type FakeTrail } from '../support/fake-trail';
import { deployed, deployedTrail, digestAt, east, logFile, made, template, verify, west } from '../support/trail-command';
import { BUCKET } from '../support/trail-files';

const ROOT = path.join(__dirname, '..', '..');
let trail: FakeTrail;
let endpoint: AwsEndpoint;
let folder: string;
beforeEach(async () => {
  trail = deployedTrail();
  endpoint = await startAwsEndpoint(trail.answer);
  folder = mkdtempSync(path.join(tmpdir(), 'trail-'));
});
afterEach(async () => {
  await endpoint.close();
  rmSync(folder, { recursive: true });
});

describe('npm run verify', () => {
  it('finds the trail as the templates have it, verifies its files, and says what it took on trust', async () => {
    const { code, out, complaint, progress } = await verify();
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    expect(out).toContain('Trail prod-audit-trail of account 111122223333, at home in us-east-1; files from 2026-11-26T22:00:00.000Z');
    expect(out).toContain(`${template.bucket} is ${BUCKET}`);
    expect(out).toContain('As expected: Regions: 2, digests: 6 (signatures checked: 6, backfills: 0), log files: 6.');
    expect(progress.at(-1)).toBe('Regions: 2, digests: 6 (signatures checked: 6, backfills: 0), log files: 6, findings: 0');
  });

  it('names a difference with both values and exits with 10', async () => {
    trail.trails = [{ ...described(deployed), IsMultiRegionTrail: false }];
    const { code, out } = await verify();
    expect(code).toBe(10);
    expect(out).toContain('trail_differs  IsMultiRegionTrail: expected true; found false');
    expect(out).toContain('1 findings, 0 of them of a break: Regions: 2');
  });

  it.each<[string, (fake: FakeTrail) => void, string]>([
    ['a broken chain', ({ files }) => files.delete(digestAt(1)), 'digest_missing'],
    ['a changed log file', ({ files }) => files.set(logFile, { bytes: Buffer.from('{}') }), 'log_changed'],
    ['a trail that does not log', ({ status }) => (status['us-east-1'] = { IsLogging: false }), 'not_logging'],
    ['a trail that is gone', (fake) => (fake.trails = []), 'trail_missing'],
    [
      'a trail whose home is another Region',
      (fake) => (fake.trails = [{ Name: deployed.name, TrailARN: 'arn:x', HomeRegion: 'eu-west-1' }]),
      'home_region_other',
    ],
  ])('exits with 20 for %s', async (_, change, finding) => {
    change(trail);
    const { code, out } = await verify();
    expect(code).toBe(20);
    expect(out).toMatch(new RegExp(`^${finding}  `, 'm'));
  });

  it('compares the bucket, and what selectors say of it, with one that is named', async () => {
    expect((await verify('--bucket', BUCKET)).code).toBe(0);
    trail.trails = [{ ...described(deployed), S3BucketName: 'somebodys-bucket' }];
    const { code, out } = await verify('--bucket', BUCKET);
    expect(code).toBe(10);
    expect(out).toContain(`trail_differs  S3BucketName: expected ${BUCKET}; found somebodys-bucket`);
    expect(out.match(/^\w+ {2}/gm)).toHaveLength(1);
  });

  it('looks at one Region’s files alone', async () => {
    expect((await verify('--region', 'us-west-2')).out).toContain('Regions: 1, digests: 3 (');
    const { code, out } = await verify('--region', 'eu-west-3');
    expect(code).toBe(20);
    expect(out).toMatch(/^digests_absent {2}cloudtrail\/AWSLogs\/111122223333\/CloudTrail-Digest\/eu-west-3\//m);
  });

  it('says everything as JSON', async () => {
    trail.insights = undefined;
    const { code, out } = await verify('--json');
    expect({ ...(JSON.parse(out) as object), code }).toMatchObject({
      environment: 'prod',
      trail: 'prod-audit-trail',
      isLive: true,
      window: { from: '2026-11-26T22:00:00.000Z', to: '2026-11-27T01:30:00.000Z' },
      findings: [{ code: 'trail_differs', about: 'InsightSelectors', expected: 'ApiCallRateInsight, ApiErrorRateInsight', found: 'none' }],
      learnt: { [template.bucket]: BUCKET },
      summary: { regions: 2, digests: 6, signed: 6, logs: 6, leftRegions: 0 },
      exitCode: 10,
      code: 10,
    });
  });

  it('prints nothing that steers a terminal', async () => {
    trail.trails = [{ ...described(deployed), S3KeyPrefix: 'a\u001b[2Jb' }];
    for (const out of [(await verify()).out, (await verify('--json')).out]) expect(out).not.toContain('\u001b');
  });
});

describe('npm run verify, when it cannot look', () => {
  it.each<[string, (fake: FakeTrail) => void, RegExp]>([
    [
      'credentials of another account',
      (fake) => (fake.account = '999900001111'),
      /^The credentials are of account 999900001111, prod is account 111122223333\./,
    ],
    [
      'credentials that have run out',
      ({ instead }) =>
        instead.set('GetCallerIdentity', {
          status: 403,
          type: 'text/xml',
          body: '<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>',
        }),
      /\(ExpiredToken\)\. AWS does not take these credentials\./,
    ],
    [
      'a right that is missing',
      ({ instead }) => instead.set('GetTrailStatus', failure('AccessDeniedException')),
      /^Cannot get the status of arn:aws:cloudtrail.* in us-east-1 \(AccessDeniedException\)\. These credentials may not\./,
    ],
    [
      'a key that it may not use',
      ({ instead }) => instead.set('S3', { status: 403, type: 'application/xml', body: '<Error><Code>AccessDenied</Code></Error>' }),
      /^Cannot list s3:\/\/.* \(AccessDenied\)\. These credentials may not\./,
    ],
    [
      'no bucket',
      ({ instead }) => instead.set('S3', { status: 404, type: 'application/xml', body: '<Error><Code>NoSuchBucket</Code></Error>' }),
      /\(NoSuchBucket\)\. Check the name of the bucket/,
    ],
  ])('says so in one sentence: %s', async (_, change, sentence) => {
    change(trail);
    const { code, complaint } = await verify();
    expect(code).toBe(2);
    expect(complaint).toMatch(sentence);
    expect(complaint).not.toContain('canary');
  });

  it('tries a throttled call again, and goes on', async () => {
    let refusals = 2;
    const answer = trail.answer;
    const throttling = await startAwsEndpoint((call) =>
      call.operation.endsWith('DescribeTrails') && refusals-- > 0 ? failure('ThrottlingException') : answer(call),
    );
    try {
      expect((await verify()).code).toBe(0);
      expect(throttling.calls.filter(({ operation }) => operation.endsWith('DescribeTrails'))).toHaveLength(3);
    } finally {
      await throttling.close();
    }
  });

  it('needs credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: folder, AWS_SHARED_CREDENTIALS_FILE: folder });
    try {
      expect(await verify()).toMatchObject({
        code: 2,
        complaint: expect.stringMatching(/\(CredentialsProviderError\)\. There are no AWS credentials\./),
      });
    } finally {
      for (const name of ['AWS_EC2_METADATA_DISABLED', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) delete process.env[name];
    }
  });

  it.each([
    [['--from', 'yesterday'], '--from must be a time such as 2026-11-01 or 2026-11-01T08:00:00Z, not yesterday.'],
    [['--from', '2026-11-27T09:00:00Z'], '--from must lie before --to and before now, not at 2026-11-27T09:00:00.000Z.'],
    [['--bucket', 's3://x'], '--bucket must be the name of a bucket, not s3://x.'],
    [['--region', 'Frankfurt'], '--region must be a Region such as us-east-1, not Frankfurt.'],
    [['--env', 'prd'], 'No environment prd in'],
    [['--assembly', '/nowhere'], 'There is no /nowhere.'],
    [['--folder', '/nowhere'], 'There is no /nowhere/cloudtrail/AWSLogs/111122223333/CloudTrail-Digest/.'],
    [['--loud'], "Unknown option '--loud'"],
  ])('refuses %j', async (args, sentence) => {
    const { code, complaint } = await verify(...args);
    expect({ code, complaint }).toEqual({ code: 2, complaint: expect.stringContaining(sentence) });
  });

  it('is a command of its own, which needs an environment', () => {
    const { exitCode, output } = runProgram(ROOT, 'bin/verify.ts');
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: expect.stringMatching(/^--env is needed[^]*Usage: npm run verify/) });
  });
});

describe('npm run verify, of a copy', () => {
  /** Writes the bucket to a folder, as the documented commands do; the hours whose metadata is kept. */
  const copy = (...kept: readonly number[]): void => {
    for (const [key, { bytes, signature }] of made) {
      const file = path.join(folder, key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      if (signature !== undefined && kept.some((hour) => key.endsWith(digestAt(hour).slice(-24))))
        writeFileSync(
          `${file}${METADATA_SUFFIX}`,
          JSON.stringify({ ContentType: 'application/json', Metadata: { signature, 'signature-algorithm': 'SHA256withRSA' } }),
        );
    }
    const keys = path.join(folder, 'keys');
    mkdirSync(keys);
    for (const [region, { der, fingerprint }] of [
      ['us-east-1', east],
      ['us-west-2', west],
    ] as const)
      writeFileSync(
        path.join(keys, `${region}.json`),
        JSON.stringify({
          PublicKeyList: [
            {
              Fingerprint: fingerprint,
              Value: der.toString('base64'),
              ValidityStartTime: '2026-01-01T00:00:00+00:00',
              ValidityEndTime: 1_900_000_000,
            },
          ],
        }),
      );
  };
  const offline = (): readonly string[] => ['--folder', folder, '--public-keys', path.join(folder, 'keys')];

  it('asks AWS for nothing when it has the public keys, and says what that leaves open', async () => {
    copy(0, 1, 2);
    const { code, out } = await verify(...offline());
    expect(code).toBe(0);
    expect(out).toContain('As expected: Regions: 2, digests: 6 (signatures checked: 6, backfills: 0), log files: 6.');
    expect(out).toContain('Of a copy: the live trail was not looked at');
    expect(out).toContain('they prove as much as the way by which they came');
    expect(endpoint.calls).toEqual([]);
  });

  it('asks AWS for public keys alone when it has none', async () => {
    copy(2);
    expect((await verify('--folder', folder, '--bucket', BUCKET)).out).toContain('digests: 6 (signatures checked: 2, backfills: 0)');
    expect([...new Set(endpoint.calls.map(({ operation }) => operation.split('.').at(-1)))]).toEqual(['ListPublicKeys']);
  });

  it('says which digests nothing vouches for', async () => {
    copy(1);
    const { code, out } = await verify(...offline());
    expect(code).toBe(10);
    expect(out).toContain(
      `signature_not_kept  ${digestAt(2)}: expected a signature beside this digest, or a signed digest after it; found neither`,
    );
  });

  it.each<[string, () => void, number, RegExp]>([
    ['a file that was changed', () => writeFileSync(path.join(folder, logFile), '{}'), 20, /^log_changed /m],
    ['a file that is missing', () => rmSync(path.join(folder, logFile)), 20, /^log_missing /m],
    [
      'metadata that are none',
      () => writeFileSync(path.join(folder, `${digestAt(1)}${METADATA_SUFFIX}`), '[]'),
      2,
      /is not what aws s3api head-object answers/,
    ],
    [
      'public keys that are none',
      () => writeFileSync(path.join(folder, 'keys', 'us-east-1.json'), '{}'),
      2,
      /us-east-1\.json holds something else than public keys/,
    ],
    [
      'public keys that are missing',
      () => rmSync(path.join(folder, 'keys', 'us-west-2.json')),
      2,
      /Cannot read .*us-west-2\.json: the public keys of us-west-2/,
    ],
    [
      'keys of another time',
      () =>
        writeFileSync(
          path.join(folder, 'keys', 'us-east-1.json'),
          readFileSync(path.join(folder, 'keys', 'us-east-1.json'), 'utf8').replace('1900000000', '1770000000'),
        ),
      20,
      /^key_unknown /m,
    ],
  ])('notices %s', async (_, change, exitCode, sentence) => {
    copy(0, 1, 2);
    change();
    const { code, out, complaint } = await verify(...offline());
    expect(code).toBe(exitCode);
    expect(`${out}\n${complaint}`).toMatch(sentence);
  });

  it('verifies nothing where there is nothing', async () => {
    copy();
    const early = ['--from', '2026-01-01', '--to', '2026-01-01T01:00:00Z'];
    expect(await verify(...offline(), ...early)).toMatchObject({
      code: 2,
      complaint: expect.stringMatching(/^No digest of that time is in .*nothing verified\.$/),
    });
  });

  it('finds digests that name another bucket than the given one', async () => {
    copy(0, 1, 2);
    expect((await verify(...offline(), '--bucket', 'another-bucket')).out).toMatch(
      /^digest_misplaced .*expected the bucket another-bucket/m,
    );
  });
});
