import { decide as decideCall, type Caller, type PolicyAnswer } from '../../lib/compliance/policy/evaluate';
import { statementsOf } from '../../lib/compliance/policy/statement';

/** One statement, as a template holds it. */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  NotPrincipal?: unknown;
  Action?: string | readonly string[];
  NotAction?: unknown;
  Resource?: string | readonly string[];
  NotResource?: unknown;
  Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A policy document. */
export interface PolicyDocument {
  Statement: Statement[];
}

/** Who asks: a principal of an account, or a service of AWS. */
export type Principal = { readonly arn: string; readonly account: string } | { readonly service: string };

/** One call, and what its condition keys hold. A key that is left out is absent from the call. */
export interface Call {
  readonly by: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What a policy says to a call. */
export type Verdict = PolicyAnswer;

/** One or many as many. */
export function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** What the statements say to the call: the judge of templates answers, for statements as a template holds them. */
export function decide(statements: readonly Statement[], { by, ...call }: Call): Verdict {
  const caller: Caller = 'arn' in by ? { kind: 'identity', ...by } : { kind: 'service', ...by };
  return decideCall(statementsOf('a test', { Statement: statements }), { ...call, by: caller });
}

/** A principal of an account by its role name. */
export function role(account: string, name: string): Principal {
  return { arn: `arn:aws:iam::${account}:role/${name}`, account };
}
