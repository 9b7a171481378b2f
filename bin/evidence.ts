import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AssemblyError, readAssembly } from '../lib/compliance/assembly';
import { CHECKS } from '../lib/compliance/catalogue';
import { readFieldAccess } from '../lib/compliance/field-access';
import { readEnvironmentModels } from '../lib/compliance/model/read-templates';
import { TemplateError } from '../lib/compliance/model/template';
import { printable } from '../lib/compliance/printable';
import { runChecks } from '../lib/compliance/run-checks';
import { gather, type Provenance } from '../lib/evidence/gather';
import { packOf, type Pack } from '../lib/evidence/pack';
import { MANIFEST_FILE } from '../lib/evidence/manifest';
import { signatureFile, SigningKeyError } from '../lib/evidence/signature';
import { verifyPack } from '../lib/evidence/verify-pack';
import { PackFolderError, writePack } from '../lib/evidence/write-pack';

const USAGE = `Usage: npm run evidence -- --env NAME [--out FOLDER] [--assembly FOLDER] [--sign-key FILE]
       npm run evidence -- --verify FOLDER [--public-key FILE]
  Writes the evidence pack of one environment, from the cloud assembly alone (cdk.out unless given), to evidence/NAME unless given.
  Its one time is SOURCE_DATE_EPOCH, or the date of the commit.
  --sign-key FILE    Ed25519 or RSA private key in PEM: signs the manifest, in manifest.json.sig
  --verify FOLDER    compares each file of a pack with its manifest, and with --public-key the manifest with its signature
Exit code 0: written, or as it was written; 1: the assembly cannot be read, the folder not written, or a pack differs; 2: wrong usage.`;

const ROOT = join(__dirname, '..');

/** What a run knows of the world around it. */
export interface EvidenceRun {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Seconds since 1970 as text, as SOURCE_DATE_EPOCH gives them; undefined where it is not set. */
  readonly sourceDateEpoch: string | undefined;
  /** What git says of the working tree; undefined where there is none. */
  readonly commit: { readonly id: string; readonly seconds: string; readonly isDirty: boolean } | undefined;
}

/** Writes a pack. Returns the exit code of {@link USAGE}. */
export function main(args: readonly string[], run: EvidenceRun): 0 | 1 | 2 {
  const options = parse(args);
  if (typeof options === 'string') {
    run.complain(`${printable(options)}\n${USAGE}`);
    return 2;
  }
  return guarded(run, () => ('verify' in options ? verified(options, run) : written(options, run)));
}

/** Turns what is wrong with somebody's files into one line. */
function guarded(run: EvidenceRun, act: () => 0 | 1 | 2): 0 | 1 | 2 {
  try {
    return act();
  } catch (error) {
    if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
    run.complain(printable((error as Error).message));
    return 1;
  }
}

const EXPECTED = [AssemblyError, TemplateError, PackFolderError, SigningKeyError];

function verified({ verify, publicKey }: VerifyOptions, run: EvidenceRun): 0 | 1 {
  const { differences, files, signature } = verifyPack(verify, publicKey === undefined ? undefined : keyIn(publicKey));
  for (const difference of differences) run.complain(printable(difference));
  if (differences.length > 0) return 1;
  const words = { good: 'its signature is good', bad: '', none: 'it is not signed', 'not checked': 'its signature was not checked' };
  run.print(`${printable(verify)} is as it was written: ${files} files; ${words[signature]}.`);
  return 0;
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new SigningKeyError(`Cannot read the key ${file}. Name a file of PEM.`);
  }
}

