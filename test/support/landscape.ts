import { groupBy } from '../../lib/compliance/model/group-by';
import type { EnvironmentConfig, EnvironmentName } from '../../lib/config/environment';
import { ENVIRONMENTS } from '../../lib/config/select';
import type { StackTemplate, TemplateResource } from './assembly';
import { templatesOf } from './assembly';
import type { Draft } from './draft';
import { createDraft } from './draft';
import { createResolver, markerIn } from './references';

/** One resource with its references written out; `Properties` states the shape a test relies on. */
export interface Resource<Properties = Readonly<Record<string, unknown>>> {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** `Stack/LogicalId`, as findings name it. */
  readonly name: string;
  readonly properties: Properties;
  readonly dependsOn: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
}

/** All stacks of one environment as one set of resources: what one stack says of another can be followed. */
export class Landscape {
  readonly all: readonly Resource[];
  private readonly byReference = new Map<string, Resource>();
  private readonly byName = new Map<string, { readonly ref: string; readonly arn: string }>();
  private readonly byType: ReadonlyMap<string, readonly Resource[]>;

  constructor(
    readonly config: EnvironmentConfig,
    readonly templates: readonly StackTemplate[],
  ) {
    const stacks = templates.map(({ stack, body, resources }) => ({
      stack,
      region: regionOf(config, stack),
      resources: new Map(resources.map((resource) => [resource.logicalId, resource])),
      exports: exportsIn(body),
    }));
    const resolve = createResolver(stacks, config.account);
    this.all = templates.flatMap(({ stack, resources }) =>
      resources.map((resource) => toResource(resource, resolve(stack, resource.Properties) as Resource['properties'])),
    );
    for (const resource of this.all) {
      const ref = resolve(resource.stack, { Ref: resource.logicalId }) as string;
      const arn = resolve(resource.stack, { 'Fn::GetAtt': [resource.logicalId, 'Arn'] }) as string;
      this.byReference.set(ref, resource).set(arn, resource);
      this.byName.set(resource.name, { ref, arn });
    }
    this.byType = groupBy(this.all, ({ type }) => type);
  }

  get account(): string {
    return this.config.account;
  }

  /** Where a stack runs. */
  regionOf(stack: string): string {
    return regionOf(this.config, stack);
  }

  /** Every resource of a type. */
  of<Properties>(type: string): readonly Resource<Properties>[] {
    return (this.byType.get(type) ?? []) as unknown as readonly Resource<Properties>[];
  }

  /**
   * The one resource of a type, or the one whose logical id begins so.
   *
   * @throws Error when there is none or more than one: a test must not pass because it looked at nothing
   */
  one<Properties>(type: string, logicalIdPrefix = ''): Resource<Properties> {
    const found = this.of<Properties>(type).filter(({ logicalId }) => logicalId.startsWith(logicalIdPrefix));
    const [only] = found;
    if (!only || found.length > 1)
      throw new Error(`Expected one ${type} "${logicalIdPrefix}*", found: ${found.map(({ name }) => name).join(', ') || 'none'}`);
    return only;
  }

  /** The resource that a resolved value refers to, in whole or in part; of one type where a type is given. */
  at<Properties>(value: unknown, type?: string): Resource<Properties> | undefined {
    if (typeof value !== 'string') return undefined;
    const marker = markerIn(value);
    const found =
      this.byReference.get(value) ?? this.all.find(({ stack, logicalId }) => stack === marker?.stack && logicalId === marker.logicalId);
    return type === undefined || found?.type === type ? (found as Resource<Properties> | undefined) : undefined;
  }

  /** What `Ref` gives for a resource. */
  refOf({ name }: Resource<unknown>): string {
    return this.spellings(name).ref;
  }

  /** What `Fn::GetAtt ... Arn` gives for a resource. */
  arnOf({ name }: Resource<unknown>): string {
    return this.spellings(name).arn;
  }

  private spellings(name: string): { readonly ref: string; readonly arn: string } {
    const spellings = this.byName.get(name);
    if (!spellings) throw new Error(`${name} is not of this landscape.`);
    return spellings;
  }
}

const cache = new Map<EnvironmentName, Landscape>();

/** An environment as synthesized. */
export function landscapeOf(environment: EnvironmentName): Landscape {
  let landscape = cache.get(environment);
  if (!landscape) {
    landscape = new Landscape(ENVIRONMENTS[environment], templatesOf(environment));
    cache.set(environment, landscape);
  }
  return landscape;
}

/** A copy of an environment with one thing changed for the worse: what shows that a claim can fail. */
export function weakened(environment: EnvironmentName, weaken: (draft: Draft) => void): Landscape {
  const draft = createDraft(templatesOf(environment));
  weaken(draft);
  return new Landscape(ENVIRONMENTS[environment], draft.templates);
}

/** Only the recovery vault stands in another Region. */
function regionOf(config: EnvironmentConfig, stack: string): string {
  return stack === 'Recovery' ? config.recoveryRegion : config.region;
}

function exportsIn(body: string): ReadonlyMap<string, unknown> {
  const { Outputs = {} } = JSON.parse(body) as { Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }> };
  return new Map(Object.values(Outputs).flatMap((output) => (output.Export ? [[output.Export.Name, output.Value] as const] : [])));
}

function toResource(resource: TemplateResource, properties: Resource['properties']): Resource {
  const { stack, logicalId, Type: type, DependsOn = [], Metadata = {}, DeletionPolicy, UpdateReplacePolicy } = resource;
  return {
    stack,
    logicalId,
    type,
    name: `${stack}/${logicalId}`,
    properties,
    dependsOn: typeof DependsOn === 'string' ? [DependsOn] : DependsOn,
    metadata: Metadata,
    deletionPolicy: DeletionPolicy,
    updateReplacePolicy: UpdateReplacePolicy,
  };
}
