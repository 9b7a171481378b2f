import { expectedTrailOf } from '../../bin/expected-trail';
import { main } from '../../bin/verify';
import type { ExpectedTrail } from '../../lambda/trail-guardian/contract';
import { ASSEMBLY_FOLDER } from './assembly';
import { described, FakeTrail } from './fake-trail';
import { BUCKET, FIRST_MS, makeSigningKey, writeHours, type TrailFiles } from './trail-files';
import { HOUR_MS } from './trail-run';
import { modelOf } from './weakening';

/** CloudTrail's key of each Region. */
export const [east, west] = [makeSigningKey(), makeSigningKey()];

const HOURS = 3;
const NOW_MS = FIRST_MS + HOURS * HOUR_MS + 30 * 60_000;

/** What the trail delivered: three hours of two Regions. */
export const made: TrailFiles = new Map();
writeHours(made, HOURS, { signedBy: east, startMs: FIRST_MS });
writeHours(made, HOURS, { signedBy: west, startMs: FIRST_MS, region: 'us-west-2', logs: 0 });

/** Name of a digest of the home Region. */
export const digestAt = (hour: number): string =>
  [...made.keys()].filter((key) => key.includes('/CloudTrail-Digest/us-east-1/')).sort()[hour] ?? '';

/** A log file. */
export const logFile = [...made.keys()].find((key) => key.includes('/CloudTrail/us-east-1/')) ?? '';

/** The trail of the templates. */
export const template = expectedTrailOf(modelOf('prod')).expected;

/** The same, deployed: every value that only a deploy knows has one. */
export const deployed = JSON.parse(
  JSON.stringify(template)
    .replaceAll(template.bucket, BUCKET)
    .replace(/\$\{[^}]*\.([^}]*)\}/g, (_, id: string) => `made-${id}`),
) as ExpectedTrail;

/** AWS, with that trail deployed. */
export function deployedTrail(): FakeTrail {
  const trail = new FakeTrail(new Map(made), { 'us-east-1': [east], 'us-west-2': [west] }, NOW_MS);
  trail.trails = [described(deployed)];
  trail.selectors = { AdvancedEventSelectors: deployed.eventSelectors };
  return trail;
}

/** What a run of the command left behind. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly complaint: string;
  readonly progress: readonly string[];
}

/** Runs the command over the three hours, unless `--from` says otherwise. */
export async function verify(...args: readonly string[]): Promise<CommandRun> {
  const [out, complaints, progress]: [string[], string[], string[]] = [[], [], []];
  const window = ['--from', new Date(FIRST_MS).toISOString()];
  const code = await main(['--env', 'prod', '--assembly', ASSEMBLY_FOLDER, ...(args.includes('--from') ? [] : window), ...args], {
    print: (text) => out.push(text),
    complain: (text) => complaints.push(text),
    progress: (text) => progress.push(text),
    nowMs: NOW_MS,
  });
  return { code, out: out.join('\n'), complaint: complaints.join('\n'), progress };
}
