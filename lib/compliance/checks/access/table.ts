import type { Check } from '../../check';
import { accessIsAsReviewed } from './access-is-as-reviewed';
import { bucketsRefuseStrangers } from './buckets-refuse-strangers';
import { denialsBite } from './denials-bite';
import { grantsNameActionsAndResources } from './grants-name-actions-and-resources';
import { keyGrantsGoToServices } from './key-grants-go-to-services';
import { keysDenyTheirLoss } from './keys-deny-their-loss';
import { otherAccountsStayOut } from './other-accounts-stay-out';
import { peopleProveThemselves } from './people-prove-themselves';
import { phiIsKeptUnderItsKey } from './phi-is-kept-under-its-key';
import { phiIsReadByWhatServesIt } from './phi-is-read-by-what-serves-it';
import { policiesAreAttached } from './policies-are-attached';
import { rolesArePassedByName } from './roles-are-passed-by-name';
import { servicesActForThisAccount } from './services-act-for-this-account';

/** Who may do what: policies evaluated, not matched. */
export const ACCESS_CHECKS: readonly Check[] = [
  accessIsAsReviewed,
  bucketsRefuseStrangers,
  denialsBite,
  grantsNameActionsAndResources,
  keyGrantsGoToServices,
  keysDenyTheirLoss,
  otherAccountsStayOut,
  peopleProveThemselves,
  phiIsKeptUnderItsKey,
  phiIsReadByWhatServesIt,
  policiesAreAttached,
  rolesArePassedByName,
  servicesActForThisAccount,
];
