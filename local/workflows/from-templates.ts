import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workflow } from './walker';

/**
 * The workflows of an environment's synthesized templates by name, without the environment's own in front: `contain-isolate-function`.
 * Values that only a deploy knows stand as the name of their substitution.
 *
 * @param folder of a cloud assembly, such as `cdk.out`.
 * @throws Error when the folder holds no templates of the environment.
 */
export function workflowsIn(folder: string, environment: string): ReadonlyMap<string, Workflow> {
  const assembly = join(folder, `assembly-${environment}`);
  const resources = readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) =>
      Object.values((JSON.parse(readFileSync(join(assembly, file), 'utf8')) as { Resources: Record<string, Resource> }).Resources),
    );
  return new Map(
    resources
      .filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine')
      .map(({ Properties }) => [Properties.StateMachineName.slice(environment.length + 1), parse(Properties.DefinitionString)]),
  );
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly StateMachineName: string; readonly DefinitionString: string };
}

/** A definition with the name of each substitution in its place. */
export function parse(definition: string): Workflow {
  return JSON.parse(definition.replace(/\$\{(\w+)\}/g, '$1')) as Workflow;
}
