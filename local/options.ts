import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Complaint } from './complaint';

/** What a start was asked for. */
export interface StartOptions {
  /** Begin from nothing, whatever the state folder holds. */
  readonly reset: boolean;
  /** 0 takes any free port. */
  readonly port: number;
  /** State folder, absolute. */
  readonly data: string;
}

/** Where the service listens unless told otherwise. */
export const DEFAULT_PORT = 8_787;

/** State folder below the current one, unless told otherwise. */
const DEFAULT_DATA = '.local';

const HIGHEST_PORT = 65_535;

const OPTIONS = {
  reset: { type: 'boolean', meaning: '--reset' },
  port: { type: 'string', meaning: '--port NUMBER' },
  data: { type: 'string', meaning: '--data FOLDER' },
} as const;

type Name = keyof typeof OPTIONS;

/**
 * Reads the arguments of `npm start`.
 *
 * @param cwd what a relative folder is relative to.
 * @throws Complaint
 */
export function parseStartOptions(args: readonly string[], cwd: string): StartOptions {
  const { reset, port, data } = read(args, ['reset', 'port', 'data'], 'npm start --');
  return { reset: reset !== undefined, port: parsePort(port), data: parseData(data, cwd) };
}

/**
 * Reads the arguments of `npm run keys:rotate`: the state folder.
 *
 * @throws Complaint
 */
export function parseRotateOptions(args: readonly string[], cwd: string): { readonly data: string } {
  return { data: parseData(read(args, ['data'], 'npm run keys:rotate --').data, cwd) };
}

/** The text given to each option; of a switch, the empty one. */
function read(args: readonly string[], allowed: readonly Name[], command: string): { readonly [Given in Name]?: string } {
  const usage = `Allowed: ${command} ${allowed.map((name) => `[${OPTIONS[name].meaning}]`).join(' ')}`;
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  const given: { [Given in Name]?: string } = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new Complaint(`Unexpected argument "${token.value}". ${usage}`);
    const name = allowed.find((each) => each === token.name);
    if (!name || token.rawName !== `--${name}`) throw new Complaint(`Unknown option "${token.rawName}". ${usage}`);
    if (given[name] !== undefined) throw new Complaint(`Option "--${name}" is given twice. ${usage}`);
    const isSwitch = OPTIONS[name].type === 'boolean';
    if (isSwitch && token.value !== undefined) throw new Complaint(`Option "--${name}" takes no value, but was given "${token.value}". ${usage}`);
    if (!isSwitch && !token.value) throw new Complaint(`Option "--${name}" needs a value. ${usage}`);
    given[name] = token.value ?? '';
  }
  return given;
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= HIGHEST_PORT) return port;
  throw new Complaint(`Port "${text}" is none. Allowed: a whole number from 0, for any free one, to ${HIGHEST_PORT}. Without --port it is ${DEFAULT_PORT}.`);
}

function parseData(text: string | undefined, cwd: string): string {
  return path.resolve(cwd, text ?? DEFAULT_DATA);
}

/**
 * Refuses to run inside a function: what is here hands out tokens.
 *
 * @throws Complaint
 */
export function refuseInLambda(environment: NodeJS.ProcessEnv): void {
  const name = environment['AWS_LAMBDA_FUNCTION_NAME'];
  if (name === undefined) return;
  throw new Complaint(
    `AWS_LAMBDA_FUNCTION_NAME is set, to "${name}": the local run makes tokens for anyone and does not start in a function. ` +
      'On a machine of your own, unset the variable.',
  );
}
