import { isJson, type RawTemplate } from './template';

/** Metadata of a template that says what its stacks use and others run; `lib/foundation/adopted-resources.ts` writes it. */
const METADATA = 'AdoptedResources';

/** A resource that others run: what it is like, no template here shows. */
export interface AdoptedResource {
  /** Such as `AWS::CloudTrail::Trail`. */
  readonly type: string;
  /** By which these templates refer to it; undefined where they do not. */
  readonly name: string | undefined;
  readonly managedBy: string;
}

/** What a template adopts. An entry that does not say who runs it adopts nothing. */
export function adoptedIn({ metadata }: RawTemplate): readonly AdoptedResource[] {
  const entries: unknown = metadata[METADATA];
  return (Array.isArray(entries) ? (entries as readonly unknown[]) : []).filter(isJson).flatMap(({ type, name, managedBy }) =>
    typeof type === 'string' && typeof managedBy === 'string' && managedBy !== ''
      ? [{ type, name: typeof name === 'string' ? name : undefined, managedBy }]
      : [],
  );
}
