import { CHECKS, strictChecks } from '../lib/compliance/catalogue';
import { readEnvironmentModels } from '../lib/compliance/model/read-templates';
import { TemplateError } from '../lib/compliance/model/template';
import { printable } from '../lib/compliance/printable';
import { renderGate } from '../lib/compliance/render-gate';
import { runChecks } from '../lib/compliance/run-checks';

const USAGE = `Usage: npm run check -- [--json] [--strict] [FOLDER | TEMPLATE.json ...]
  FOLDER is a cloud assembly or a folder of *.template.json files; cdk.out unless given.
  --json    everything that was judged, as JSON
  --strict  for a release: a service that is on the list of eligible ones by a guess fails, and so does a list older than a year
Exit code 0: every check passes; 1: one does not; 2: the command or a template cannot be read.`;

const OPTIONS: readonly string[] = ['--json', '--strict'];

/** Where a run writes to, and the day that it takes for today. */
export interface CheckRun {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** ISO date. */
  readonly today: string;
}

/** Judges templates and says what it found. Returns the exit code of {@link USAGE}. */
export function main(args: readonly string[], { print, complain, today }: CheckRun): 0 | 1 | 2 {
  const paths = args.filter((argument) => !argument.startsWith('-'));
  const unknown = args.find((argument) => argument.startsWith('-') && !OPTIONS.includes(argument));
  try {
    if (unknown !== undefined) throw new TemplateError(`Unknown option ${unknown}.`);
    const models = readEnvironmentModels(paths.length > 0 ? paths : ['cdk.out']);
    const checks = args.includes('--strict') ? strictChecks(today) : CHECKS;
    const results = models.map((model) => runChecks(model, checks, today));
    // JSON escapes what ends a string, not what steers a terminal: the second is done here.
    const toJson = (): string => `${JSON.stringify(results, null, 1).split('\n').map(printable).join('\n')}\n`;
    print(args.includes('--json') ? toJson() : renderGate(results));
    return results.every(({ passed }) => passed) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    complain(`${printable(error.message)}\n${USAGE}\n`);
    return 2;
  }
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2), {
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    today: new Date().toISOString().slice(0, 10),
  });
}
