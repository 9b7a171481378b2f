import { printable } from '../lib/compliance/printable';
import { ENVIRONMENTS } from '../lib/config/select';
import { drill, type DrillStep } from '../local/workflows/drill';
import { workflowsIn } from '../local/workflows/from-templates';

const USAGE = `Usage: npm run game-day -- --env NAME [--folder FOLDER]
  Walks through a drill: each containment and its restore, as synthesized, in a pretend account, with the commands of the real one.
  --folder  a cloud assembly; cdk.out unless given: run \`npm run synth\` first
Exit code 0: each contained and restored as it should; 1: one did not; 2: wrong usage, or no templates.`;

/** Where a run writes to. */
export interface GameDay {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/**
 * Drills every containment of an environment without an account: 164.308(a)(6)(ii), 164.308(a)(7)(ii)(D). What AWS really answers, and
 * how long it takes, only a drill in a real account shows.
 *
 * @returns the exit code of the usage text.
 */
export async function main(args: readonly string[], { print, complain }: GameDay): Promise<0 | 1 | 2> {
  const [option, environment = '', folderOption, folder = 'cdk.out', ...rest] = args;
  const isUsage = option === '--env' && Object.hasOwn(ENVIRONMENTS, environment) && [undefined, '--folder'].includes(folderOption) && rest.length === 0;
  if (!isUsage || args.length === 3) {
    complain(`Expected --env and one of ${Object.keys(ENVIRONMENTS).join(', ')}, not "${printable(args.join(' '))}".\n${USAGE}\n`);
    return 2;
  }
  let workflows: ReturnType<typeof workflowsIn>;
  try {
    workflows = workflowsIn(folder, environment);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    complain(`There are no templates of ${environment} in ${printable(folder)}. Run \`npm run synth\` first.\n`);
    return 2;
  }
  const actions = [...workflows.keys()].filter((name) => name.startsWith('contain-')).map((name) => name.slice('contain-'.length));
  let isWhole = actions.length > 0;
  for (const action of actions) {
    print(`${action}\n`);
    for (const step of await drill(action, workflows, 'drill-1')) {
      isWhole &&= step.outcome.status === 'SUCCEEDED';
      print(describe(environment, step));
    }
  }
  print(isWhole ? `\n${actions.length} containments, and a restore of each that changes something. Write down who drilled, and when.\n` : '\nA step failed: see above.\n');
  return isWhole ? 0 : 1;
}

function describe(environment: string, { workflow, input, outcome }: DrillStep): string {
  const result = outcome.output as { outcome?: string; would?: readonly string[] } | undefined;
  const steps = result?.would ?? outcome.calls.map(({ state }) => state);
  return [
    `  aws stepfunctions start-execution --state-machine-arn $STATES:stateMachine:${environment}-${workflow} --input '${JSON.stringify(input)}'`,
    `    ${outcome.error ?? result?.outcome ?? outcome.status}: ${outcome.cause ?? steps.join('; ')}`,
    '',
  ].join('\n');
}

if (require.main === module) {
  void main(process.argv.slice(2), {
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
  }).then((code) => {
    process.exitCode = code;
  });
}
