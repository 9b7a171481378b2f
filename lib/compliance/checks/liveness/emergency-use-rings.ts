import type { Check } from '../../check';
import type { Fault } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import type { Identity } from '../../policy/identities';
import { judgeIdentities } from '../../policy/judge-identities';
import { ringsOverTrail } from './catching';
import { emergencyRolesOf, usesOf } from './emergency-roles';

/**
 * Emergency access is used where everybody sees it: 164.312(a)(2)(ii). A role for people that opens PHI or takes keys out of use rings an
 * alarm by the very name it has.
 */
export const emergencyUseRings: Check = {
  id: 'liveness/emergency-use-rings',
  claim: 'every role for people that may read PHI or disable a key raises an alarm when it is assumed, and with everything that is done as it',
  citations: ['164.312(a)(2)(ii)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) => {
    const mighty = emergencyRolesOf(environment);
    return judgeIdentities(
      mighty,
      '164.312(a)(2)(ii)',
      (identity) => faultsOf(environment, identity),
      'no role for people may read PHI or disable a key',
    );
  },
};

function faultsOf(environment: EnvironmentModel, identity: Identity): readonly Fault[] {
  return Object.entries(usesOf(identity))
    .filter(([, record]) => !ringsOverTrail(environment, record))
    .map(([what]) => ({ property: 'RoleName', value: `${identity.arn}: ${what} ring nothing`, expected: 'an alarm over the trail that names this role' }));
}
