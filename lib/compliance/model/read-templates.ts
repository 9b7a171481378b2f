import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EnvironmentModel } from './environment';
import { accountOf, regionOf, SOME_ACCOUNT, SOME_REGION } from './place-of-templates';
import type { StackOfTemplates } from './resolve';
import { isJson, parseTemplate, TemplateError } from './template';

/** Name of an environment read from loose files. Judged as production, since nothing says otherwise. */
export const UNNAMED = 'templates';

/**
 * Reads environments from a cloud assembly with one nested assembly each, from a folder of templates, or from template files: ours or
 * anybody's copy of ours.
 *
 * @throws TemplateError when a path is not there, holds no template, or holds one that cannot be read.
 */
export function readEnvironmentModels(paths: readonly string[]): readonly EnvironmentModel[] {
  const [only] = paths;
  if (paths.length === 1 && only !== undefined && existsSync(join(only, 'manifest.json'))) return readAssembly(only);
  const files = paths.flatMap(templateFiles);
  if (files.length === 0)
    throw new TemplateError(`No template in ${paths.join(', ')}. Run \`npm run synth\` first, or name template files.`);
  const texts = files.map(readText);
  const stacks = files.map((file, at): StackOfTemplates => {
    const text = texts[at] ?? '';
    const stack = basename(file).replace(/(?:\.template)?\.json$/, '');
    return { stack, region: regionOf(text, texts), template: parseTemplate(file, text) };
  });
  return [new EnvironmentModel({ name: UNNAMED, account: accountOf(texts) }, eachOnce(stacks))];
}

/** Two templates of one stack: one of them would be judged in the place of the other. */
function eachOnce(stacks: readonly StackOfTemplates[]): readonly StackOfTemplates[] {
  const twin = stacks.find(({ stack }, at) => stacks.findIndex((other) => other.stack === stack) !== at);
  if (twin) throw new TemplateError(`Two templates are of the stack ${twin.stack}. Name the templates of one environment, each once.`);
  return stacks;
}

function templateFiles(path: string): readonly string[] {
  if (!existsSync(path)) throw new TemplateError(`There is no ${path}. Name a folder of templates, such as cdk.out, or template files.`);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.template.json'))
    .sort()
    .map((name) => join(path, name));
}

interface Artifact {
  readonly id: string;
  readonly type: unknown;
  readonly environment: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
}

function readAssembly(folder: string): readonly EnvironmentModel[] {
  const artifacts = artifactsOf(folder);
  const nested = artifacts.filter(({ type }) => type === 'cdk:cloud-assembly');
  const environments = nested.map(({ properties }) => {
    const directory = String(properties['directoryName']);
    return toEnvironment(join(folder, directory), directory.replace(/^assembly-/, ''));
  });
  const own = artifacts.some(({ type }) => type === 'aws:cloudformation:stack') ? [toEnvironment(folder, UNNAMED)] : [];
  if (environments.length + own.length === 0)
    throw new TemplateError(`The cloud assembly in ${folder} holds no stack. Run \`npm run synth\` again.`);
  return [...environments, ...own];
}

function toEnvironment(folder: string, name: string): EnvironmentModel {
  let account = SOME_ACCOUNT;
  const stacks = artifactsOf(folder)
    .filter(({ type }) => type === 'aws:cloudformation:stack')
    .map(({ id, environment, properties }): StackOfTemplates => {
      const [, given, region] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(String(environment)) ?? [];
      if (given !== undefined) account = given;
      const file = join(folder, typeof properties['templateFile'] === 'string' ? properties['templateFile'] : `${id}.template.json`);
      const stack = typeof properties['stackName'] === 'string' ? properties['stackName'] : id;
      return { stack, region: region ?? SOME_REGION, template: parseTemplate(file, readText(file)) };
    });
  return new EnvironmentModel({ name, account }, eachOnce(stacks));
}

function artifactsOf(folder: string): readonly Artifact[] {
  const file = join(folder, 'manifest.json');
  let manifest: unknown;
  try {
    manifest = JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(`${file} is not JSON. Run \`npm run synth\` again.`);
  }
  const artifacts = isJson(manifest) ? manifest['artifacts'] : undefined;
  return Object.entries(isJson(artifacts) ? artifacts : {}).flatMap(([id, artifact]) =>
    isJson(artifact)
      ? [
          {
            id,
            type: artifact['type'],
            environment: artifact['environment'],
            properties: isJson(artifact['properties']) ? artifact['properties'] : {},
          },
        ]
      : [],
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new TemplateError(`Cannot read ${file}. Run \`npm run synth\` again, or check the name.`);
  }
}
