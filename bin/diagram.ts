import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyError, readEnvironments } from '../lib/compliance/assembly';
import { DiagramMarkerError, withDiagrams } from '../lib/compliance/diagram';

/** Production is what the document describes; the other environments differ in sizes and protections, not in shape. */
const ENVIRONMENT = 'prod';
const USAGE = 'Usage: npm run diagram -- [FOLDER]   (FOLDER is cdk.out unless given)';
const DOCUMENT = join(__dirname, '..', 'docs', 'architecture.md');

type Say = (text: string) => void;

/** Exit codes: 0 written or unchanged, 1 the input cannot be drawn, 2 wrong usage. */
export function main(args: readonly string[], document: string, print: Say, complain: Say): 0 | 1 | 2 {
  const [folder = 'cdk.out', ...rest] = args;
  if (rest.length > 0 || folder.startsWith('-')) {
    complain(USAGE);
    return 2;
  }
  try {
    const environment = readEnvironments(folder).find(({ name }) => name === ENVIRONMENT);
    if (!environment) {
      throw new AssemblyError(`The cloud assembly in ${folder} has no ${ENVIRONMENT}. Run \`npm run synth\` for every environment.`);
    }
    const current = readFileSync(document, 'utf8');
    const drawn = withDiagrams(current, environment.stacks);
    if (drawn !== current) writeFileSync(document, drawn);
    print(drawn === current ? 'docs/architecture.md is up to date.' : 'docs/architecture.md rewritten.');
    return 0;
  } catch (error) {
    if (!(error instanceof AssemblyError || error instanceof DiagramMarkerError)) throw error;
    complain(error.message);
    return 1;
  }
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2), DOCUMENT, console.log, console.error);
}
