import type { Check } from '../../check';
import type { EnvironmentModel } from '../../model/environment';
import { conditionsHold, type ConditionContext } from '../../policy/conditions';
import type { PlacedPolicy } from '../../policy/every-policy';
import { coversAll } from '../../policy/grants';
import type { Statement } from '../../policy/statement';
import { judgeStatements, type StatementFault } from './statements';

const ELSEWHERE = '999999999999';

/** Keys by which a service says for whom it acts. */
const SOURCE_KEYS = ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'kms:encryptioncontext:aws:logs:arn'];

/** Services that take a role only from whoever may pass it, which is nobody of another account; why none of them is asked for a source. */
const ROLES_ARE_PASSED: Readonly<Record<string, string>> = {
  'lambda.amazonaws.com': 'a function gets its role from whoever may pass it, and runs in its own account alone',
  'cloudtrail.amazonaws.com': 'a trail gets its role in the call that makes it, and the role writes to one log group',
  'rds.amazonaws.com': 'a proxy gets its role in the call that makes it, and the role logs in to one database',
  'monitoring.rds.amazonaws.com': 'an instance gets its role in the call that makes it, and the role writes metrics',
  'backup.amazonaws.com': 'a plan gets its role in the call that makes it, and recovers into its own account',
  'vpc-flow-logs.amazonaws.com': 'a flow log gets its role in the call that makes it, and the role writes logs',
  'ec2.amazonaws.com': 'an instance gets its role from whoever may pass it, and runs in its own account alone',
  'ecs-tasks.amazonaws.com': 'a task gets its role from whoever may pass it, and runs in its own account alone',
};

/** A service that serves every customer of AWS does here what this account asks of it, and nothing that another asks. */
export const servicesActForThisAccount: Check = {
  id: 'access/services-act-for-this-account',
  claim: 'every service that a policy allows is named, and refused when it acts for another account or says no account at all',
  citations: ['164.312(a)(1)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeStatements(environment, ['resource', 'trust'], '164.312(a)(1)', (statement, policy) => {
      if (statement.effect === 'Deny') return [];
      const services = typeof statement.principal === 'object' ? (statement.principal['Service'] ?? []) : [];
      return [
        ...unnamed(statement),
        ...services
          .filter((service) => !isConfined(environment, service, statement, policy))
          .map((value): StatementFault => ({
            value: `${value} for any account`,
            expected: 'aws:SourceAccount or aws:SourceArn of this account',
          })),
      ];
    }),
};

/** A source alone binds to an account, but lets any service of it in that acts for somebody. */
function unnamed({ principal, conditions }: Statement): readonly StatementFault[] {
  const isEverybody = principal === '*' || (principal?.['AWS'] ?? []).includes('*');
  const hasSource = Object.values(conditions).some((keys) => Object.keys(keys).some((key) => SOURCE_KEYS.includes(key.toLowerCase())));
  return isEverybody && hasSource ? [{ value: 'any service', expected: 'the service by name' }] : [];
}

function isConfined(environment: EnvironmentModel, service: string, statement: Statement, policy: PlacedPolicy): boolean {
  if (policy.kind === 'trust' && Object.hasOwn(ROLES_ARE_PASSED, service)) return true;
  // For somebody else, and without a word for whom: both have to be refused.
  const calls = [foreign(environment, statement), new Map<string, string>()];
  return (
    calls.every((context) => !sourceHolds(statement, context) || isDenied(service, statement, policy.statements, context)) ||
    isBoundByPath(environment, service, statement)
  );
}

/** What the keys of the statement would hold if another account were behind the call. */
function foreign({ place, stacks }: EnvironmentModel, { conditions }: Statement): ConditionContext {
  const region = stacks[0]?.region ?? 'us-east-1';
  const asked = Object.values(conditions).flatMap((keys) =>
    Object.entries(keys).map(([key, values]) => [key.toLowerCase(), (values[0] ?? '').replaceAll(place.account, ELSEWHERE)] as const),
  );
  return new Map([
    ...asked,
    ['aws:sourceaccount', ELSEWHERE],
    ...(asked.some(([key]) => key === 'aws:sourcearn') ? [] : [['aws:sourcearn', `arn:aws:any:${region}:${ELSEWHERE}:thing`] as const]),
  ]);
}

/** Whether the conditions on the source hold, the others apart: what else the statement asks, anybody's call can have. */
function sourceHolds({ conditions }: Statement, context: ConditionContext): boolean {
  return Object.entries(conditions).every(([operator, keys]) => {
    const ofSource = Object.entries(keys).filter(([key]) => SOURCE_KEYS.includes(key.toLowerCase()));
    return ofSource.every(([key, values]) => conditionsHold({ [operator]: { [key]: values } }, context));
  });
}

function isDenied(service: string, { actions, resources }: Statement, policy: readonly Statement[], context: ConditionContext): boolean {
  return policy.some(
    (denial) =>
      denial.effect === 'Deny' &&
      (denial.principal === '*' || denial.principal?.['Service']?.includes(service) === true) &&
      actions.every((action) => resources.every((resource) => coversAll(denial, action, resource))) &&
      conditionsHold(denial.conditions, context),
  );
}

/** Load balancers write below a path that carries the account they belong to; whether a bucket has an ACL is no secret. */
function isBoundByPath({ place }: EnvironmentModel, service: string, { actions, resources }: Statement): boolean {
  if (!/^(?:delivery\.logs|logdelivery\.elasticloadbalancing)\.amazonaws\.com$/.test(service)) return false;
  return actions.every(
    (action) =>
      action === 's3:GetBucketAcl' ||
      (action === 's3:PutObject' && resources.every((each) => each.endsWith(`/AWSLogs/${place.account}/*`))),
  );
}
