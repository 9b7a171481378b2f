import type { TemplateDraft } from '../../support/weakening';

/** One change that AWS would refuse or not do, and the check that says so before. */
export interface Refusal {
  readonly check: string;
  /** A phrase that follows "refuses". */
  readonly what: string;
  readonly change: (draft: TemplateDraft) => void;
}

/** Content of a template. */
export type Json = Record<string, unknown>;

/**
 * A row of the table.
 *
 * @param check id; its name alone for a check of the group `deploy`.
 */
export function refusal(check: string, what: string, change: Refusal['change']): Refusal {
  return { check: check.includes('/') ? check : `deploy/${check}`, what, change };
}

/** Whether a statement lets a service or account in. */
export const isFor =
  (service: string) =>
  ({ Principal }: Json): boolean =>
    JSON.stringify(Principal).includes(service);

/** Adds a statement to a policy. */
export const withStatement =
  (type: string, prefix: string, document: string, statement: Json) =>
  (draft: TemplateDraft): void =>
    draft.edit(type, prefix, (properties) => void (properties[document] as { Statement: Json[] }).Statement.push(statement));

/** Changes one property. */
export const setting =
  (type: string, prefix: string, path: string, value: unknown) =>
  (draft: TemplateDraft): void =>
    draft.set(type, prefix, path, value);

/** Adds a resource. */
export const adding =
  (stack: string, resource: { readonly Type: string; readonly Properties?: Json; readonly DependsOn?: string[] }) =>
  (draft: TemplateDraft): void =>
    draft.add(stack, 'Added', { Properties: {}, ...resource });

/** Takes the statements of a policy that have a Sid, or that fit. */
export const withoutStatement =
  (type: string, prefix: string, document: string, fits: (statement: Json) => boolean) =>
  (draft: TemplateDraft): void =>
    draft.edit(type, prefix, (properties) => {
      const policy = properties[document] as { Statement: Json[] };
      const kept = policy.Statement.filter((statement) => !fits(statement));
      if (kept.length === policy.Statement.length) throw new Error(`${type} ${prefix} has no such statement.`);
      policy.Statement = kept;
    });