function written(options: WriteOptions, run: EvidenceRun): 0 | 2 {
  const { env, assembly, out = `evidence/${env}`, signKey } = options;
  const seconds = run.sourceDateEpoch ?? run.commit?.seconds;
  if (seconds === undefined || !/^\d{1,11}$/.test(seconds)) {
    run.complain('No time for the pack: set SOURCE_DATE_EPOCH to seconds since 1970, or run in a git repository.');
    return 2;
  }
  // Before the work: a key that is none is told at once.
  const key = signKey === undefined ? undefined : keyIn(signKey);
  const provenance = provenanceOf(env, new Date(Number(seconds) * 1000).toISOString(), run.commit);
  const { files, share } = makePack(assembly, env, provenance);
  const signatures = files.filter(({ path }) => key !== undefined && path === MANIFEST_FILE).map((file) => signatureFile(file, key ?? ''));
  writePack(out, [...files, ...signatures]);
  run.print(`Wrote ${files.length + signatures.length} files to ${out}: evidence for ${env} at commit ${provenance.commit.slice(0, 12)}.`);
  run.print(`${summaryOf(share)} Begin with report.html.`);
  return 0;
}

interface WriteOptions {
  readonly env: string;
  readonly assembly: string;
  readonly out?: string | undefined;
  readonly signKey: string | undefined;
}

interface VerifyOptions {
  readonly verify: string;
  readonly publicKey: string | undefined;
}

function summaryOf({ entries, byStatus }: Pack['share']): string {
  return (
    `Of ${entries} entries of the Security Rule ${byStatus.satisfied} are satisfied as far as templates show, ` +
    `${byStatus.waived} with accepted findings, ${byStatus['not-satisfied']} not, ${byStatus.error} could not be read, ` +
    `${byStatus['not-evaluated']} have no check, ${byStatus.process} are process only.`
  );
}

function makePack(assembly: string, env: string, provenance: Provenance): Pack {
  const read = readAssembly(assembly);
  const model = readEnvironmentModels([assembly]).find(({ place }) => place.name === env);
  if (!model)
    throw new AssemblyError(`No environment ${env} in ${assembly}; it has ${read.environments.map(({ name }) => name).join(', ')}.`);
  const gate = runChecks(model, CHECKS, provenance.generatedAt.slice(0, 10));
  return packOf(gather(read, model, gate, readFieldAccess(assembly, model), provenance));
}

function parse(args: readonly string[]): WriteOptions | VerifyOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        env: { type: 'string' },
        assembly: { type: 'string', default: 'cdk.out' },
        out: { type: 'string' },
        'sign-key': { type: 'string' },
        verify: { type: 'string' },
        'public-key': { type: 'string' },
      },
    });
    const { env, assembly, out, verify, 'sign-key': signKey, 'public-key': publicKey } = values;
    const isWriting = env !== undefined || signKey !== undefined;
    if (verify !== undefined) return isWriting ? 'Either write a pack or verify one.' : { verify, publicKey };
    if (publicKey !== undefined) return '--public-key goes with --verify.';
    // It names a folder, so it may not lead anywhere else.
    if (env === undefined || !/^[\w-]+$/.test(env)) return 'Name one environment with --env, such as --env prod.';
    return { env, assembly, out, signKey };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function provenanceOf(env: string, generatedAt: string, commit: EvidenceRun['commit']): Provenance {
  const { name, version, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return {
    project: name,
    generatedAt,
    commit: commit?.id ?? 'unknown',
    isDirty: commit?.isDirty ?? true,
    command: `npm run evidence -- --env ${env}`,
    tools: {
      [name]: version,
      'aws-cdk-lib': dependencies['aws-cdk-lib'] ?? '',
      'cdk-nag': dependencies['cdk-nag'] ?? '',
      node: process.versions.node,
    },
  };
}

/** The commit of the sources, and whether they are exactly that. */
function commitOf(folder: string): EvidenceRun['commit'] {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const [id = '', seconds = ''] = git('show', '--no-patch', '--format=%H %ct', 'HEAD').split(' ');
    return { id, seconds, isDirty: git('status', '--porcelain') !== '' };
  } catch {
    return undefined;
  }
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2), {
    print: console.log,
    complain: console.error,
    sourceDateEpoch: process.env['SOURCE_DATE_EPOCH'],
    commit: commitOf(ROOT),
  });
}
