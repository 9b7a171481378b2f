import { CHECKS } from '../lib/compliance/catalogue';
import { readEnvironmentModels } from '../lib/compliance/model/read-templates';
import { TemplateError } from '../lib/compliance/model/template';
import { renderGate } from '../lib/compliance/render-gate';
import { runChecks } from '../lib/compliance/run-checks';

const USAGE = `Usage: npm run check -- [--json] [FOLDER | TEMPLATE.json ...]
  FOLDER is a cloud assembly or a folder of *.template.json files; cdk.out unless given.
Exit code 0: every check passes; 1: one does not; 2: the command or a template cannot be read.`;

const options = process.argv.slice(2);
const paths = options.filter((option) => !option.startsWith('-'));
const unknown = options.find((option) => option.startsWith('-') && option !== '--json');
if (unknown !== undefined) {
  console.error(`Unknown option ${unknown}.\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    const today = new Date().toISOString().slice(0, 10);
    const models = readEnvironmentModels(paths.length > 0 ? paths : ['cdk.out']);
    const results = models.map((model) => runChecks(model, CHECKS, today));
    process.stdout.write(options.includes('--json') ? `${JSON.stringify(results, null, 1)}\n` : renderGate(results));
    process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    console.error(`${error.message}\n${USAGE}`);
    process.exitCode = 2;
  }
}
