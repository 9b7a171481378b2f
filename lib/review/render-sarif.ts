import { createHash } from 'node:crypto';
import { printable } from '../compliance/printable';
import { toText } from './phrase';
import type { Review, ReviewEntry } from './review';

/** What an entry is for a tool that knows errors and warnings; what is only good to know is no result. */
const LEVELS = { stops: 'error', asks: 'warning', tells: undefined } as const;

/**
 * The review as SARIF 2.1.0, for a code review that shows such: what must not be merged as errors, what wants a reviewer as warnings.
 *
 * Entries speak of resources, not of lines: each stands at the first line of the app, which is where every construct is made in the end.
 */
export function renderSarif({ sections }: Review): string {
  const results = sections.flatMap(({ title, entries }) =>
    entries.flatMap((entry) => {
      const level = LEVELS[entry.weight];
      return level === undefined ? [] : [{ title, entry, level }];
    }),
  );
  const kinds = [...new Map(results.map(({ title, entry }) => [entry.kind, title]))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'review', rules: kinds.map(([id, title]) => ({ id, shortDescription: { text: title } })) } },
        results: results.map(({ entry, level }) => ({
          ruleId: entry.kind,
          ruleIndex: kinds.findIndex(([id]) => id === entry.kind),
          level,
          message: { text: sentenceOf(entry) },
          locations: [
            { physicalLocation: { artifactLocation: { uri: 'bin/app.ts', uriBaseId: '%SRCROOT%' }, region: { startLine: 1 } } },
          ],
          partialFingerprints: { 'entry/v1': createHash('sha256').update(`${entry.kind}\n${sentenceOf(entry)}`).digest('hex') },
        })),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function sentenceOf({ environments, text, details }: ReviewEntry): string {
  const where = environments.length === 0 ? '' : `${environments.join(', ')}: `;
  return [`${where}${toText(text)}`, ...details.map(toText)].map(printable).join('\n');
}
