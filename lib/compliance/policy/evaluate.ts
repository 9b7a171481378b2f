import { once, onceForText } from '../model/once';
import { conditionsHold, type ConditionContext } from './conditions';
import { anyCovers, isPlain } from './pattern';
import { isUnconditional, type Statement, type StatementPrincipal } from './statement';

/** Who asks: a role or user of an account, a service of AWS, or nobody who is known. */
export type Caller =
  | { readonly kind: 'identity'; readonly arn: string; readonly account: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'anonymous' };

/** One call. */
export interface Call {
  readonly by: Caller;
  /** Such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys and what they hold, beside those that follow from the caller. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What a set of statements says to a call: a Deny outweighs any Allow, and to say nothing is to refuse. */
export type PolicyAnswer = 'allowed' | 'denied' | 'silent';

/**
 * What the statements say to the call, as IAM would decide it: 164.308(a)(4), 164.312(a)(1).
 *
 * @throws CannotTell on a condition operator that the evaluator does not know.
 */
export function decide(statements: readonly Statement[], call: Call): PolicyAnswer {
  let allowed = false;
  const context = contextOf(call);
  for (const statement of speakingOf(statements, call.action)) {
    if (!isAbout(statement, call, context)) continue;
    if (statement.effect === 'Deny') return 'denied';
    allowed = true;
  }
  return allowed ? 'allowed' : 'silent';
}

const spokenOf = once((statements: readonly Statement[]) =>
  onceForText((action): readonly Statement[] => statements.filter((statement) => speaks(statement, action))),
);

/** The statements that speak of an action, whatever the resource; worked out once, since every role is tried with every store. */
export function speakingOf(statements: readonly Statement[], action: string): readonly Statement[] {
  return spokenOf(statements)(action);
}

/** Whether a statement speaks of an action, whatever else it asks for. */
export function speaks({ actions, notActions }: Statement, action: string): boolean {
  if (notActions.length > 0) return !anyCovers(notActions, action, true);
  if (actions.length < MANY) return anyCovers(actions, action, true);
  const { names, patterns } = sorted(actions);
  return names.has(action.toLowerCase()) || anyCovers(patterns, action, true);
}

/** Lists longer than this are looked up in and not gone through: a policy of AWS names a thousand actions. */
const MANY = 64;

const sorted = once((actions: readonly string[]): { readonly names: ReadonlySet<string>; readonly patterns: readonly string[] } => ({
  names: new Set(actions.filter(isPlain).map((action) => action.toLowerCase())),
  patterns: actions.filter((action) => !isPlain(action)),
}));

/** Whether a statement speaks of the call at all: principal, action, resource and conditions. */
export function applies(statement: Statement, call: Call): boolean {
  return speaks(statement, call.action) && isAbout(statement, call, contextOf(call));
}

/** {@link applies}, of a statement that speaks of the action. */
function isAbout(statement: Statement, call: Call, context: ConditionContext): boolean {
  return (
    (statement.principal === undefined || isNamed(statement.principal, call.by)) &&
    (statement.notPrincipal === undefined || !isNamed(statement.notPrincipal, call.by)) &&
    (statement.notResources.length > 0
      ? !anyCovers(statement.notResources, call.resource)
      : statement.resources.length === 0 || anyCovers(statement.resources, call.resource)) &&
    (isUnconditional(statement) || conditionsHold(statement.conditions, context))
  );
}

function isNamed(principal: StatementPrincipal, by: Caller): boolean {
  if (principal === '*') return true;
  const names = principal['AWS'] ?? [];
  if (names.includes('*')) return true;
  switch (by.kind) {
    case 'anonymous':
      return false;
    case 'service':
      return (principal['Service'] ?? []).includes(by.service);
    case 'identity':
      return names.some((name) => name === by.arn || name === by.account || name === `arn:aws:iam::${by.account}:root`);
  }
}

function contextOf(call: Call): ConditionContext {
  return { get: (key) => valueOf(call, key) };
}

/** What a call holds for a condition key of lower case. */
function valueOf({ by, context }: Call, key: string): string | readonly string[] | undefined {
  for (const name in context) if (name.length === key.length && name.toLowerCase() === key) return context[name];
  return valueOfCaller(by, key);
}

function valueOfCaller(by: Caller, key: string): string | undefined {
  switch (key) {
    case 'aws:principalarn':
      return by.kind === 'identity' ? by.arn : undefined;
    case 'aws:principalaccount':
      return by.kind === 'identity' ? by.account : undefined;
    case 'aws:principalisawsservice':
      return String(by.kind === 'service');
    default:
      return undefined;
  }
}
