import { parseArgs } from 'node:util';
import { drain } from '../lambda/shared/drain';
import { callerAccount } from '../lambda/trail-guardian/adapters/caller-account';
import { cloudTrail } from '../lambda/trail-guardian/adapters/cloudtrail';
import { folderDigests } from '../lambda/trail-guardian/adapters/folder-digests';
import { publicKeyFiles } from '../lambda/trail-guardian/adapters/public-key-file';
import { s3Digests } from '../lambda/trail-guardian/adapters/s3-digests';
import type { DigestPlace } from '../lambda/trail-guardian/digest-names';
import { examineTrail, type Examination } from '../lambda/trail-guardian/examine-trail';
import { FINDING_SEVERITY, worstOf, type Finding } from '../lambda/trail-guardian/findings';
import { DAY_MS } from '../lambda/trail-guardian/limits';
import type { DigestStore } from '../lambda/trail-guardian/ports';
import { PublicKeys } from '../lambda/trail-guardian/public-keys';
import { TrailError } from '../lambda/trail-guardian/trail-error';
import { verifyDigests, type VerifySummary } from '../lambda/trail-guardian/verify-digests';
import { readEnvironmentModels } from '../lib/compliance/model/read-templates';
import { TemplateError } from '../lib/compliance/model/template';
import { printable } from '../lib/compliance/printable';
import { expectedTrailOf, type TemplateTrail } from './expected-trail';
import { processTerminal, type Terminal } from './terminal';

const USAGE = `Usage: npm run verify -- --env NAME [--from TIME] [--to TIME] [--bucket BUCKET] [--folder FOLDER] [--region REGION] [--json]
  --env          compares the live trail with the template of this environment, and verifies its files
  --from, --to   what is verified, such as 2026-11-01 or 2026-11-01T08:00:00Z; the last 24 hours unless given
  --bucket       the bucket that the trail must deliver to, and that digests must name; what the trail itself says unless given
  --folder       verifies a copy of the bucket, and asks AWS for public keys alone
  --public-keys  folder of REGION.json with what aws cloudtrail list-public-keys answered: then AWS is asked for nothing
  --region       verifies the files of one Region alone
  --assembly     the cloud assembly; cdk.out unless given
  --json         everything, as JSON
Exit code: 0 as expected; 2 wrong usage, or AWS or a file cannot be reached; 10 differs or is unhealthy;
  20 the chain is broken or nothing is recorded; 1 the command itself failed. docs/trail-verification.md explains every finding.`;

/** Where a run writes, and when it takes place. */
export interface VerifyRun extends Terminal {
  readonly nowMs: number;
}

interface Options {
  readonly env: string;
  readonly assembly: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucket: string | undefined;
  readonly folder: string | undefined;
  readonly publicKeys: string | undefined;
  readonly region: string | undefined;
  readonly isJson: boolean;
}

/** Verifies the account's trail: 164.312(b), 164.312(c)(1), 164.308(a)(1)(ii)(D). Returns the exit code of {@link USAGE}. */
export async function main(args: readonly string[], run: VerifyRun): Promise<0 | 2 | 10 | 20> {
  const options = parse(args, run.nowMs);
  if (typeof options === 'string') {
    run.complain(`${printable(options)}\n${USAGE}`);
    return 2;
  }
  try {
    return await verify(templateTrail(options), options, run);
  } catch (error) {
    if (!(error instanceof TrailError || error instanceof TemplateError)) throw error;
    run.complain(printable(error.message));
    return 2;
  }
}

/** The options, or what is wrong with them. */
function parse(args: readonly string[], nowMs: number): Options | string {
  const string = { type: 'string' } as const;
  const options = {
    env: string,
    assembly: string,
    from: string,
    to: string,
    bucket: string,
    folder: string,
    'public-keys': string,
    region: string,
  };
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, json: { type: 'boolean', default: false } } });
    const { env, from, to, bucket, region } = values;
    if (env === undefined) return '--env is needed: the environment whose trail it is.';
    for (const [name, time] of Object.entries({ from, to }))
      if (time !== undefined && !isTime(time)) return `--${name} must be a time such as 2026-11-01 or 2026-11-01T08:00:00Z, not ${time}.`;
    const toMs = to === undefined ? nowMs : Date.parse(to);
    const fromMs = from === undefined ? toMs - DAY_MS : Date.parse(from);
    if (fromMs >= Math.min(toMs, nowMs)) return `--from must lie before --to and before now, not at ${new Date(fromMs).toISOString()}.`;
    if (bucket !== undefined && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
      return `--bucket must be the name of a bucket, not ${bucket}.`;
    if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
      return `--region must be a Region such as us-east-1, not ${region}.`;
    const { assembly = 'cdk.out', folder, 'public-keys': publicKeys, json: isJson } = values;
    return { env, assembly, fromMs, toMs, bucket, folder, publicKeys, region, isJson };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) && !Number.isNaN(Date.parse(text));
}

