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

/** What a policy says to a call: a Deny outweighs any Allow, and to say nothing is to refuse. */
export type Verdict = 'allowed' | 'denied' | 'silent';

/** One or many as many. */
export function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** What the statements say to the call. */
export function decide(statements: readonly Statement[], call: Call): Verdict {
  const speaking = statements.filter((statement) => applies(statement, call));
  if (speaking.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return speaking.length > 0 ? 'allowed' : 'silent';
}

/** A principal of an account by its role name. */
export function role(account: string, name: string): Principal {
  return { arn: `arn:aws:iam::${account}:role/${name}`, account };
}

/** Whether an action or ARN pattern of a policy covers a value; IAM's wildcards are `*` and `?`. */
export function covers(pattern: string, value: string, ignoreCase = false): boolean {
  if (pattern === '*' || pattern === value) return true;
  const key = `${ignoreCase}${pattern}`;
  let compiled = compiledPatterns.get(key);
  if (!compiled) {
    const source = [...pattern]
      .map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.|+()[\]{}]/, '\\$&')))
      .join('');
    compiled = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
    compiledPatterns.set(key, compiled);
  }
  return compiled.test(value);
}

const compiledPatterns = new Map<string, RegExp>();

function applies(statement: Statement, call: Call): boolean {
  if (statement.NotAction ?? statement.NotResource ?? statement.NotPrincipal) {
    throw new Error(`Statement ${statement.Sid ?? ''} excludes instead of naming; the evaluator refuses to guess.`);
  }
  return (
    (statement.Principal === undefined || isNamed(statement.Principal, call.by)) &&
    list(statement.Action).some((pattern) => covers(pattern, call.action, true)) &&
    list(statement.Resource).some((pattern) => covers(pattern, call.resource)) &&
    conditionsHold(statement.Condition, call)
  );
}

function isNamed(principal: NonNullable<Statement['Principal']>, by: Principal): boolean {
  if (typeof principal === 'string') return principal === '*';
  if ('service' in by) return list(principal['AWS']).includes('*') || list(principal['Service']).includes(by.service);
  return list(principal['AWS']).some(
    (name) => name === '*' || name === by.arn || name === by.account || name === `arn:aws:iam::${by.account}:root`,
  );
}

function conditionsHold(condition: Statement['Condition'], { by, context = {} }: Call): boolean {
  const known: NonNullable<Call['context']> =
    'arn' in by ? { 'aws:PrincipalArn': by.arn, 'aws:PrincipalAccount': by.account, ...context } : context;
  const values = new Map(Object.entries(known).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holdsFor(operator, values.get(key.toLowerCase()), list(expected).map(String))),
  );
}

function holdsFor(operator: string, actual: string | readonly string[] | undefined, expected: readonly string[]): boolean {
  if (operator === 'Null') return expected.includes(String(actual === undefined));
  // A key without a value meets a demand on all values: only a Null condition beside it can ask for one.
  if (operator.startsWith('ForAllValues:')) return list(actual).every((value) => holdsForOne(operator.slice(13), value, expected));
  if (Array.isArray(actual)) throw new Error(`The evaluator compares a set of values with ForAllValues alone, not with ${operator}.`);
  return holdsForOne(operator, actual as string | undefined, expected);
}

function holdsForOne(operator: string, actual: string | undefined, expected: readonly string[]): boolean {
  const optional = operator.endsWith('IfExists');
  const name = operator.replace(/IfExists$/, '');
  const negated = NEGATED[name];
  if (negated !== undefined) return actual === undefined || !expected.some((value) => compare(negated, actual, value));
  return actual === undefined ? optional : expected.some((value) => compare(name, actual, value));
}

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

function compare(operator: string, actual: string, expected: string): boolean {
  switch (operator) {
    case 'StringEquals':
      return actual === expected;
    case 'Bool':
      return actual.toLowerCase() === expected.toLowerCase();
    case 'StringLike':
    case 'ArnLike':
    // IAM treats both ARN operators alike.
    case 'ArnEquals':
      return covers(expected, actual);
    case 'NumericLessThan':
      return Number(actual) < Number(expected);
    default:
      throw new Error(`The evaluator does not know the condition operator ${operator}.`);
  }
}
