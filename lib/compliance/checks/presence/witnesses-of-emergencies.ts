import type { Check } from '../../check';
import type { Fault } from '../../judge';
import type { EnvironmentModel } from '../../model/environment';
import { textsAt } from '../../model/read';
import type { Identity } from '../../policy/identities';
import { judgeIdentities } from '../../policy/judge-identities';
import { alarmsRungBy, trailGroupsOf } from '../liveness/catching';
import { emergencyRolesOf, usesOf } from '../liveness/emergency-roles';

/** Whoever breaks the glass may be the one who reads the mail: so two are told, apart from each other. 164.312(a)(2)(ii), 164.308(a)(2). */
export const witnessesOfEmergencies: Check = {
  id: 'presence/witnesses-of-emergencies',
  claim: 'the use of a role that may read PHI or disable a key is told to two topics',
  citations: ['164.312(a)(2)(ii)', '164.308(a)(2)'],
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
  const alarms = trailGroupsOf(environment).flatMap((group) =>
    Object.values(usesOf(identity)).flatMap((record) => alarmsRungBy(environment, group, record)),
  );
  const topics = new Set(alarms.flatMap((alarm) => textsAt(alarm, 'AlarmActions')));
  return topics.size >= 2 ? [] : [{ property: 'AlarmActions', value: [...topics], expected: 'two topics' }];
}
