import * as path from 'node:path';
import { ROLES } from '../lambda/records/contract';
import { DOCS_PATH } from './docs-page';
import type { LocalRun } from './run';

/** A command to try, with what is to be seen. */
export interface Example {
  readonly title: string;
  readonly command: string;
}

/** What a person reads once the service is up: where it is, who one can be, what to try. */
export function renderReport(run: LocalRun, seconds: number, cwd: string): string {
  const { url, paths, tokens } = run;
  const shown = (file: string): string => shorten(file, cwd);
  return [
    `The records service is up at ${url} (${seconds.toFixed(1)} s). Everything in it is made up.`,
    '',
    `Tokens, good for an hour; those in ${shown(paths.tokens)} are renewed while this runs:`,
    ...ROLES.map((role) => `  ${role.padEnd(9)}  ${tokens.tokens[role]}`),
    '',
    'Try, in another terminal:',
    ...examples(run, cwd).flatMap(({ title, command }) => ['', `  # ${title}`, `  ${command}`]),
    '',
    `Interface                  ${url}${DOCS_PATH}`,
    `Audit batches, read-only   ${shown(paths.archive)}`,
    `Log of the service         ${shown(paths.log)}`,
    '',
    'Ctrl-C stops it, and `npm start` goes on with the same data; `npm start -- --reset` begins from nothing.',
  ].join('\n');
}

/** Five commands: own record, someone else's, wrong role, audit trail, export. */
export function examples({ url, paths, tokens, records }: LocalRun, cwd: string): readonly Example[] {
  const shown = (file: string): string => quote(shorten(file, cwd));
  const curl = (role: keyof typeof tokens.files, target: string, rest = ''): string =>
    `curl -sS -w '\\n%{http_code}\\n' -H @${shown(tokens.files[role])} ${rest}${url}${target}`;
  return [
    { title: 'a patient reads her own record: 200', command: curl('patient', `/v1/patients/${records.own}`) },
    { title: 'and somebody else\'s: 404, as if there were none', command: curl('patient', `/v1/patients/${records.other}`) },
    { title: 'billing asks for visit notes: 403', command: curl('billing', `/v1/patients/${records.own}/notes`) },
    {
      title: 'what the audit trail says of that record: 200',
      command: curl('admin', '/v1/audit-events/search', `-H 'content-type: application/json' -d '${JSON.stringify({ patient: records.own })}' `),
    },
    {
      title: 'the trail as it was exported, one signed batch a minute: verified',
      command: `npm run -s audit:verify -- ${shown(paths.archive)} --key ${shown(paths.verifyingKey)}`,
    },
  ];
}

/** Relative where that is shorter than absolute and stays below the current folder. */
function shorten(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') ? file : relative;
}

function quote(argument: string): string {
  return /^[A-Za-z0-9._/-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
