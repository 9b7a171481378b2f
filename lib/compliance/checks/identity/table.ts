import type { Check } from '../../check';
import { mailIsVerified } from './mail-is-verified';
import { namedRolesAreThere } from './named-roles-are-there';
import { rolesTakeKnownPolicies } from './roles-take-known-policies';
import { signInsAreLogged } from './sign-ins-are-logged';
import { tokensAreShortLived } from './tokens-are-short-lived';
import { userPoolsAreTheOnlyDoor } from './user-pools-are-the-only-door';
import { userPoolsLetInKnownPeople } from './user-pools-let-in-known-people';

/** User pools, their clients, and roles. */
export const IDENTITY_CHECKS: readonly Check[] = [
  userPoolsLetInKnownPeople,
  userPoolsAreTheOnlyDoor,
  mailIsVerified,
  tokensAreShortLived,
  signInsAreLogged,
  rolesTakeKnownPolicies,
  namedRolesAreThere,
];
