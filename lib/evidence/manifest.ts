import { listDate } from '../compliance/eligibility';
import { controlCatalogue } from '../hipaa/catalogue';
import type { EvidenceInput } from './gather';
import { sortedBy } from './order';
import { jsonFile, stableJson, type PackFile } from './pack-file';
import { sha256 } from './sha256';
import { uuidOf } from './uuid';

/** Version of the layout of a pack. */
export const SCHEMA_VERSION = '1.0.0';

/** File that lists every other one. */
export const MANIFEST_FILE = 'manifest.json';

/** `manifest.json`: what the pack was made from, and the hash of every other file of it. */
export function manifestFile({ environment, stacks, context, provenance }: EvidenceInput, files: readonly PackFile[]): PackFile {
  const { project, generatedAt, commit, isDirty, command, tools } = provenance;
  const catalogue = controlCatalogue();
  const listed = stacks.map(({ name, sha256: templateSha256, template }) => ({
    name,
    templateSha256,
    resourceCount: Object.keys(template.Resources).length,
  }));
  return jsonFile(MANIFEST_FILE, {
    packId: packId({ environment, stacks, provenance }),
    schemaVersion: SCHEMA_VERSION,
    project,
    environment: environment.place.name,
    generatedAt,
    git: { commit, isDirty },
    command,
    tools,
    context,
    catalogue: { version: catalogue.schemaVersion, generatedOn: catalogue.generatedOn, contentSha256: sha256(stableJson(catalogue)) },
    eligibleListDate: listDate(),
    stacks: sortedBy(listed, ({ name }) => name),
    files: sortedBy(files, ({ path }) => path).map(({ path, mediaType, text }) => ({
      path,
      mediaType,
      bytes: Buffer.byteLength(text),
      sha256: sha256(text),
    })),
  });
}

/** Identifier of a pack: of its environment, commit and templates. */
export function packId({ environment, stacks, provenance }: Pick<EvidenceInput, 'environment' | 'stacks' | 'provenance'>): string {
  const templates = stacks.map(({ name, sha256: hash }) => `${name} ${hash}`).sort();
  return uuidOf('pack', environment.place.name, provenance.commit, provenance.generatedAt, ...templates);
}
