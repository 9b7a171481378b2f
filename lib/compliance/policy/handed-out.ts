import type { EnvironmentModel, Resource } from '../model/environment';
import { once } from '../model/once';
import { textsAt, valueAt } from '../model/read';
import { isJson } from '../model/template';
import { statementsOf } from './statement';

/** Whether a policy that no role has in the templates is one that a workflow hands out, such as a denial by which it contains. */
export function isHandedOut(environment: EnvironmentModel, policy: Resource): boolean {
  if (textsAt(policy, 'Roles').length > 0) return false;
  return substitutionsOf(environment).has(environment.refOf(policy));
}

const substitutionsOf = once(
  (environment: EnvironmentModel): ReadonlySet<unknown> =>
    new Set(
      environment.of('AWS::StepFunctions::StateMachine').flatMap((machine) => {
        const substitutions = valueAt(machine, 'DefinitionSubstitutions');
        return isJson(substitutions) ? Object.values(substitutions) : [];
      }),
    ),
);

/** Whether a policy waits for a workflow to hand it out, and takes away only: one that allows anything never waits. */
export function waitsForWorkflow(environment: EnvironmentModel, policy: Resource): boolean {
  const statements = statementsOf(policy.name, valueAt(policy, 'PolicyDocument'));
  return statements.length > 0 && statements.every(({ effect }) => effect === 'Deny') && isHandedOut(environment, policy);
}
