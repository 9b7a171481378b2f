import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { textsAt } from '../../model/read';
import { awsManagedName, awsManagedPolicy } from '../../policy/aws-managed';
import { waitsForWorkflow } from '../../policy/handed-out';
import { identityOf, policiesByTie } from '../../policy/identities';

/** What a role may do stands in these templates, or in a policy that AWS keeps for one service and gives to that service only. */
export const rolesTakeKnownPolicies: Check = {
  id: 'strength/roles-take-known-policies',
  claim: 'every policy is attached to exactly one kind of role: its own, or by name, unless it only denies and waits for a workflow; and policies of AWS’s only to the service that they are made for',
  citations: ['164.308(a)(4)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy'], '164.308(a)(4)', (resource) =>
      resource.type === 'AWS::IAM::Role' ? ofRole(environment, resource) : ofPolicy(environment, resource),
    ),
};

function ofRole(environment: EnvironmentModel, role: Resource): readonly Fault[] {
  const trust = identityOf(environment, environment.arnOf(role))?.trust ?? [];
  const services = trust.flatMap(({ effect, principal }) => (effect === 'Allow' && typeof principal === 'object' ? (principal['Service'] ?? []) : []));
  return textsAt(role, 'ManagedPolicyArns')
    .filter((arn) => {
      const name = awsManagedName(arn);
      if (name === undefined) return environment.at(arn, 'AWS::IAM::ManagedPolicy') === undefined;
      const service = awsManagedPolicy(name)?.service;
      return service === undefined || !services.every((each) => each === service) || services.length === 0;
    })
    .map((value): Fault => ({ property: 'ManagedPolicyArns', value, expected: 'a policy of these templates, or one of AWS’s for the service that the role is for' }));
}

/** A policy written for one role gives a second one what nobody weighed for it; attached to none, it does nothing. */
function ofPolicy(environment: EnvironmentModel, policy: Resource): readonly Fault[] {
  const isNamed = namedPolicies(environment).has(environment.refOf(policy));
  const own = textsAt(policy, 'Roles');
  const areThere = own.every((role) => environment.at(role, 'AWS::IAM::Role') !== undefined);
  const fits =
    waitsForWorkflow(environment, policy) ||
    (areThere && (own.length === 1 ? isOnly(environment, policy, own) && !isNamed : own.length === 0 && isNamed));
  return fits ? [] : [{ property: 'Roles', value: own, expected: 'one role of these templates, which takes no other policy in this way; or none, and roles that name it' }];
}

function isOnly(environment: EnvironmentModel, policy: Resource, [role]: readonly string[]): boolean {
  const tied = policiesByTie(environment).get(role ?? '') ?? [];
  return tied.every((other) => other === policy || other.type !== 'AWS::IAM::ManagedPolicy');
}

/** The policies that roles name. */
const namedPolicies = once(
  (environment: EnvironmentModel): ReadonlySet<string> =>
    new Set(
      environment.of('AWS::IAM::Role').flatMap((role) => [...textsAt(role, 'ManagedPolicyArns'), ...textsAt(role, 'PermissionsBoundary')]),
    ),
);
