import { judgeEach, type Fault } from '../judge';
import type { Verdict } from '../verdict';
import type { Identity } from './identities';

/**
 * {@link judgeEach}, for roles with everything that the templates let them do: the findings name the role.
 *
 * @param none why no such role is no fault here.
 */
export function judgeIdentities(
  identities: readonly Identity[],
  citation: string,
  faultsOf: (identity: Identity) => readonly Fault[],
  none: string,
): Verdict {
  const byRole = new Map(identities.map((identity) => [identity.role, identity]));
  return judgeEach(
    [...byRole.keys()],
    citation,
    (role) => {
      const identity = byRole.get(role);
      return identity ? faultsOf(identity) : [];
    },
    none,
  );
}
