import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../lib/compliance/catalogue';
import type { Check } from '../../lib/compliance/check';
import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import type { StackOfTemplates } from '../../lib/compliance/model/resolve';
import { parseTemplate } from '../../lib/compliance/model/template';
import { runChecks, type CheckResult } from '../../lib/compliance/run-checks';
import type { EnvironmentName } from '../../lib/config/environment';
import { ASSEMBLY_FOLDER } from './assembly';

type Json = Record<string, unknown>;

/** A resource of a template, open to change. */
export interface RawResource {
  Type: string;
  Properties: Json;
  Metadata?: Json;
  DependsOn?: unknown;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Condition?: string;
}

/** One change for the worse, and the check that must notice it. */
export interface Weakening {
  /** What the change is, as a phrase that follows "notices": `a bucket without versioning`. */
  readonly what: string;
  readonly noticedBy: string;
  /**
   * What the change covers, so that nothing is left without one: `Type Path`, list indexes as `*`, such as
   * `AWS::S3::Bucket VersioningConfiguration.Status`; a statement as `Type LogicalIdPrefix Label`.
   */
  readonly covers: readonly string[];
  readonly change: (draft: TemplateDraft) => void;
}

/** Properties whose value carries no safeguard, and why. */
export interface Neutral {
  /** `Type Path` as in {@link Weakening.covers}; `*` stands for any text. */
  readonly patterns: readonly string[];
  /** What follows from a change of it: 30 characters or more. */
  readonly because: string;
}

/** What the table says of some types of resource. */
export interface WeakeningGroup {
  /** Types that this group answers for: every property of theirs is weakened in it, or is neutral. */
  readonly types: readonly string[];
  readonly rows: readonly Weakening[];
  readonly neutral: readonly Neutral[];
}

/** A template, open to change. */
export interface Template {
  Resources: Record<string, RawResource>;
}

/** The templates of one environment, open to change; every change throws when it would change nothing. */
export class TemplateDraft {
  /** By stack; parsed when somebody looks: to parse them all for each of thousands of changes would be most of the time. */
  private readonly opened = new Map<string, Template>();

  /** @param texts templates by stack, as `JSON.stringify` writes them. */
  constructor(private readonly texts: ReadonlyMap<string, string>) {}

  /** Every template, by stack. */
  get templates(): ReadonlyMap<string, Template> {
    for (const stack of this.texts.keys()) this.open(stack);
    return this.opened;
  }

  /** The templates that somebody has looked into, by stack: no other has changed. */
  get looked(): ReadonlyMap<string, Template> {
    return this.opened;
  }

  /** The template of a stack. */
  open(stack: string): Template {
    const known = this.opened.get(stack);
    if (known) return known;
    const text = this.texts.get(stack);
    if (text === undefined) throw new Error(`There is no stack ${stack}.`);
    const made = JSON.parse(text) as Template;
    this.opened.set(stack, made);
    return made;
  }

  /** The one resource of a type whose logical id begins so. */
  one(type: string, prefix = ''): RawResource {
    const found = this.all(type).filter(({ logicalId }) => logicalId.startsWith(prefix));
    const [only] = found;
    if (!only || found.length > 1) throw new Error(`Expected one ${type} "${prefix}*", found: ${found.map(({ logicalId }) => logicalId).join(', ') || 'none'}`);
    return only.resource;
  }

  /** Every resource of a type, or of all. */
  all(type?: string): { stack: string; logicalId: string; resource: RawResource }[] {
    const stacks = [...this.texts].filter(([stack, text]) => type === undefined || this.opened.has(stack) || text.includes(`"Type":"${type}"`));
    return stacks.flatMap(([stack]) =>
      Object.entries(this.open(stack).Resources).flatMap(([logicalId, resource]) => (type === undefined || resource.Type === type ? [{ stack, logicalId, resource }] : [])),
    );
  }

  /** Sets a property, or removes it when the value is undefined. */
  set(type: string, prefix: string, path: string, value: unknown): void {
    const { inside, key } = holder(this.one(type, prefix).Properties, path);
    if (JSON.stringify(inside[key]) === JSON.stringify(value)) throw new Error(`${type} ${prefix} ${path} is ${JSON.stringify(value)} already.`);
    if (value !== undefined) inside[key] = value;
    else if (Array.isArray(inside)) inside.splice(Number(key), 1);
    else delete inside[key];
  }

