import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AssemblyError } from '../lib/compliance/assembly';
import { CHECKS } from '../lib/compliance/catalogue';
import { readFieldAccess, type FieldAccess } from '../lib/compliance/field-access';
import type { EnvironmentModel } from '../lib/compliance/model/environment';
import { readEnvironmentModels } from '../lib/compliance/model/read-templates';
import { TemplateError } from '../lib/compliance/model/template';
import { printable } from '../lib/compliance/printable';
import { compare, NotComparable } from '../lib/review/compare';
import { OUTCOMES } from '../lib/review/outcome';
import { renderJson } from '../lib/review/render-json';
import { renderMarkdown } from '../lib/review/render-markdown';
import { renderSarif } from '../lib/review/render-sarif';
import { renderText } from '../lib/review/render-text';
import { Interrupted, SynthesisError, Workplace } from './synthesized-ref';

const USAGE = `Usage: npm run review -- [--json FILE] [--markdown FILE] [--sarif FILE] BASE [HEAD]
  BASE and HEAD are each the folder of a cloud assembly, or a branch, tag or commit, which is then synthesized apart.
  Without HEAD, what stands here is synthesized. No credentials are used.
  --json FILE      everything that was found, as JSON
  --markdown FILE  the page for the pull request
  --sarif FILE     what stops the change or wants a reviewer, as SARIF 2.1.0
Exit code 0: nothing of note; 10: a reviewer has to acknowledge it; 20: must not be merged; 2: the command, a template or a commit cannot be
read, or the two cannot be compared.`;

/** What the review is judged by, the list of who may do what among it: without it, both sides would be judged by less. */
const JUDGE = ['lib/compliance', 'lib/hipaa', 'lib/review', 'bin/review.ts', ':(exclude)*.md'];

class UsageError extends Error {}

/** Where a review writes to, what it takes for today, and the checkout that commits are taken from. */
export interface ReviewRun {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** What is at work, for whoever waits. */
  readonly progress: (text: string) => void;
  /** ISO date. */
  readonly today: string;
  readonly repository: string;
}

/** Reviews a change and says what it found. Returns the exit code of {@link USAGE}; leaves nothing behind but the files it is asked for. */
export async function main(args: readonly string[], run: ReviewRun): Promise<(typeof OUTCOMES)[keyof typeof OUTCOMES]> {
  const workplace = new Workplace(run.repository);
  try {
    const { base, head, json, markdown, sarif } = parse(args);
    const judgeChanges = existsSync(base) ? [] : workplace.changedSince(workplace.commitOf(base), JUDGE);
    const [before, after] = [await sideOf(workplace, base, run), await sideOf(workplace, head, run)];
    const fieldAccess = new Map([...before.fieldAccess, ...after.fieldAccess]);
    const review = compare(before.models, after.models, { checks: CHECKS, today: run.today, judgeChanges, fieldAccess });
    if (json !== undefined) write(json, renderJson(review));
    if (markdown !== undefined) write(markdown, renderMarkdown(review));
    if (sarif !== undefined) write(sarif, renderSarif(review));
    run.print(renderText(review));
    return OUTCOMES[review.outcome];
  } catch (error) {
    if (error instanceof UsageError) run.complain(`${printable(error.message)}\n${USAGE}\n`);
    else if (error instanceof TemplateError || error instanceof NotComparable || error instanceof AssemblyError)
      run.complain(`${printable(error.message)}\n`);
    else if (error instanceof SynthesisError) run.complain(`${error.message.split('\n').map(printable).join('\n')}\n`);
    else throw error;
    return OUTCOMES.notComparable;
  } finally {
    workplace.clear();
  }
}

/** Files to write, by form. */
interface Forms {
  readonly json?: string;
  readonly markdown?: string;
  readonly sarif?: string;
}

interface Options extends Forms {
  readonly base: string;
  readonly head: string | undefined;
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const [base, head, ...rest] = positionals;
  if (base === undefined || base === '') throw new UsageError('Name the base: a branch, a commit, or the folder of a cloud assembly.');
  if (head === '' || rest.length > 0) throw new UsageError(`A base and a head, not ${positionals.length} of them.`);
  return { base, head, ...values };
}

function parsed(args: readonly string[]): ReturnType<typeof parseOptions> {
  try {
    return parseOptions(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseOptions(args: readonly string[]): { readonly values: Forms; readonly positionals: readonly string[] } {
  const form = { type: 'string' } as const;
  return parseArgs({ args: [...args], allowPositionals: true, options: { json: form, markdown: form, sarif: form } });
}

interface Side {
  readonly models: readonly EnvironmentModel[];
  readonly fieldAccess: readonly (readonly [EnvironmentModel, readonly FieldAccess[]])[];
}

/** The templates of a folder, of a commit, or of what stands here, and what their handlers let each role do. */
async function sideOf(
  workplace: Workplace,
  side: string | undefined,
  { progress, repository }: ReviewRun,
): Promise<Side> {
  if (side !== undefined && existsSync(side)) return readSide(side);
  progress(side === undefined ? 'Synthesizing what stands here ...\n' : `Synthesizing ${printable(side)} ...\n`);
  const folder = side === undefined ? await workplace.synthesize(repository) : await workplace.synthesizeCommit(workplace.commitOf(side));
  return readSide(folder);
}

function readSide(folder: string): Side {
  const models = readEnvironmentModels([folder]);
  const tables = models.map((model) => [model, readFieldAccess(folder, model)] as const);
  return { models, fieldAccess: tables.flatMap(([model, table]) => (table ? [[model, table] as const] : [])) };
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`Cannot write ${file}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

if (require.main === module) {
  const isWatched = process.stderr.isTTY && process.env['CI'] === undefined;
  main(process.argv.slice(2), {
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    progress: (text) => void (isWatched && process.stderr.write(text)),
    today: new Date().toISOString().slice(0, 10),
    repository: join(__dirname, '..'),
  }).then(
    (code) => void (process.exitCode = code),
    (error: unknown) => {
      // As if the signal had met this process alone: whoever called sees by what it ended.
      if (error instanceof Interrupted) process.kill(process.pid, error.signal);
      else throw error;
    },
  );
}
