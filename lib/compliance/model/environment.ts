import { CannotTell, type Subject } from '../verdict';
import { adoptedIn, type AdoptedResource } from './adopted';
import { createResolver, MARKER, type Resolve, type StackOfTemplates } from './resolve';
import type { RawResource } from './template';

/** One resource with its references written out. */
export interface Resource extends Subject {
  /** `Stack/LogicalId`, as findings name it. */
  readonly name: string;
  readonly region: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  /** Name of the condition on which a deploy makes the resource at all. */
  readonly condition: string | undefined;
}

/** Where an environment runs, and how strictly it is judged. */
export interface EnvironmentPlace {
  readonly name: string;
  /** 12 digits. */
  readonly account: string;
}

/** Environments that hold synthetic data only, by name. Any other name, an unknown one included, is judged as production. */
const REHEARSALS: readonly string[] = ['dev', 'test', 'staging'];

/** References are followed at the first look: most checks look at few resources, and a model is made anew for every change tried on it. */
class ModelResource implements Resource {
  private resolved: Resource['properties'] | undefined;

  constructor(
    readonly stack: string,
    readonly logicalId: string,
    readonly region: string,
    private readonly raw: RawResource,
    private readonly resolve: Resolve,
  ) {}

  get name(): string {
    return `${this.stack}/${this.logicalId}`;
  }

  get type(): string {
    return this.raw.type;
  }

  get properties(): Resource['properties'] {
    this.resolved ??= this.resolve(this.stack, this.raw.properties) as Resource['properties'];
    return this.resolved;
  }

  get metadata(): Resource['metadata'] {
    return this.raw.metadata;
  }

  get dependsOn(): readonly string[] {
    return this.raw.dependsOn;
  }

  get deletionPolicy(): string | undefined {
    return this.raw.deletionPolicy;
  }

  get updateReplacePolicy(): string | undefined {
    return this.raw.updateReplacePolicy;
  }

  get condition(): string | undefined {
    return this.raw.condition;
  }
}

/**
 * All stacks of one environment as one set of resources, so that what one stack says of another can be followed: a key policy here, its
 * consumer there. Read from templates alone; nothing is constructed.
 */
export class EnvironmentModel {
  readonly all: readonly Resource[];
  private readonly byType = new Map<string, Resource[]>();
  private readonly byName = new Map<string, Resource>();
  /** Several where names of different types coincide, such as a database’s and its proxy’s. */
  private readonly byReference = new Map<string, Resource[]>();
  private readonly spelled = new Map<Resource, { readonly ref: string; readonly arn: string }>();

  private adoptions: readonly AdoptedResource[] | undefined;

  constructor(
    readonly place: EnvironmentPlace,
    readonly stacks: readonly StackOfTemplates[],
  ) {
    const resolve = createResolver(stacks, place.account);
    this.all = stacks.flatMap(({ stack, region, template }) =>
      [...template.resources].map(([logicalId, raw]) => new ModelResource(stack, logicalId, region, raw, resolve)),
    );
    for (const resource of this.all) {
      const spelled = {
        ref: String(resolve(resource.stack, { Ref: resource.logicalId })),
        arn: String(resolve(resource.stack, { 'Fn::GetAtt': [resource.logicalId, ARN_ATTRIBUTE[resource.type] ?? 'Arn'] })),
      };
      this.spelled.set(resource, spelled);
      this.byName.set(resource.name, resource);
      add(this.byReference, spelled.ref, resource);
      if (spelled.arn !== spelled.ref) add(this.byReference, spelled.arn, resource);
      add(this.byType, resource.type, resource);
    }
  }

  /** Whether rules for production apply. */
  get isProduction(): boolean {
    return !REHEARSALS.includes(this.place.name);
  }

  /** Every resource of a type. */
  of(type: string): readonly Resource[] {
    return this.byType.get(type) ?? [];
  }

  /**
   * The resource that a resolved value refers to, in whole or in part. A database and its proxy may well have one name: give the type
   * wherever it is known.
   */
  at(value: unknown, type?: string): Resource | undefined {
    if (typeof value !== 'string') return undefined;
    const found = this.byReference.get(value) ?? this.marked(value);
    return found.find((resource) => type === undefined || resource.type === type);
  }

  /** The resource of a type that others run for this environment, of a name where one is given; undefined where nothing is adopted. */
  adopted(type: string, name?: string): AdoptedResource | undefined {
    this.adoptions ??= this.stacks.flatMap(({ template }) => adoptedIn(template));
    return this.adoptions.find((each) => each.type === type && (name === undefined || each.name === name));
  }

  /** What `Ref` gives for a resource. */
  refOf(resource: Resource): string {
    return this.spellings(resource).ref;
  }

  /** The ARN of a resource. */
  arnOf(resource: Resource): string {
    return this.spellings(resource).arn;
  }

  private marked(value: string): readonly Resource[] {
    const [, stack, logicalId] = MARKER.exec(value) ?? [];
    const resource = this.byName.get(`${stack}/${logicalId}`);
    return resource ? [resource] : [];
  }

  private spellings(resource: Resource): { readonly ref: string; readonly arn: string } {
    const spelled = this.spelled.get(resource);
    if (!spelled) throw new CannotTell(`${resource.name} is not of this environment`);
    return spelled;
  }
}

function add(to: Map<string, Resource[]>, key: string, resource: Resource): void {
  const known = to.get(key);
  if (known) known.push(resource);
  else to.set(key, [resource]);
}

/** The attribute that holds a resource's ARN, where it is not called `Arn`. */
const ARN_ATTRIBUTE: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::RDS::DBInstance': 'DBInstanceArn',
  'AWS::RDS::DBProxy': 'DBProxyArn',
  'AWS::Backup::BackupVault': 'BackupVaultArn',
};
