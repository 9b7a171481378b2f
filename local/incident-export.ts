import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Clock } from '../lambda/incident/clocks';
import type { Entry } from '../lambda/incident/entry';
import { hhsFieldSet } from '../lambda/incident/hhs';
import type { IncidentRecord } from '../lambda/incident/record';
import { Complaint } from './complaint';
import { incidentReport } from './incident-report';

/**
 * Writes what counsel and HHS are handed: record and entries as JSON, the fields of the report, one page to print. All of it or
 * nothing: the folder appears when it is whole.
 *
 * @param folder must not exist.
 * @returns what was written where, in a sentence.
 * @throws Complaint when it cannot be made.
 */
export function writeExport(
  folder: string,
  record: IncidentRecord,
  entries: readonly Entry[],
  clocks: readonly Clock[],
  madeAt: string,
): string {
  const files = {
    'record.json': json({ ...record, met: [...record.met.values()], argued: [...record.argued.values()], clocks }),
    'entries.json': json(entries),
    'hhs.json': json(hhsFieldSet(record)),
    'report.html': incidentReport(record, entries, clocks, madeAt),
  };
  const draft = `${folder.replace(/[/\\]+$/, '')}.draft`;
  try {
    mkdirSync(path.dirname(draft), { recursive: true });
    mkdirSync(draft, { mode: 0o700 });
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(draft, name), text, { mode: 0o600 });
    // A folder that is there and holds something is not replaced.
    renameSync(draft, folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || (error as NodeJS.ErrnoException).syscall !== 'mkdir')
      rmSync(draft, { recursive: true, force: true });
    throw new Complaint(
      `Cannot write the export to ${folder} (${(error as NodeJS.ErrnoException).code}). --out takes a folder that does not exist.`,
    );
  }
  return `Wrote ${Object.keys(files).join(', ')} to ${folder}.`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
