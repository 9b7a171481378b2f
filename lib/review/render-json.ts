import { printable } from '../compliance/printable';
import { OUTCOMES } from './outcome';
import { toText } from './phrase';
import type { Review } from './review';

/** The review for a machine, whole and with its exit code; sentences as text, in which control characters stand escaped for whoever looks at it. */
export function renderJson({ outcome, environments, sections }: Review): string {
  const plain = {
    outcome,
    exitCode: OUTCOMES[outcome],
    environments,
    sections: sections.map(({ id, entries }) => ({
      id,
      entries: entries.map(({ kind, weight, environments: where, text, details }) => ({
        kind,
        weight,
        environments: where,
        text: toText(text),
        details: details.map(toText),
      })),
    })),
  };
  return `${JSON.stringify(plain, null, 1).split('\n').map(printable).join('\n')}\n`;
}
