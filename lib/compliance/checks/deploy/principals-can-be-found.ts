import type { Check } from '../../check';
import { toFinding, verdictOf, type Fault } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { identitiesOf } from '../../policy/identities';
import { resourcePoliciesOf } from '../../policy/resource-policies';
import type { Statement } from '../../policy/statement';

/** A policy that names a principal that is not there is refused; a statement that allows nothing is taken, and does nothing. */
export const principalsCanBeFound: Check = {
  id: 'deploy/principals-can-be-found',
  claim: 'every role that a policy names as a principal stands in the templates, and every statement says what it is about',
  citations: ['164.308(a)(4)(i)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const policies = [
      ...resourcePoliciesOf(environment).map(({ at, property, statements }) => ({ at, property, statements })),
      ...identitiesOf(environment).map(({ role, trust }) => ({ at: role, property: 'AssumeRolePolicyDocument', statements: trust })),
    ];
    const findings = policies.flatMap(({ at, property, statements }) =>
      statements.flatMap((statement) =>
        faultsOf(environment, statement).map((fault) =>
          toFinding(at, '164.308(a)(4)(i)', { ...fault, property: `${property} ${statement.label}` }),
        ),
      ),
    );
    return verdictOf(
      policies.map(({ at }) => at),
      findings,
    );
  },
};

function faultsOf(environment: EnvironmentModel, { principal, notPrincipal, actions, notActions }: Statement): readonly Fault[] {
  const named = typeof principal === 'object' ? (principal['AWS'] ?? []) : [];
  const own = named.filter((name) => name.startsWith(`arn:aws:iam::${environment.place.account}:role/`));
  const lost = own.filter((name) => !environment.of('AWS::IAM::Role').some((role) => environment.arnOf(role) === name));
  const nobody = principal === undefined && notPrincipal === undefined;
  return [
    ...lost.map((value): Fault => ({ property: '', value, expected: 'a role of these templates or a condition on aws:PrincipalArn' })),
    ...(actions.length + notActions.length > 0 ? [] : [{ property: '', value: 'no action', expected: 'actions' }]),
    ...(nobody ? [{ property: '', value: 'no principal', expected: 'principals' }] : []),
  ];
}
