import { jsonFile, type PackFile } from './pack-file';
import type { RowResult, VerdictRow } from './verdict-rows';

/** `checks.json`: every rule on every resource, passes included, so that a pass stands with its population. */
export function checkFiles(rows: readonly VerdictRow[]): readonly PackFile[] {
  const count = (result: RowResult): number => rows.filter((row) => row.result === result).length;
  return [
    jsonFile('checks.json', {
      results: { pass: count('pass'), fail: count('fail'), waived: count('waived'), error: count('error'), na: count('na') },
      notes: [
        'A row without a resource speaks of the environment, or says why there was nothing to judge.',
        'The published pack does not record each resource that a rule has nothing to say of: of its rules, na stands once.',
        'Citations of the published pack are quoted as published, those of rules on storage filed under transmission included.',
      ],
      rows,
    }),
  ];
}
