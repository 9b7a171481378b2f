import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderOpenApi } from '../local/openapi';
import { TableMarkerError, withTables } from '../local/openapi-tables';

const USAGE = `Usage: npm run openapi [-- --check]
Writes docs/openapi.json and the tables of docs/records-api.md; with --check it only says whether they are up to date.`;

type Say = (text: string) => void;

/** Exit codes: 0 written or up to date, 1 not up to date or no place for a table, 2 wrong usage. Nothing is written unless all can be. */
export function main(args: readonly string[], folder: string, print: Say, complain: Say): 0 | 1 | 2 {
  const unknown = args.find((arg) => arg !== '--check') ?? (args.length > 1 ? args[1] : undefined);
  if (unknown !== undefined) {
    complain(`"${unknown}" is not allowed here; the one argument is --check, once.\n${USAGE}`);
    return 2;
  }
  try {
    const files = [
      { name: 'openapi.json', content: renderOpenApi() },
      { name: 'records-api.md', content: withTables(read(join(folder, 'records-api.md')) ?? '') },
    ].filter(({ name, content }) => read(join(folder, name)) !== content);
    const names = files.map(({ name }) => `docs/${name}`).join(' and ');
    if (files.length === 0) print('docs/openapi.json and docs/records-api.md are up to date.');
    else if (args.includes('--check')) complain(`Not up to date: ${names}. Run \`npm run openapi\` and commit the result.`);
    else {
      for (const { name, content } of files) writeFileSync(join(folder, name), content);
      print(`Rewritten: ${names}.`);
    }
    return args.includes('--check') && files.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof TableMarkerError)) throw error;
    complain(error.message);
    return 1;
  }
}

/** @returns undefined for a file that is not there yet. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2), join(__dirname, '..', 'docs'), console.log, console.error);
}