  /** Changes the properties of one resource in place. */
  edit(type: string, prefix: string, change: (properties: Json) => void): void {
    const { Properties } = this.one(type, prefix);
    const before = JSON.stringify(Properties);
    change(Properties);
    if (JSON.stringify(Properties) === before) throw new Error(`The change of ${type} ${prefix} changes nothing.`);
  }

  /** Removes one resource. */
  remove(type: string, prefix = ''): void {
    const resource = this.one(type, prefix);
    for (const { Resources } of this.opened.values()) {
      for (const [logicalId, each] of Object.entries(Resources)) if (each === resource) delete Resources[logicalId];
    }
  }

  /** Adds a resource to a stack, named without its environment, such as `Data`. */
  add(stack: string, logicalId: string, resource: RawResource): void {
    const name = [...this.texts.keys()].find((each) => each.endsWith(`-${stack}`));
    this.open(name ?? stack).Resources[logicalId] = resource;
  }
}

function holder(properties: Json, path: string): { inside: Json; key: string } {
  const steps = path.split('.');
  const key = steps.pop() ?? '';
  let inside: unknown = properties;
  for (const step of steps) inside = typeof inside === 'object' && inside !== null ? (inside as Json)[step] : undefined;
  if (typeof inside !== 'object' || inside === null) throw new Error(`There is nothing at ${path}.`);
  return { inside: inside as Json, key };
}

interface Original {
  readonly model: EnvironmentModel;
  readonly texts: ReadonlyMap<string, string>;
}

const originals = new Map<EnvironmentName, Original>();

function originalOf(environment: EnvironmentName): Original {
  const known = originals.get(environment);
  if (known) return known;
  const model = readEnvironmentModels([ASSEMBLY_FOLDER]).find(({ place }) => place.name === environment);
  if (!model) throw new Error(`The assembly holds no ${environment}.`);
  const folder = join(ASSEMBLY_FOLDER, `assembly-${environment}`);
  const texts = new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const)
      // Normalised once, so that what a change left alone compares equal.
      .map(([file, text]) => [stackNamed(model, file), JSON.stringify(JSON.parse(text))]),
  );
  const made = { model, texts };
  originals.set(environment, made);
  return made;
}

function stackNamed(model: EnvironmentModel, file: string): string {
  const bare = file.replace(/[0-9A-F]{8}\.template\.json$/, '').replace(new RegExp(`^${model.place.name}`), '');
  const stack = model.stacks.find(({ stack: name }) => name === `${model.place.name}-${bare}`);
  if (!stack) throw new Error(`${file} is of no stack of ${model.place.name}.`);
  return stack.stack;
}

/** An environment as synthesized. */
export function modelOf(environment: EnvironmentName): EnvironmentModel {
  return originalOf(environment).model;
}

/** A draft of an environment's templates, for looking around in. */
export function draftOf(environment: EnvironmentName): TemplateDraft {
  const { texts } = originalOf(environment);
  return new TemplateDraft(texts);
}

/** The environment with one change. */
export function changed(environment: EnvironmentName, change: (draft: TemplateDraft) => void): EnvironmentModel {
  const { model, texts } = originalOf(environment);
  const draft = draftOf(environment);
  change(draft);
  const stacks = model.stacks.map((stack): StackOfTemplates => {
    const template = draft.looked.get(stack.stack);
    const text = template ? JSON.stringify(template) : texts.get(stack.stack);
    return text === undefined || text === texts.get(stack.stack) ? stack : { ...stack, template: parseTemplate(stack.stack, text) };
  });
  return new EnvironmentModel(model.place, stacks);
}

/** The check of an id. */
export function checkOf(id: string): Check {
  const check = CHECKS.find((each) => each.id === id);
  if (!check) throw new Error(`There is no check ${id}.`);
  return check;
}

/** What one check says of a model. */
export function judge(model: EnvironmentModel, id: string): CheckResult {
  const [result] = runChecks(model, [checkOf(id)], '2026-11-25').results;
  if (!result) throw new Error('A check has a result.');
  return result;
}
