import { parseArgs } from 'node:util';
import { AssemblyError, readEnvironments } from '../lib/compliance/assembly';
import { assumptionsFor } from '../lib/compliance/cost/assumptions';
import { costCard } from '../lib/compliance/cost/card';
import { renderBasis, renderCostCard } from '../lib/compliance/cost/report';
import { PRICES } from '../lib/compliance/cost/prices';

const USAGE = 'Usage: npm run cost -- [--env NAME] [--assembly FOLDER]   (FOLDER is cdk.out unless given)';

/** Exit codes: 0 printed, 1 the input cannot be priced, 2 wrong usage. */
export function main(args: readonly string[], print: (text: string) => void, complain: (text: string) => void): 0 | 1 | 2 {
  const options = parse(args);
  if (typeof options === 'string') {
    complain(`${options}\n${USAGE}`);
    return 2;
  }
  try {
    print(report(options.assembly, options.env));
    return 0;
  } catch (error) {
    if (error instanceof AssemblyError) {
      complain(error.message);
      return 1;
    }
    throw error;
  }
}

/** The options, or what is wrong with them. */
function parse(args: readonly string[]): { readonly assembly: string; readonly env?: string | undefined } | string {
  try {
    return parseArgs({ args: [...args], options: { env: { type: 'string' }, assembly: { type: 'string', default: 'cdk.out' } } }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function report(assembly: string, wanted: string | undefined): string {
  const found = readEnvironments(assembly);
  const chosen = found.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0) {
    throw new AssemblyError(`No environment ${wanted} in ${assembly}; it has ${found.map(({ name }) => name).join(', ')}.`);
  }
  const environments = chosen.map(({ name, stacks }) => ({ name, stacks, assumptions: assumptionsFor(name) }));
  const cards = environments.map(({ name, stacks, assumptions }) => {
    const templates = stacks.map(({ template }) => template);
    return renderCostCard(name, costCard(templates, PRICES, assumptions));
  });
  return [...cards, renderBasis(PRICES, environments)].join('\n');
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2), console.log, console.error);
}
