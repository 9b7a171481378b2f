import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CostedTemplate } from './cost-resources';

/** The input cannot be priced; the message says what to do about it. */
export class CostInputError extends Error {}

/** An environment of a cloud assembly, with the templates of its stacks. */
export interface AssembledEnvironment {
  readonly name: string;
  readonly templates: readonly CostedTemplate[];
}

/** The part of a cloud assembly's manifest that is read. */
interface Manifest {
  readonly artifacts?: Readonly<Record<string, { readonly type: string; readonly properties?: Readonly<Record<string, unknown>> }>>;
}

/**
 * Reads the environments of a cloud assembly: each nested assembly, named after its folder without `assembly-`, sorted.
 *
 * @throws CostInputError when the folder has no manifest, a file is not JSON, or no environment is in it.
 */
export function readEnvironments(assembly: string): readonly AssembledEnvironment[] {
  if (!existsSync(join(assembly, 'manifest.json'))) {
    throw new CostInputError(`No cloud assembly in ${assembly}: run \`npm run synth\` first, or name its folder with --assembly.`);
  }
  const environments = propertiesOf(assembly, 'cdk:cloud-assembly', 'directoryName').map((directory) => {
    const folder = join(assembly, directory);
    const files = propertiesOf(folder, 'aws:cloudformation:stack', 'templateFile');
    return {
      name: directory.replace(/^assembly-/, ''),
      templates: files.map((file) => readJson<CostedTemplate>(join(folder, file))),
    };
  });
  if (environments.length === 0) {
    throw new CostInputError(`The cloud assembly in ${assembly} has no environments: run \`npm run synth\` again.`);
  }
  return environments.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function propertiesOf(folder: string, type: string, property: string): readonly string[] {
  const { artifacts = {} } = readJson<Manifest>(join(folder, 'manifest.json'));
  return Object.values(artifacts)
    .filter((artifact) => artifact.type === type)
    .map((artifact) => String(artifact.properties?.[property]));
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new CostInputError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
