import type { Check } from '../../check';
import { accessIsAsReviewed } from './access-is-as-reviewed';
import { grantsNameActionsAndResources } from './grants-name-actions-and-resources';
import { otherAccountsStayOut } from './other-accounts-stay-out';
import { peopleProveThemselves } from './people-prove-themselves';
import { rolesArePassedByName } from './roles-are-passed-by-name';
import { servicesActForThisAccount } from './services-act-for-this-account';

/** Who may do what: policies evaluated, not matched. */
export const ACCESS_CHECKS: readonly Check[] = [
  accessIsAsReviewed,
  grantsNameActionsAndResources,
  otherAccountsStayOut,
  peopleProveThemselves,
  rolesArePassedByName,
  servicesActForThisAccount,
];
