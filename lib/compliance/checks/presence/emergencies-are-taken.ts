import type { Check } from '../../check';
import { judgeIdentities } from '../../policy/judge-identities';
import { isTaken, onBus } from '../liveness/catching';
import { emergencyRolesOf, usesOf } from '../liveness/emergency-roles';

/** Emergency access always begins an incident, which needs the event and not a number: 164.312(a)(2)(ii). */
export const emergenciesAreTaken: Check = {
  id: 'presence/immediate-news-of-emergencies',
  claim: 'a rule takes it when a role that may read PHI or disable a key is assumed',
  citations: ['164.312(a)(2)(ii)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeIdentities(
      emergencyRolesOf(environment),
      '164.312(a)(2)(ii)',
      (identity) => {
        const session = usesOf(identity)['its session'];
        return isTaken(environment, onBus(session)) ? [] : [{ property: 'RoleName', value: identity.arn, expected: 'a rule that takes its assumption' }];
      },
      'no role for people may read PHI or disable a key',
    ),
};
