import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { flagAt } from '../../model/read';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { decide } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';

/** What whoever deploys needs of a key, now and at the next change. */
const ADMINISTERING = ['kms:PutKeyPolicy', 'kms:GetKeyPolicy', 'kms:DescribeKey', 'kms:EnableKeyRotation', 'kms:TagResource'];

/** KMS refuses a policy that nobody could change again; past that refusal a key is locked for good. */
export const keysCanBeAdministered: Check = {
  id: 'deploy/keys-can-be-administered',
  claim: 'every key lets its account change its policy, and none skips the check that somebody can',
  citations: ['164.312(a)(2)(iv)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::KMS::Key'], '164.312(a)(2)(iv)', (key) => [
      ...(flagAt(key, 'BypassPolicyLockoutSafetyCheck') === true
        ? [{ property: 'BypassPolicyLockoutSafetyCheck', value: true, expected: 'absent' }]
        : []),
      ...locked(environment, key),
    ]),
};

function locked(environment: EnvironmentModel, key: Resource): readonly Fault[] {
  const statements = policyOf(environment, key);
  const { account } = environment.place;
  // Any role that a statement names may be the one that deploys; where none is named, the account decides, as its own policies say.
  const named = statements
    .flatMap(({ principal }) => (typeof principal === 'object' ? (principal['AWS'] ?? []) : []))
    .filter((name) => name.includes(':role/'));
  const callers = [`arn:aws:iam::${account}:role/deploy`, ...named];
  return ADMINISTERING.filter(
    (action) =>
      !callers.some(
        (arn) => decide(statements, { by: { kind: 'identity', arn, account }, action, resource: environment.arnOf(key) }) === 'allowed',
      ),
  ).map((action): Fault => ({ property: 'KeyPolicy', value: `nobody may ${action}`, expected: 'the account, or a role of it' }));
}
