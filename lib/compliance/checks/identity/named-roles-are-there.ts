import type { Check } from '../../check';
import { toFinding, verdictOf } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { covers } from '../../policy/pattern';
import { resourcePoliciesOf } from '../../policy/resource-policies';
import type { Statement } from '../../policy/statement';

/** Roles of CDK’s bootstrap, which stand in an account before any of these templates. */
const BOOTSTRAP = /:role\/cdk-[a-z0-9]+-/;

/**
 * A policy that names a role which is not there waits for whoever makes one of that name: 164.308(a)(4). And one that was meant to exempt a
 * role exempts nobody. Where all named roles are made elsewhere, whoever makes them has to answer for the names.
 */
export const namedRolesAreThere: Check = {
  id: 'strength/named-roles-are-there',
  claim:
    'every role of this account that a resource policy names, as principal or in a condition, is a role of these templates, of the ' +
    'bootstrap, or of others who are named',
  citations: ['164.308(a)(4)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    const policies = resourcePoliciesOf(environment);
    const arns = environment.of('AWS::IAM::Role').map((role) => environment.arnOf(role));
    const areMadeElsewhere = !policies.some(({ statements }) => namedIn(environment, statements).some((name) => arns.includes(name)));
    if (areMadeElsewhere) return { state: 'notApplicable', reason: 'the policies name no role of these templates, or no role at all' };
    const findings = policies.flatMap(({ at, property, statements }) =>
      namedIn(environment, statements)
        .filter(
          (name) => !arns.some((arn) => covers(name, arn)) && !environment.adopted('AWS::IAM::Role', name.slice(name.lastIndexOf('/') + 1)),
        )
        .map((name) => finding(at, property, name)),
    );
    return verdictOf(
      policies.map(({ at }) => at),
      findings,
    );
  },
};

function namedIn({ place }: EnvironmentModel, statements: readonly Statement[]): readonly string[] {
  const names = statements.flatMap(({ principal, notPrincipal, conditions }) => [
    ...[principal, notPrincipal].flatMap((each) => (typeof each === 'object' ? (each['AWS'] ?? []) : [])),
    ...Object.values(conditions).flatMap((keys) =>
      Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === 'aws:principalarn' ? values : [])),
    ),
  ]);
  const ofOurs = new RegExp(`^arn:aws[\\w-]*:iam::${place.account}:role/`);
  return [...new Set(names)].filter((name) => ofOurs.test(name) && !BOOTSTRAP.test(name));
}

function finding(at: Resource, property: string, name: string): ReturnType<typeof toFinding> {
  return toFinding(at, '164.308(a)(4)', { property, value: name, expected: 'a role of these templates' });
}
