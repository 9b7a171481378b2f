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

const options = process.argv.slice(2);
const paths = options.filter((option) => !option.startsWith('-'));
const unknown = options.find((option) => option.startsWith('-') && !OPTIONS.includes(option));
if (unknown !== undefined) {
  fail(`Unknown option ${unknown}.`);
} else {
  try {
    const today = new Date().toISOString().slice(0, 10);
    const models = readEnvironmentModels(paths.length > 0 ? paths : ['cdk.out']);
    const checks = options.includes('--strict') ? strictChecks(today) : CHECKS;
    const results = models.map((model) => runChecks(model, checks, today));
    // JSON escapes what ends a string, not what steers a terminal: the second is done here.
    const json = JSON.stringify(results, null, 1).split('\n').map(printable).join('\n');
    process.stdout.write(options.includes('--json') ? `${json}\n` : renderGate(results));
    process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    fail(error.message);
  }
}

function fail(message: string): void {
  console.error(`${printable(message)}\n${USAGE}`);
  process.exitCode = 2;
}
