import type { EvidenceInput } from '../gather';
import { groupedBy, keyOf } from '../order';
import { jsonFile, type PackFile } from '../pack-file';
import { sha256 } from '../sha256';
import type { VerdictRow } from '../verdict-rows';

/** Where every construct is made in the end: the place of what the validation report gives no closer one for. */
const START = { file: 'bin/app.ts', line: 1 };

/** `results.sarif` (2.1.0): what fails or cannot be read, for a code review. No evidence: it says nothing of what passes. */
export function sarifFile({ provenance }: EvidenceInput, rows: readonly VerdictRow[]): PackFile {
  const odd = rows.filter(({ result }) => result === 'fail' || result === 'error');
  const rules = [...groupedBy(odd, ({ ruleId }) => ruleId).values()].flatMap(([first]) => first ?? []);
  const file = jsonFile('results.sarif', {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: provenance.project,
            rules: rules.map(({ ruleId, citations, pack }) => ({
              id: ruleId,
              shortDescription: { text: `${ruleId} of ${pack}` },
              fullDescription: { text: `Evidence for ${citations.join(', ')}` },
              properties: { tags: [...citations] },
            })),
          },
        },
        results: odd.map((row) =>
          toResult(
            row,
            rules.findIndex(({ ruleId }) => ruleId === row.ruleId),
          ),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  });
  return { ...file, mediaType: 'application/sarif+json' };
}

function toResult(row: VerdictRow, ruleIndex: number): object {
  const { ruleId, result, message, constructPath, stack, logicalId } = row;
  const { file, line } = row.source ?? START;
  const place = constructPath || [stack, logicalId].filter(Boolean).join('/');
  return {
    ruleId,
    ruleIndex,
    level: result === 'fail' ? 'error' : 'warning',
    message: { text: place === '' ? message : `${place}: ${message}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(file), uriBaseId: '%SRCROOT%' }, region: { startLine: Math.max(1, line) } },
        ...(place === '' ? {} : { logicalLocations: [{ fullyQualifiedName: place, kind: 'resource' }] }),
      },
    ],
    partialFingerprints: { 'ruleAndConstruct/v1': sha256(keyOf(ruleId, place)) },
  };
}
