/** A file that is no template, or a folder without one; the message says which, and what to do. */
export class TemplateError extends Error {}

type Json = Readonly<Record<string, unknown>>;

/** A resource as a template has it, before any reference is followed. */
export interface RawResource {
  readonly type: string;
  readonly properties: Json;
  readonly metadata: Json;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  /** Name of the condition on which a deploy makes the resource at all. */
  readonly condition: string | undefined;
}

/** One stack's template. */
export interface RawTemplate {
  readonly resources: ReadonlyMap<string, RawResource>;
  /** Macros that rewrite the template at the deploy. */
  readonly transforms: readonly string[];
  /** Names of parameters. */
  readonly parameters: ReadonlySet<string>;
  /** Export name to the exported value, neither yet resolved. */
  readonly outputs: readonly { readonly exportName: unknown; readonly value: unknown }[];
}

/**
 * Reads a template out of JSON text.
 *
 * @param name of the file, for the message.
 * @throws TemplateError when the text is no JSON, holds no resources, or a resource has no type.
 */
export function parseTemplate(name: string, text: string): RawTemplate {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new TemplateError(`${name} is not JSON (${messageOf(error)}). Templates are read as JSON: give the output of \`cdk synth\`.`);
  }
  if (!isJson(parsed) || !isJson(parsed['Resources'])) {
    throw new TemplateError(`${name} has no Resources, so it is no CloudFormation template. Give the output of \`cdk synth\`.`);
  }
  const { Resources, Outputs, Parameters, Transform } = parsed;
  return {
    resources: new Map(Object.entries(Resources).map(([logicalId, resource]) => [logicalId, toResource(name, logicalId, resource)])),
    transforms: (Array.isArray(Transform) ? Transform : [Transform]).filter((each) => each !== undefined).map(String),
    parameters: new Set(isJson(Parameters) ? Object.keys(Parameters) : []),
    outputs: Object.values(isJson(Outputs) ? Outputs : {}).flatMap((output) =>
      isJson(output) && isJson(output['Export']) ? [{ exportName: output['Export']['Name'], value: output['Value'] }] : [],
    ),
  };
}

function toResource(name: string, logicalId: string, resource: unknown): RawResource {
  if (!isJson(resource) || typeof resource['Type'] !== 'string') {
    throw new TemplateError(`${name}: the resource ${logicalId} has no Type. Synthesize the template again.`);
  }
  const { Type, Properties, Metadata, DependsOn, DeletionPolicy, UpdateReplacePolicy, Condition } = resource;
  return {
    type: Type,
    properties: isJson(Properties) ? Properties : {},
    metadata: isJson(Metadata) ? Metadata : {},
    dependsOn: (Array.isArray(DependsOn) ? DependsOn : [DependsOn]).filter((id) => typeof id === 'string'),
    deletionPolicy: typeof DeletionPolicy === 'string' ? DeletionPolicy : undefined,
    updateReplacePolicy: typeof UpdateReplacePolicy === 'string' ? UpdateReplacePolicy : undefined,
    condition: typeof Condition === 'string' ? Condition : undefined,
  };
}

/** Tells a JSON object from null, lists and scalars. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
