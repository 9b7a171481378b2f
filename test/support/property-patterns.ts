import type { RawResource, TemplateDraft } from './weakening';

/** Where policies stand: their statements are broken one by one, so their properties are no patterns. */
const POLICIES = /(?:^|\.)(?:PolicyDocument|AssumeRolePolicyDocument|KeyPolicy|AccessPolicy|ResourcePolicy|ResourcePolicyDocument)$/;

/** Content that has a form of its own, which its users judge as a whole. */
const WHOLE = /(?:^|\.)(?:EventPattern|Tags|UserPoolTags|RecoveryPointTags|BackupVaultTags|DefinitionString|Substitutions|AvailabilityZones)$/;

/**
 * Every property of a type as `Type Path`, list indexes as `*`, down to what is no object or is a reference: the unit in which the table of
 * weakenings is complete. The policies of deletion count as properties; a policy document, an event pattern and tags stay whole.
 */
export function propertyPatternsOf(draft: TemplateDraft): ReadonlyMap<string, readonly PropertyPlace[]> {
  const places = new Map<string, PropertyPlace[]>();
  for (const { stack, logicalId, resource } of draft.all()) {
    for (const path of pathsOf(resource)) {
      const pattern = `${resource.Type} ${path.replace(/(?<=^|\.)\d+(?=\.|$)/g, '*')}`;
      const known = places.get(pattern);
      if (known) known.push({ stack, logicalId, path });
      else places.set(pattern, [{ stack, logicalId, path }]);
    }
  }
  return places;
}

/** One property of one resource. */
export interface PropertyPlace {
  readonly stack: string;
  readonly logicalId: string;
  /** With list indexes, such as `Rules.0.Status`. */
  readonly path: string;
}

function pathsOf(resource: RawResource): string[] {
  const policies = [resource.DeletionPolicy, resource.UpdateReplacePolicy].some((policy) => policy !== undefined) ? ['DeletionPolicy', 'UpdateReplacePolicy'] : [];
  return [...policies, ...leavesOf(resource.Properties ?? {}, '')];
}

function leavesOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || isIntrinsic(value)) return [path];
  if (POLICIES.test(path)) return [];
  if (WHOLE.test(path)) return [path];
  const inside = Object.entries(value).flatMap(([key, item]) => leavesOf(item, path === '' ? key : `${path}.${key}`));
  return inside.length > 0 ? inside : path === '' ? [] : [path];
}

function isIntrinsic(value: object): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || (keys[0] ?? '').startsWith('Fn::'));
}
