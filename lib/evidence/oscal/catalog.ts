import type { ControlRow } from '../control-rows';
import type { EvidenceInput } from '../gather';
import { groupedBy } from '../order';
import type { PackFile } from '../pack-file';
import { documentFile, properties } from './document';

/** File that the other documents refer to. */
export const CATALOG_HREF = './catalog.json';

/** Titles of the rules of the catalogue in force. */
const RULES: Readonly<Record<string, string>> = {
  security: 'Security Rule',
  'breach-notification': 'Breach Notification Rule',
  privacy: 'Privacy Rule: duties that touch software',
};

/** `oscal/catalog.json`: the entries in force, in our own words; no official catalogue of HIPAA in OSCAL is known. */
export function catalogFile(input: EvidenceInput, controls: readonly ControlRow[]): PackFile {
  return documentFile(input, 'catalog', 'HIPAA entries that this evidence speaks of, paraphrased', {
    groups: [...groupedBy(controls, ({ rule }) => rule)].map(([rule, each]) => ({
      id: rule,
      title: RULES[rule] ?? rule,
      controls: each.map(toControl),
    })),
  });
}

function toControl({ id, citation, title, summary, designation, verifiability, safeguard }: ControlRow): object {
  return {
    id,
    title: `${citation} ${title}`,
    ...properties({ label: citation, designation, verifiability, safeguard }),
    parts: [{ id: `${id}_smt`, name: 'statement', prose: summary }],
  };
}
