import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { TYPESCRIPT } from './command';

const ROOT = join(__dirname, '..', '..');

/** A start of the local run, as a person sees it. */
export interface LocalStart {
  readonly process: ChildProcess;
  /** Everything on standard output so far. */
  readonly output: () => string;
  /** Everything on standard error so far. */
  readonly errors: () => string;
  /** Exit code, or the signal it died of, once it ended and its pipes are closed. */
  readonly ended: Promise<number | string | null>;
}

/** Runs `bin/local.ts` as `npm start` does, or another command of `bin`, without a terminal. */
export function startLocally(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  command = 'local.ts',
): LocalStart {
  const child = spawn(process.execPath, [...TYPESCRIPT, `bin/${command}`, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  const ended = new Promise<number | string | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  return { process: child, output: () => output, errors: () => errors, ended };
}

/**
 * The same, once it is up.
 *
 * @throws Error with what it said when it ends before.
 */
export async function startedLocally(args: readonly string[]): Promise<LocalStart> {
  const start = startLocally(args);
  let isOver = false;
  void start.ended.then(() => (isOver = true));
  while (!start.output().includes('Ctrl-C stops it')) {
    if (isOver) throw new Error(`The local run ended: ${start.errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return start;
}

/** The commands that were printed to be tried, in order. */
export function printedCommands(output: string): readonly string[] {
  return output.split('\n').filter((line) => /^ {2}(?:curl|npm) /.test(line)).map((line) => line.trim());
}
