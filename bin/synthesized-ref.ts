import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A commit that cannot be found, checked out or synthesized; the message says which, and what the tool said. */
export class SynthesisError extends Error {}

/** Lines of a failed command that are shown: its last ones say why. */
const LAST_LINES = 15;

/** Variables that give credentials. Whatever a commit's code does at synthesis, it does without any. */
const CREDENTIALS = /^AWS_(?!EC2_METADATA_DISABLED$)/;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What stays to be taken away, in the order of making. */
export class Workplace {
  private readonly undo: (() => void)[] = [];

  /** @param repository folder of the checkout that commits are taken from. */
  constructor(readonly repository: string) {}

  /**
   * The full id of a commit.
   *
   * @throws SynthesisError when there is none of that name.
   */
  commitOf(ref: string): string {
    const { status, stdout } = spawnSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
      cwd: this.repository,
      encoding: 'utf8',
    });
    if (status !== 0)
      throw new SynthesisError(
        `There is no folder and no commit ${ref}. Name a branch, tag or commit that this clone has, or the folder of a cloud assembly.`,
      );
    return stdout.trim();
  }

  /** Files below the given paths that differ between a commit and what stands here. */
  changedSince(commit: string, paths: readonly string[]): readonly string[] {
    const { status, stdout } = spawnSync('git', ['diff', '--name-only', '-z', commit, '--', ...paths], {
      cwd: this.repository,
      encoding: 'utf8',
    });
    if (status !== 0) throw new SynthesisError(`Cannot compare the sources with ${commit}.`);
    return stdout.split('\0').filter(Boolean);
  }

  /**
   * The cloud assembly of a commit, made in a folder of its own by the packages that are installed here: two assemblies differ by their
   * sources, not by their tools.
   *
   * @throws SynthesisError
   */
  async synthesizeCommit(commit: string): Promise<string> {
    const folder = join(this.temporaryFolder(), 'source');
    const added = spawnSync('git', ['worktree', 'add', '--detach', '--quiet', folder, commit], { cwd: this.repository, encoding: 'utf8' });
    if (added.status !== 0) throw new SynthesisError(`Cannot check out ${commit}: ${added.stderr.trim()}`);
    this.undo.push(() => spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: this.repository }));
    symlinkSync(join(this.repository, 'node_modules'), join(folder, 'node_modules'));
    return this.synthesize(folder);
  }

  /**
   * The cloud assembly of the sources in a folder. What the gate refuses is synthesized all the same: the review is there to say so.
   *
   * @throws SynthesisError
   */
  async synthesize(folder: string): Promise<string> {
    const output = join(this.temporaryFolder(), 'assembly');
    const cdk = join(this.repository, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const { code, said } = await runToEnd(folder, [
      cdk,
      'synth',
      '--quiet',
      '--no-lookups',
      '--no-notices',
      '--no-validation',
      '--output',
      output,
    ]);
    if (code !== 0)
      throw new SynthesisError(`\`cdk synth\` failed in ${folder}:\n${said.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`);
    return output;
  }

  /** Takes everything away again, the last first. */
  clear(): void {
    while (this.undo.length > 0) this.undo.pop()?.();
  }

  private temporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'review-'));
    this.undo.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
}

/** Runs a script of Node to its end; a signal ends it too, and is thrown, so that whoever waits can clear up. */
async function runToEnd(folder: string, args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const { env } = process;
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !CREDENTIALS.test(name)));
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...own, AWS_EC2_METADATA_DISABLED: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let interrupted: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    interrupted = signal;
    child.kill(signal);
  };
  SIGNALS.forEach((signal) => process.on(signal, stop));
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (interrupted !== undefined) throw new Interrupted(interrupted);
    return { code, said };
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, stop));
  }
}

/** A signal that came while a child was at work. */
export class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`Ended by ${signal}.`);
  }
}
