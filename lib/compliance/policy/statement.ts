import { CannotTell } from '../verdict';
import { isJson } from '../model/template';
import { toList } from '../model/read';
import { unknownIn } from '../model/unknown';

/** Who a statement names: `*`, or by kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) the names. */
export type StatementPrincipal = '*' | Readonly<Record<string, readonly string[]>>;

/** One statement of a policy, in the one shape that the many ways of writing it mean. */
export interface Statement {
  /** The Sid, or its place in the document. */
  readonly label: string;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined in an identity's policy. */
  readonly principal: StatementPrincipal | undefined;
  readonly notPrincipal: StatementPrincipal | undefined;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** Operator to condition key to the values allowed. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Whether a statement asks for nothing beyond principal, action and resource. */
export function isUnconditional({ conditions }: Statement): boolean {
  for (const _ in conditions) return false;
  return true;
}

/**
 * Reads a policy document: 164.308(a)(4).
 *
 * @param owner what the policy belongs to, for the reason.
 * @returns no statement for an absent document.
 * @throws CannotTell when any part of it is unknown or is not what IAM would take.
 */
export function statementsOf(owner: string, document: unknown): readonly Statement[] {
  if (document === undefined) return [];
  if (typeof document !== 'object' || document === null) return readStatements(owner, document);
  const statements = known.get(document) ?? readStatements(owner, document);
  known.set(document, statements);
  return statements;
}

/** Several roles have one boundary, and every check reads the same documents. */
const known = new WeakMap<object, readonly Statement[]>();

function readStatements(owner: string, document: unknown): readonly Statement[] {
  const unknown = unknownIn(document);
  if (unknown !== undefined) throw new CannotTell(`the policy of ${owner}: ${unknown}`);
  const read = typeof document === 'string' ? parsed(owner, document) : document;
  if (!isJson(read)) throw new CannotTell(`the policy of ${owner} is no document`);
  return toList(read['Statement']).map((statement, at) => toStatement(`${owner} statement ${at + 1}`, at, statement));
}

/** Some types take their policy as text. */
function parsed(owner: string, document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw new CannotTell(`the policy of ${owner} is no document`);
  }
}

function toStatement(name: string, at: number, statement: unknown): Statement {
  if (!isJson(statement)) throw new CannotTell(`${name} is no statement`);
  const { Sid, Effect } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new CannotTell(`${name} has no effect`);
  return {
    label: typeof Sid === 'string' && Sid !== '' ? Sid : `#${at + 1}`,
    effect: Effect,
    principal: toPrincipal(name, statement['Principal']),
    notPrincipal: toPrincipal(name, statement['NotPrincipal']),
    actions: texts(name, statement['Action']),
    notActions: texts(name, statement['NotAction']),
    resources: texts(name, statement['Resource']),
    notResources: texts(name, statement['NotResource']),
    conditions: toConditions(name, statement['Condition']),
  };
}

function toPrincipal(name: string, principal: unknown): StatementPrincipal | undefined {
  if (principal === undefined) return undefined;
  if (principal === '*') return '*';
  if (!isJson(principal)) throw new CannotTell(`${name} names no principal`);
  const kinds = Object.fromEntries(Object.entries(principal).map(([kind, names]) => [kind, texts(name, names)]));
  // IAM takes {"AWS": "*"} for everybody, as it does the bare star.
  return Object.values(kinds).length === 1 && kinds['AWS']?.includes('*') ? '*' : kinds;
}

function toConditions(name: string, condition: unknown): Statement['conditions'] {
  if (condition === undefined) return {};
  if (!isJson(condition)) throw new CannotTell(`${name} has a condition that is none`);
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => {
      if (!isJson(keys)) throw new CannotTell(`${name} has a condition ${operator} on nothing`);
      return [operator, Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, texts(name, values)]))];
    }),
  );
}

function texts(name: string, value: unknown): readonly string[] {
  return toList(value).map((item) => {
    if (typeof item !== 'string' && typeof item !== 'boolean' && typeof item !== 'number')
      throw new CannotTell(`${name} holds ${typeof item} where a text belongs`);
    return String(item);
  });
}
