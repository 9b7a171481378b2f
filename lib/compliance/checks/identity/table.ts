import type { Check } from '../../check';
import { mailIsVerified } from './mail-is-verified';
import { signInsAreLogged } from './sign-ins-are-logged';
import { tokensAreShortLived } from './tokens-are-short-lived';
import { userPoolsLetInKnownPeople } from './user-pools-let-in-known-people';

/** User pools and their clients. */
export const IDENTITY_CHECKS: readonly Check[] = [userPoolsLetInKnownPeople, mailIsVerified, tokensAreShortLived, signInsAreLogged];
