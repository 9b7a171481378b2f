import type { RawResource, TemplateDraft, Weakening } from './weakening';

type Json = Record<string, unknown>;

/** A value that is found in the templates at hand, so that a row need not know logical ids to the letter. */
type Found = (draft: TemplateDraft) => string;

/** A reference to the one resource of a type whose logical id begins so, as the model spells it, so that it is good in every stack. */
export function referenceTo(type: string, prefix: string, attribute?: string): Found {
  return (draft) => {
    const [found, ...others] = draft.all(type).filter(({ logicalId }) => logicalId.startsWith(prefix));
    if (!found || others.length > 0) throw new Error(`Expected one ${type} "${prefix}*".`);
    return `\${${found.stack}.${found.logicalId}${attribute === undefined ? '' : `.${attribute}`}}`;
  };
}

/**
 * A resource that nobody asked for.
 *
 * @param what as a phrase that follows "notices".
 * @param stack without its environment, such as `Data`.
 * @param properties found in the templates at hand, where they refer to anything.
 */
export function addition(
  what: string,
  noticedBy: string,
  stack: string,
  Type: string,
  properties: (draft: TemplateDraft) => object,
): Weakening {
  const change = (draft: TemplateDraft): void => {
    const resource: RawResource = { Type, Properties: { ...properties(draft) } };
    draft.add(stack, 'Added', resource);
  };
  return { what, noticedBy, covers: [], change };
}

/** Rows of the table of weakenings about one resource, worded alike: the change is told by the property and what becomes of it. */
export class WeakeningRows {
  /**
   * @param prefix of its logical id.
   * @param name what it is, as in `the document bucket`.
   */
  constructor(
    private readonly type: string,
    private readonly prefix: string,
    private readonly name: string,
  ) {}

  /** A property of the templates at a worse value, or at one that {@link referenceTo} finds. */
  set(path: string, value: unknown, noticedBy: string, shown = JSON.stringify(value)): Weakening {
    return this.row(`${this.name} with ${path} ${shown}`, noticedBy, [path], (draft) =>
      draft.set(this.type, this.prefix, path, typeof value === 'function' ? (value as Found)(draft) : value),
    );
  }

  /** A property of the templates, taken out. */
  drop(path: string, noticedBy: string): Weakening {
    return this.row(`${this.name} without ${path}`, noticedBy, [path], (draft) => draft.set(this.type, this.prefix, path, undefined));
  }

  /** A whole block of properties, or an item of a list, taken out: its single properties have rows of their own. */
  lose(path: string, noticedBy: string): Weakening {
    return this.row(`${this.name} without any ${path}`, noticedBy, [], (draft) => draft.set(this.type, this.prefix, path, undefined));
  }

  /** A property that the templates do not have, or a whole block in place of another. */
  add(path: string, value: unknown, noticedBy: string, shown = JSON.stringify(value)): Weakening {
    return this.row(`${this.name} given ${path} ${shown}`, noticedBy, [], (draft) =>
      draft.set(this.type, this.prefix, path, typeof value === 'function' ? (value as Found)(draft) : value),
    );
  }

  /** Any other change of the properties. */
  edit(what: string, covers: readonly string[], change: (properties: Json) => void, noticedBy: string): Weakening {
    return this.row(`${this.name} ${what}`, noticedBy, covers, (draft) => draft.edit(this.type, this.prefix, change));
  }

  /** Both policies of deletion, each giving up what it kept. */
  givenUp(noticedBy: string): readonly Weakening[] {
    return (['DeletionPolicy', 'UpdateReplacePolicy'] as const).map((policy) =>
      this.row(`${this.name} with ${policy} Delete`, noticedBy, [policy], (draft) => {
        draft.one(this.type, this.prefix)[policy] = 'Delete';
      }),
    );
  }

  /** The resource gone. */
  gone(noticedBy: string, covers: readonly string[] = []): Weakening {
    return this.row(`${this.name} gone`, noticedBy, covers, (draft) => draft.remove(this.type, this.prefix));
  }

  private row(what: string, noticedBy: string, paths: readonly string[], change: Weakening['change']): Weakening {
    return { what, noticedBy, covers: paths.map((path) => `${this.type} ${path.replace(/(?<=^|\.)\d+(?=\.|$)/g, '*')}`), change };
  }
}
