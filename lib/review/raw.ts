import { stableNames } from '../compliance/access/names';
import { shown } from '../compliance/model/read';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { isJson, type RawResource } from '../compliance/model/template';
import type { Entry, EnvironmentPair } from './entry';
import { say, type Phrase } from './phrase';

/** Property paths that are shown of one resource. */
const MOST_PATHS = 8;

/** How deep a path goes; what differs further down is shown as a whole. No property of AWS's is nested as deep. */
const DEEPEST = 32;

/** Metadata that says where something was made, not what it is. */
const PLACES = /^aws:(?:cdk|asset):/;

/** The difference of the templates as they are written, resource by resource: what is left to look at when nothing above explains it. */
export function rawEntries({ base, head }: EnvironmentPair): readonly Entry[] {
  const [before, after] = [resourcesOf(base), resourcesOf(head)];
  const entry = (kind: string, word: string, { model, resource }: Placed, details: readonly Phrase[] = []): Entry => ({
    kind,
    weight: 'tells',
    text: [`${word} `, ...say`${stableNames(model).of(resource)} (${resource.type})`],
    details,
  });
  return [
    ...[...before].filter(([key]) => !after.has(key)).map(([, placed]) => entry('resource-removed', 'Removed', placed)),
    ...[...after].filter(([key]) => !before.has(key)).map(([, placed]) => entry('resource-added', 'Added', placed)),
    ...[...after].flatMap(([key, placed]) => {
      const was = before.get(key);
      const paths = was ? changedPaths(namesOn(base, head), [], comparable(was.raw), comparable(placed.raw)) : [];
      return paths.length === 0 ? [] : [entry('resource-changed', 'Changed', placed, capped(paths))];
    }),
    ...wholeTemplates(base, head),
  ];
}

interface Placed {
  readonly model: EnvironmentModel;
  readonly resource: Resource;
  readonly raw: RawResource;
}

function resourcesOf(model: EnvironmentModel): ReadonlyMap<string, Placed> {
  const raws = new Map(
    model.stacks.flatMap(({ stack, template }) => [...template.resources].map(([logicalId, raw]) => [`${stack}/${logicalId}`, raw])),
  );
  return new Map(
    model.all.flatMap((resource): [string, Placed][] => {
      const raw = raws.get(resource.name);
      return raw ? [[`${resource.name} ${resource.type}`, { model, resource, raw }]] : [];
    }),
  );
}

/** A resource as a template writes it, without where it was made. */
function comparable({ properties, metadata, dependsOn, deletionPolicy, updateReplacePolicy, condition }: RawResource): unknown {
  return {
    ...properties,
    Metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !PLACES.test(key))),
    // Which of two waits for which is no matter of order.
    DependsOn: [...dependsOn].sort().join(', ') || undefined,
    DeletionPolicy: deletionPolicy,
    UpdateReplacePolicy: updateReplacePolicy,
    Condition: condition,
  };
}

/** A value of either side, short, and in names that the environments share. */
type Shown = (was: unknown, now: unknown) => readonly [string, string];

function namesOn(base: EnvironmentModel, head: EnvironmentModel): Shown {
  return (was, now) => [stableNames(base).text(shown(was)), stableNames(head).text(shown(now))];
}

/** The paths at which two values differ, sorted, as deep as both are of one shape. */
function changedPaths(inNames: Shown, path: readonly string[], was: unknown, now: unknown): readonly Phrase[] {
  if (was === now) return [];
  const both = path.length < DEEPEST ? alike(was, now) : undefined;
  if (both) {
    const [old, value] = both;
    const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])].sort();
    return keys.flatMap((key) => changedPaths(inNames, [...path, key], own(old, key), own(value, key)));
  }
  const [old, value] = inNames(was, now);
  return JSON.stringify(was) === JSON.stringify(now) ? [] : [say`${path.join('.')}: ${old} becomes ${value}`];
}

/** Two objects, or two lists by their indexes; undefined where the two are of different shapes. */
function alike(was: unknown, now: unknown): readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>] | undefined {
  if (isJson(was) && isJson(now)) return [was, now];
  return Array.isArray(was) && Array.isArray(now) ? [{ ...was }, { ...now }] : undefined;
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function capped(paths: readonly Phrase[]): readonly Phrase[] {
  return paths.length > MOST_PATHS ? [...paths.slice(0, MOST_PATHS), say`and ${paths.length - MOST_PATHS} more properties`] : paths;
}

/** What of a template is no resource: its parameters, macros, exports and what it says of itself. */
function wholeTemplates(base: EnvironmentModel, head: EnvironmentModel): readonly Entry[] {
  return head.stacks.flatMap(({ stack, template }) => {
    const was = base.stacks.find((other) => other.stack === stack)?.template;
    if (!was) return [];
    const parts = (whole: typeof template): unknown => ({
      Parameters: Object.fromEntries([...whole.parameters].map(([name, { fallback }]) => [name, fallback ?? null])),
      Metadata: whole.metadata,
      Transform: whole.transforms,
      Exports: Object.fromEntries(whole.outputs.map(({ exportName, value }) => [JSON.stringify(exportName), value])),
    });
    const paths = changedPaths(namesOn(base, head), [], parts(was), parts(template));
    const text: Phrase = ['Changed the template of ', ...say`${stableNames(head).text(stack)}`];
    return paths.length === 0 ? [] : [{ kind: 'template-changed', weight: 'tells', text, details: capped(paths) } as const];
  });
}
