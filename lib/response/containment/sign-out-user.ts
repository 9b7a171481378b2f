import type { ContainmentAction } from './action';
import { jsonata } from './asl';
import type { UserStores } from './user-steps';
import { permissionsOf, revoker, SIGN_OUT, substitutionsOf, USER } from './user-steps';

/**
 * Signs a user out everywhere: refresh tokens end in the user pool, access tokens at the next request, because the database refuses what
 * was issued before. 164.308(a)(3)(ii)(C), 164.312(a)(1).
 *
 * There is no restore: the user signs in again, with a second factor, and what was revoked stays so. It changes nothing that a deploy
 * would set, so it holds none. A user who is no principal of the database fails at the reading, with nothing done: the API refuses them
 * anyway.
 */
export function signOutUser(stores: UserStores): ContainmentAction {
  return {
    id: 'sign-out-user',
    description: 'Signs a user out everywhere.',
    target: USER,
    read: [
      revoker('Read the principal', 'read', { assign: { present: jsonata(`{'revokedBefore': $states.result.Payload.revokedBefore}`) } }),
    ],
    // A minute's leeway for the clocks of Step Functions and the database.
    contained: `$present.revokedBefore = null ? false : $toMillis($present.revokedBefore) >= $toMillis($since) - 60000`,
    contain: SIGN_OUT,
    holdsDeployments: false,
    preservesFirst: false,
    may: { contain: permissionsOf(stores, 'cognito-idp:AdminUserGlobalSignOut'), restore: [] },
    substitutions: substitutionsOf(stores),
  };
}
