import { csvFile } from './csv';
import type { EvidenceInput } from './gather';
import { jsonFile, type PackFile } from './pack-file';
import { adviceOf, type Waiver } from './waivers';

/** `waivers.json` and `waivers.csv`: the register of accepted findings, generated from the assembly. */
export function waiverFiles(input: EvidenceInput, waivers: readonly Waiver[]): readonly PackFile[] {
  return [
    jsonFile('waivers.json', {
      expiryComparedWith: 'generatedAt of manifest.json',
      inForce: waivers.filter(({ faults }) => faults.length === 0).length,
      waivers,
      advice: adviceOf(input),
    }),
    csvFile(
      'waivers.csv',
      COLUMNS,
      waivers.map((waiver) => COLUMNS.map((column) => cellOf(waiver, column))),
    ),
  ];
}

const COLUMNS = [
  'id',
  'pack',
  'ruleId',
  'stack',
  'logicalId',
  'resourceType',
  'constructPath',
  'property',
  'citation',
  'designation',
  'decision',
  'because',
  'insteadWe',
  'owner',
  'approver',
  'approvedOn',
  'expiresOn',
  'source',
  'faults',
] as const;

function cellOf(waiver: Waiver, column: (typeof COLUMNS)[number]): string {
  if (column === 'source') return waiver.source ? `${waiver.source.file}:${waiver.source.line}` : '';
  return column === 'faults' ? waiver.faults.join('; ') : waiver[column];
}