function templateTrail({ assembly, bucket, env }: Options): TemplateTrail {
  const models = readEnvironmentModels([assembly]);
  const model = models.find(({ place }) => place.name === env);
  if (!model) throw new TemplateError(`No environment ${env} in ${assembly}; it has ${models.map(({ place }) => place.name).join(', ')}.`);
  const trail = expectedTrailOf(model);
  // A given name takes the place of the one that only a deploy knows, in event selectors, too.
  const known =
    bucket === undefined
      ? trail.expected
      : (JSON.parse(JSON.stringify(trail.expected).replaceAll(trail.expected.bucket, bucket)) as typeof trail.expected);
  return { ...trail, expected: known };
}

async function verify({ expected, recoveryRegion }: TemplateTrail, options: Options, run: VerifyRun): Promise<0 | 10 | 20> {
  const { account, homeRegion, name, prefix } = expected;
  const place: DigestPlace = { account, trail: name, homeRegion, prefix };
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
    if (!options.isJson) run.print(line(finding));
  };
  const window = { from: new Date(options.fromMs).toISOString(), to: new Date(options.toMs).toISOString() };
  if (!options.isJson)
    run.print(printable(`Trail ${name} of account ${account}, at home in ${homeRegion}; files from ${window.from} to ${window.to}.`));
  const trails = cloudTrail();
  let examined: Examination | undefined;
  if (options.folder === undefined) {
    const caller = await callerAccount(homeRegion);
    if (caller !== account)
      throw new TrailError(
        'account_other',
        `The credentials are of account ${caller}, ${options.env} is account ${account}. Sign in to that one.`,
      );
    examined = await examineTrail(expected, trails, { recoveryRegion, nowMs: run.nowMs });
    examined.findings.forEach(report);
  }
  const store = await storeOf(place, options, examined);
  const keys = new PublicKeys(options.publicKeys === undefined ? trails.publicKeys : publicKeyFiles(options.publicKeys));
  const digests =
    store &&
    verifyDigests(store, {
      place,
      keys,
      fromMs: options.fromMs,
      toMs: options.toMs,
      nowMs: run.nowMs,
      startedMs: examined?.startedMs,
      regions: [...new Set([homeRegion, recoveryRegion])],
      onlyRegions: options.region === undefined ? undefined : [options.region],
      onDigest: (summary) => run.progress?.(`${counted(summary)}, findings: ${findings.length}`),
    });
  const summary = digests && (await drain(digests, report));
  if (options.folder !== undefined && summary?.digests === 0 && findings.length === 0)
    throw new TrailError('unreadable', `No digest of that time is in ${options.folder}: nothing to verify, and nothing verified.`);
  const worst = worstOf(findings);
  const exitCode = worst === 'broken' ? 20 : worst === 'unhealthy' ? 10 : 0;
  const learnt = examined?.learnt ?? {};
  if (options.isJson)
    run.print(
      asJson({
        environment: options.env,
        trail: name,
        account,
        window,
        isLive: examined !== undefined,
        findings,
        learnt,
        summary,
        exitCode,
      }),
    );
  else for (const text of closing(findings, learnt, summary, options)) run.print(printable(text));
  return exitCode;
}

/** Undefined when there is no bucket to look into: the trail is gone, and nobody named one. */
async function storeOf(
  place: DigestPlace,
  { bucket, folder }: Options,
  examined: Examination | undefined,
): Promise<DigestStore | undefined> {
  if (folder !== undefined) return folderDigests(folder, bucket, place);
  const name = bucket ?? examined?.live?.bucket;
  return name === undefined ? undefined : s3Digests(name, place.homeRegion, place);
}

function line({ about, code, expected, found }: Finding): string {
  return printable(`${code}  ${about}: expected ${expected}; found ${found}`);
}

function closing(
  findings: readonly Finding[],
  learnt: Examination['learnt'],
  summary: VerifySummary | undefined,
  options: Options,
): readonly string[] {
  const names = Object.entries(learnt).map(([placeholder, value]) => `  ${placeholder} is ${value}`);
  const broken = findings.filter(({ code }) => FINDING_SEVERITY[code] === 'broken').length;
  const verdict = findings.length === 0 ? 'As expected' : `${findings.length} findings, ${broken} of them of a break`;
  return [
    ...(names.length > 0 ? ['Taken from the live trail, since only a deploy knows it:', ...names] : []),
    ...(options.folder === undefined
      ? []
      : ['Of a copy: the live trail was not looked at, and neither were versions and locks of the bucket.']),
    ...(options.publicKeys === undefined
      ? []
      : [`By public keys out of ${options.publicKeys}: they prove as much as the way by which they came.`]),
    summary ? `${verdict}: ${counted(summary)}.` : `${verdict}: no file was looked at, since nothing names a bucket. Give --bucket.`,
  ];
}

function counted({ backfills, digests, logs, regions, signed }: VerifySummary): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  return `Regions: ${regions}, digests: ${number(digests)} (signatures checked: ${number(signed)}, backfills: ${backfills}), log files: ${number(logs)}`;
}

/** JSON escapes what ends a string, not what steers a terminal. */
function asJson(value: unknown): string {
  return JSON.stringify(value, null, 1).split('\n').map(printable).join('\n');
}

if (require.main === module) {
  void main(process.argv.slice(2), { ...processTerminal(), nowMs: Date.now() }).then((code) => (process.exitCode = code));
}
