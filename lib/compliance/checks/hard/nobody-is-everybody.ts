import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import { identitiesOf } from '../../policy/identities';
import { resourcePoliciesOf } from '../../policy/resource-policies';
import type { Statement } from '../../policy/statement';

/** Condition keys that confine a call to an account, an organisation or one source, and the operators by which they do. */
const BINDING_KEYS: readonly string[] = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourcevpce',
  'aws:sourcevpc',
  'kms:calleraccount',
];
const BINDING_OPERATORS = /^(?:StringEquals|StringLike|ArnEquals|ArnLike)$/;

/** Whether a statement lets everybody in: `*` without a condition that binds it to somebody. */
export function letsEverybodyIn({ effect, principal, notPrincipal, conditions }: Statement): boolean {
  if (effect !== 'Allow') return false;
  if (notPrincipal !== undefined) return true;
  const isStar = principal === '*' || (principal !== undefined && Object.values(principal).some((names) => names.includes('*')));
  return (
    isStar && !Object.entries(conditions).some(([operator, keys]) => BINDING_OPERATORS.test(operator) && Object.entries(keys).some(binds))
  );
}

function binds([key, values]: readonly [string, readonly string[]]): boolean {
  return BINDING_KEYS.includes(key.toLowerCase()) && values.every((value) => !/^\*+$/.test(value));
}

/** An endpoint's policy is a ceiling and no grant, except where CloudFormation's presigned answer has no principal to name. */
const ANSWER_BUCKET = /^arn:aws:s3:::cloudformation-custom-resource-response-[a-z0-9]+\/\*$/;

/** No policy at a resource, and no trust policy, lets everybody in. */
export const nobodyIsEverybody: Check = {
  id: 'hard/nobody-is-everybody',
  claim:
    'no resource policy and no trust policy allows everybody without a condition that binds them to an account, organisation or source',
  citations: ['164.312(a)(1)', '164.308(a)(4)'],
  severity: 'fatal',
  evaluate: (environment) => {
    const policies = resourcePoliciesOf(environment);
    const identities = identitiesOf(environment);
    const faults = [
      ...policies.flatMap(({ at, property, statements }) =>
        statements
          .filter((statement) => letsEverybodyIn(statement) && !statement.resources.every((resource) => ANSWER_BUCKET.test(resource)))
          .map((statement) => ({ at, property, statement })),
      ),
      ...identities.flatMap(({ role, trust }) =>
        trust.filter(letsEverybodyIn).map((statement) => ({ at: role, property: 'AssumeRolePolicyDocument', statement })),
      ),
    ];
    return verdictOf(
      [...policies.map(({ at }) => at), ...identities.map(({ role }) => role)],
      faults.map(({ at, property, statement: { label } }) =>
        toFinding(at, '164.312(a)(1)', {
          property: `${property} ${label}`,
          value: 'Principal *',
          expected: 'named principals, or a condition that binds them',
        }),
      ),
    );
  },
};
