import type { EvidenceInput } from '../gather';
import { jsonFile, type PackFile } from '../pack-file';
import { uuidOf } from '../uuid';

/** Version of OSCAL that the documents are written in. */
const OSCAL_VERSION = '1.2.1';

/** A name and a value beside an object. */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/** A document of OSCAL as a file, with its identifier and the metadata that each has to have. */
export function documentFile(input: EvidenceInput, name: string, title: string, content: object): PackFile {
  return jsonFile(`oscal/${name}.json`, { [name]: { uuid: documentId(input, name), metadata: metadataOf(input, title), ...content } });
}

/** Identifier of a document of this environment at this commit. */
export function documentId({ environment, provenance }: EvidenceInput, name: string): string {
  return uuidOf('document', name, environment.place.name, provenance.commit, provenance.generatedAt);
}

function metadataOf({ provenance }: EvidenceInput, title: string): object {
  return {
    title,
    'last-modified': provenance.generatedAt,
    version: provenance.commit,
    'oscal-version': OSCAL_VERSION,
    remarks:
      'Evidence for safeguards, from synthesized templates alone. Summaries of the regulation are paraphrases; the regulation governs.',
  };
}

/** Properties with something in them: OSCAL knows no empty value. */
export function properties(of: Readonly<Record<string, string | number>>): { readonly props?: readonly Property[] } {
  const props = Object.entries(of).flatMap(([name, value]) => {
    // A value of OSCAL begins and ends with something other than space.
    const text = String(value).trim();
    return text === '' ? [] : [{ name, value: text }];
  });
  return props.length === 0 ? {} : { props };
}
