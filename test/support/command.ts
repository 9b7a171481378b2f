import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** What a command left behind. */
export interface CommandResult {
  readonly exitCode: number | null;
  /** Standard output and standard error, as a person sees them. */
  readonly output: string;
}

/**
 * A copy of the sources in another folder, sharing the installed packages; removed with `remove`. What is synthesized there
 * must not depend on where it was.
 */
export function copyOfRepository(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'baseline-'));
  for (const name of ['bin', 'lib', 'lambda', 'cdk.json', 'package.json', 'tsconfig.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What Node.js is told before the name of a program of this repository, as the scripts of `package.json` tell it. */
export const TYPESCRIPT = ['-r', join(ROOT, 'bin', 'typescript.js')] as const;

/** Runs an installed command in a folder, without credentials of AWS and without asking the network for news. */
export function run(folder: string, command: string, args: readonly string[]): CommandResult {
  return runNode(folder, [join(ROOT, 'node_modules', '.bin', command), ...args]);
}

/** The same with a program of the folder, such as `bin/check.ts`. */
export function runProgram(folder: string, program: string, args: readonly string[] = []): CommandResult {
  return runNode(folder, [...TYPESCRIPT, program, ...args]);
}

function runNode(folder: string, args: readonly string[]): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
      NO_COLOR: '1',
    },
  });
  return { exitCode: status, output: `${stdout}${stderr}` };
}
