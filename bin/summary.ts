import { AssemblyError, readAssembly } from '../lib/compliance/assembly';
import { renderSummary } from '../lib/compliance/summary';

const USAGE = 'Usage: node -r ./bin/typescript.js bin/summary.ts [FOLDER]   (FOLDER is cdk.out unless given)';

const [folder = 'cdk.out', ...rest] = process.argv.slice(2);
if (rest.length > 0) {
  console.error(`One folder at most, not ${rest.length + 1}.\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`\n${renderSummary(readAssembly(folder))}`);
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
