import type { Resource } from './assembly';

/** One stack as the diagrams read it: its name, such as `prod-Data`, and its template. */
export interface DiagramStack {
  readonly name: string;
  readonly template: {
    readonly Resources: Readonly<Record<string, Resource>>;
    readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name?: unknown } }>>;
  };
}

/** One resource of an environment. */
export interface GraphResource {
  /** Stack without its environment, such as `Data`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Construct path below the stack, without CDK's closing `Resource`. */
  readonly path: readonly string[];
}

/** One statement of a policy. */
export interface Permission {
  readonly policy: GraphResource;
  readonly statement: Readonly<Record<string, unknown>>;
}

/** Layers in the order in which they are deployed; a stack that is not among them comes last. */
const LAYERS = ['Foundation', 'Trail', 'Network', 'Data', 'Recovery', 'Backup', 'Identity', 'Api', 'Detection', 'Response'];

/** Where a stack stands among the others. */
export function layerRank(stack: string): number {
  const rank = LAYERS.indexOf(stack);
  return rank < 0 ? LAYERS.length : rank;
}

/**
 * The resources of one environment and what they refer to, in this stack or another. Pure: the order of stacks and of their
 * resources makes no difference.
 */
export class TemplateGraph {
  readonly resources: readonly GraphResource[];
  private readonly byKey = new Map<string, GraphResource>();
  private readonly exports = new Map<string, { readonly stack: string; readonly value: unknown }>();

  constructor(stacks: readonly DiagramStack[]) {
    for (const { name, template } of stacks) {
      const stack = withoutEnvironment(name);
      for (const [logicalId, resource] of Object.entries(template.Resources)) {
        this.byKey.set(`${stack}/${logicalId}`, {
          stack, logicalId, type: resource.Type, properties: resource.Properties ?? {}, path: pathOf(resource, logicalId),
        });
      }
      for (const { Value, Export } of Object.values(template.Outputs ?? {})) {
        if (typeof Export?.Name === 'string') this.exports.set(Export.Name, { stack, value: Value });
      }
    }
    this.resources = [...this.byKey.values()].sort(
      (a, b) =>
        layerRank(a.stack) - layerRank(b.stack) ||
        compareText(a.path.join('/'), b.path.join('/')) ||
        compareText(a.logicalId, b.logicalId),
    );
  }

  /** Every resource of these types. */
  ofType(...types: readonly string[]): GraphResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The resources that a value of `owner` refers to, each once: by Ref, GetAtt, Sub or an export of another stack. */
  references(owner: GraphResource, value: unknown): GraphResource[] {
    const found = new Set<GraphResource>();
    this.collect(owner.stack, value, found);
    return [...found];
  }

  /** The statements of the policies of a function's role, each with its policy, from which its references are to be read. */
  permissionsOf(fn: GraphResource): readonly Permission[] {
    const roles = this.references(fn, fn.properties['Role']);
    return this.ofType('AWS::IAM::ManagedPolicy')
      .filter((policy) => this.references(policy, policy.properties['Roles']).some((role) => roles.includes(role)))
      .flatMap((policy) => {
        const document = policy.properties['PolicyDocument'];
        return mapsOf(isMap(document) ? document['Statement'] : undefined).map((statement) => ({ policy, statement }));
      });
  }

  private collect(stack: string, value: unknown, found: Set<GraphResource>): void {
    if (Array.isArray(value)) {
      for (const item of value) this.collect(stack, item, found);
      return;
    }
    if (!isMap(value)) return;
    for (const [key, argument] of Object.entries(value)) {
      for (const id of referencedIds(key, argument)) {
        const resource = this.byKey.get(`${stack}/${id}`);
        if (resource) found.add(resource);
      }
      const exported = key === 'Fn::ImportValue' && typeof argument === 'string' ? this.exports.get(argument) : undefined;
      if (exported) this.collect(exported.stack, exported.value, found);
      this.collect(stack, argument, found);
    }
  }
}

/** Orders text by code unit, so that no locale changes a diagram. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A plain object. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list, or nothing where the value is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The entries of a list that are plain objects. */
export function mapsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return listOf(value).filter(isMap);
}

/** The value of a tag, whether the type spells its tags as a list or as a map. */
export function tagOf({ properties }: GraphResource, key: string): string | undefined {
  const tags = properties['Tags'] ?? properties['BackupVaultTags'] ?? properties['UserPoolTags'];
  const value = isMap(tags) ? tags[key] : mapsOf(tags).find((tag) => tag['Key'] === key)?.['Value'];
  return typeof value === 'string' ? value : undefined;
}

function withoutEnvironment(stackName: string): string {
  return stackName.slice(stackName.indexOf('-') + 1);
}

/** Below `prod/Data/`, when the template has paths; the logical id where it has none. */
function pathOf({ Metadata }: Resource, logicalId: string): string[] {
  const path = Metadata?.['aws:cdk:path'];
  const parts = typeof path === 'string' ? path.split('/').slice(2) : [logicalId];
  return parts.length > 1 && parts.at(-1) === 'Resource' ? parts.slice(0, -1) : parts;
}

function referencedIds(intrinsic: string, argument: unknown): string[] {
  if (intrinsic === 'Ref') return typeof argument === 'string' ? [argument] : [];
  if (intrinsic === 'Fn::GetAtt') {
    const [id] = typeof argument === 'string' ? argument.split('.') : listOf(argument);
    return typeof id === 'string' ? [id] : [];
  }
  if (intrinsic === 'Fn::Sub') {
    const text = Array.isArray(argument) ? (argument[0] as unknown) : argument;
    return typeof text === 'string' ? [...text.matchAll(/\$\{([A-Za-z0-9]+)/g)].flatMap(([, id]) => id ?? []) : [];
  }
  return [];
}
