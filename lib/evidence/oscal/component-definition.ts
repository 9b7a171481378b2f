import type { ControlRow } from '../control-rows';
import type { EvidenceInput } from '../gather';
import type { PackFile } from '../pack-file';
import { uuidOf } from '../uuid';
import { CATALOG_HREF } from './catalog';
import { documentFile, properties } from './document';

/** `oscal/component-definition.json`: the baseline as one component, with what its rules look at for each entry. */
export function componentDefinitionFile(input: EvidenceInput, controls: readonly ControlRow[]): PackFile {
  const { project } = input.provenance;
  const shown = controls.filter(({ checks }) => checks.pass + checks.waived > 0);
  return documentFile(input, 'component-definition', `Safeguards of ${project}`, {
    components: [
      {
        uuid: uuidOf('component', project),
        type: 'software',
        title: project,
        description: 'AWS resources as synthesized from the sources of this project.',
        ...(shown.length === 0 ? {} : { 'control-implementations': [implementation(project, shown)] }),
      },
    ],
  });
}

function implementation(project: string, shown: readonly ControlRow[]): object {
  return {
    uuid: uuidOf('implementation', project),
    source: CATALOG_HREF,
    description: 'The half of each entry that templates show.',
    'implemented-requirements': shown.map((row) => ({
      uuid: uuidOf('requirement', project, row.id),
      'control-id': row.id,
      description: `Looked at by ${row.rules
        .filter(({ pass, waived }) => pass + waived > 0)
        .map(({ ruleId }) => ruleId)
        .join(', ')}.`,
      ...properties({ verifiability: row.verifiability, status: row.status }),
      remarks: remarksOf(row),
    })),
  };
}

function remarksOf({ openRuntimeEvidence, openProcessEvidence }: ControlRow): string {
  const open = [...openRuntimeEvidence.map(({ source, artifact }) => `${source}: ${artifact}`), ...openProcessEvidence];
  return open.length === 0 ? 'Still needed: proof that what is deployed is like the templates.' : `Still needed: ${open.join('; ')}.`;
}
