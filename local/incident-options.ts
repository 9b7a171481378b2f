import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseUuid, type Uuid } from '../lambda/shared/uuid';
import { Complaint } from './complaint';

/** How the command is used. */
export const INCIDENT_USAGE = `Usage: npm run incident -- COMMAND [ID] (--store FOLDER | --bucket BUCKET) [--by NAME] ...
  open     begins a record: --file opened.json, or --summary --severity --as --time-zone --detected --seen --discovered --basis
  status   [ID]: what is due, for one record or for all that are open; [--as-of DAY]
  assess   ID --file assessment.json: the four factors, the conclusion, the signer
  add      ID --file change.json: any other change, such as discovery, encryption, affected, hold, action, cause, argued
  scope    ID --from INSTANT --to INSTANT --archive FOLDER|s3://BUCKET --key PEM|ARN [--actor ID] [--patient ID ...] [--trail FOLDER]
           [--documents-bucket NAME] [--record]: whom accesses reached; --record writes the count and the list of ids
  notice   ID --clock CLOCK --on DAY --proof REFERENCE: a notice was given
  notice   [ID] [--as-of DAY]: what officers are to be told today, of one record or of all; for a daily job
  close    ID --because TEXT
  export   ID --out FOLDER: record.json, entries.json, hhs.json and report.html; the folder must not exist
  --by     who says so, as that person signs in; the user of this machine unless given
Exit code: 0 done, 1 refused, 2 wrong usage or something cannot be read. docs/incidents.md explains each step.`;

const COMMANDS = ['open', 'status', 'assess', 'add', 'scope', 'notice', 'close', 'export'] as const;

/** One of the commands. */
export type IncidentCommand = (typeof COMMANDS)[number];

const text = { type: 'string' } as const;
const OPTIONS = {
  store: text,
  bucket: text,
  by: text,
  file: text,
  summary: text,
  severity: text,
  as: text,
  'time-zone': text,
  detected: text,
  seen: text,
  discovered: text,
  basis: text,
  'as-of': text,
  from: text,
  to: text,
  archive: text,
  actor: text,
  trail: text,
  'documents-bucket': text,
  clock: text,
  on: text,
  proof: text,
  because: text,
  out: text,
  key: { type: 'string', multiple: true },
  patient: { type: 'string', multiple: true },
  record: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Names of options that take a text. */
export type TextOption = Exclude<keyof typeof OPTIONS, 'key' | 'patient' | 'record'>;

/** What was asked for. */
export interface IncidentOptions {
  readonly command: IncidentCommand;
  readonly id: Uuid | undefined;
  readonly values: Values;
}

/**
 * Reads the command line.
 *
 * @throws Complaint with the one thing that is wrong.
 */
export function parseIncidentOptions(args: readonly string[]): IncidentOptions {
  const { values, positionals } = parsed(args);
  const [named, id, ...more] = positionals;
  const command = COMMANDS.find((each) => each === named);
  if (!command) throw new Complaint(`The command has to be one of ${COMMANDS.join(', ')}, not ${named ?? 'nothing'}.`);
  if (more.length > 0) throw new Complaint(`${command} takes one incident, not ${more.length + 1}: quote a text with spaces.`);
  if (id !== undefined && parseUuid(id) === undefined) throw new Complaint(`The incident has to be a lower-case UUID, not ${id}.`);
  if (command === 'open' && id !== undefined) throw new Complaint('open makes the id itself: leave it out.');
  const isOfAll = command === 'status' || (command === 'notice' && values.clock === undefined);
  if (command !== 'open' && !isOfAll && id === undefined)
    throw new Complaint(`${command} needs the id of an incident; status lists them.`);
  if ((values.store === undefined) === (values.bucket === undefined))
    throw new Complaint('One of --store FOLDER and --bucket BUCKET is needed, and not both.');
  return { command, id: parseUuid(id), values };
}

/**
 * The value of an option that this command cannot do without.
 *
 * @throws Complaint that names it.
 */
export function needed({ command, values }: IncidentOptions, name: TextOption): string {
  const value = values[name];
  if (value === undefined) throw new Complaint(`${command} needs --${name}.`);
  return value;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new Complaint(error instanceof Error ? error.message : String(error));
  }
}
