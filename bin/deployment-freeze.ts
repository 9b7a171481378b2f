import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ENVIRONMENTS } from '../lib/config/select';
import { printable } from '../lib/compliance/printable';

const USAGE = `Usage: npm run freeze -- --env NAME
  Asks whether a containment holds deployments of an environment, in the Region of AWS_REGION.
Exit code 0: nothing holds them; 1: something does, or it cannot be told, so do not deploy; 2: wrong usage.`;

/** One parameter below the environment's folder of holds. */
export interface Hold {
  readonly name: string;
  readonly value: string;
}

/** Where a run writes to, and where it reads. */
export interface FreezeRun {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Every parameter below a path; rejects when it may not or cannot read. */
  readonly read: (path: string) => Promise<readonly Hold[]>;
}

/**
 * Refuses a deployment while a containment holds it, since CloudFormation would undo it; and whenever it cannot be told whether one does:
 * 164.308(a)(6)(ii). The parameter that the template makes is always there, so a folder without it is not the right one, or not all of it.
 *
 * @returns the exit code of the usage text.
 */
export async function main(args: readonly string[], { print, complain, read }: FreezeRun): Promise<0 | 1 | 2> {
  const [option, environment = '', ...rest] = args;
  if (option !== '--env' || !Object.hasOwn(ENVIRONMENTS, environment) || rest.length > 0) {
    complain(`Expected --env and one of ${Object.keys(ENVIRONMENTS).join(', ')}, not "${printable(args.join(' '))}".\n${USAGE}\n`);
    return 2;
  }
  const path = `/${environment}/ir/freeze`;
  const found = await read(path).catch((error: unknown) => (error instanceof Error ? error.name : 'unknown error'));
  if (typeof found === 'string') {
    complain(
      `Not deploying ${environment}: ${path} cannot be read (${printable(found)}). ` +
        'Check AWS_REGION, the credentials, and that they may ssm:GetParametersByPath it.\n',
    );
    return 1;
  }
  const holds = found.filter(({ name }) => name !== `${path}/none`);
  if (holds.length > 0) {
    const list = holds.map(({ name, value }) => `  ${printable(name)}\n    ${printable(value)}\n`).join('');
    complain(
      `Not deploying ${environment}: a containment holds it, which a deployment would undo.\n${list}` +
        'Restore it first: docs/runbook.md, Containment.\n',
    );
    return 1;
  }
  if (found.length === 0) {
    complain(
      `Not deploying ${environment}: ${path}/none is not there, so this is another account or Region, ` +
        'or stack Response is not deployed yet. ' +
        'If it is the first deploy, make it by hand.\n',
    );
    return 1;
  }
  print(`Nothing holds deployments of ${environment}.\n`);
  return 0;
}

async function readParameters(path: string): Promise<readonly Hold[]> {
  const client = new SSMClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const holds: Hold[] = [];
  let token: string | undefined;
  try {
    do {
      const { Parameters = [], NextToken } = await client.send(
        new GetParametersByPathCommand({ Path: path, Recursive: true, NextToken: token }),
      );
      holds.push(...Parameters.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value })));
      token = NextToken;
    } while (token !== undefined);
    return holds;
  } finally {
    client.destroy();
  }
}

if (require.main === module) {
  void main(process.argv.slice(2), {
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    read: readParameters,
  }).then((code) => {
    process.exitCode = code;
  });
}
