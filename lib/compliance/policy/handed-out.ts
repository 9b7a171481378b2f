import type { EnvironmentModel, Resource } from '../model/environment';
import { textsAt, valueAt } from '../model/read';
import { statementsOf } from './statement';

/**
 * Whether a policy waits for a workflow to attach it, such as a denial that a containment hands out: it only denies, nobody has it yet, and
 * a workflow of the templates names it. One that allows anything never waits.
 */
export function waitsForWorkflow(environment: EnvironmentModel, policy: Resource): boolean {
  const statements = statementsOf(policy.name, valueAt(policy, 'PolicyDocument'));
  if (statements.length === 0 || statements.some(({ effect }) => effect !== 'Deny') || textsAt(policy, 'Roles').length > 0) return false;
  const named = JSON.stringify(environment.refOf(policy));
  return environment.of('AWS::StepFunctions::StateMachine').some((machine) => JSON.stringify(valueAt(machine, 'DefinitionSubstitutions') ?? {}).includes(named));
}
