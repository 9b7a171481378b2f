import type { Check } from '../../check';
import { bucketsTakeTheirSettings } from './buckets-take-their-settings';
import { conformancePacksAreTaken } from './conformance-packs-are-taken';
import { databasesCanBeCreated } from './databases-can-be-created';
import { edgeCanBeMade } from './edge-can-be-made';
import { functionsFitTheirLimits } from './functions-fit-their-limits';
import { globalEventsAreCaughtAtHome } from './global-events-are-caught-at-home';
import { keysCanBeAdministered } from './keys-can-be-administered';
import { metricFiltersAreTaken } from './metric-filters-are-taken';
import { namesFitTheirLimits } from './names-fit-their-limits';
import { noticesHaveAnAddress } from './notices-have-an-address';
import { oneOfAKindStandsOnce } from './one-of-a-kind-stands-once';
import { policiesFitTheirLimits } from './policies-fit-their-limits';
import { principalsCanBeFound } from './principals-can-be-found';
import { prioritiesAreUnique } from './priorities-are-unique';
import { referencesResolve } from './references-resolve';
import { servicesAreSwitchedOnFirst } from './services-are-switched-on-first';
import { servicesTakeNewCustomers } from './services-take-new-customers';
import { templatesAreWhatIsDeployed } from './templates-are-what-is-deployed';
import { templatesFitTheirLimits } from './templates-fit-their-limits';
import { trailSelectorsAreTaken } from './trail-selectors-are-taken';
import { userPoolsMatchTheirPlan } from './user-pools-match-their-plan';
import { valuesAreFilledIn } from './values-are-filled-in';
import { valuesAreOffered } from './values-are-offered';
import { whatCannotBeUndoneIsForProduction } from './what-cannot-be-undone-is-for-production';

/** What AWS refuses or quietly does not do, and no synthesis sees. */
export const DEPLOY_CHECKS: readonly Check[] = [
  bucketsTakeTheirSettings,
  conformancePacksAreTaken,
  databasesCanBeCreated,
  edgeCanBeMade,
  functionsFitTheirLimits,
  globalEventsAreCaughtAtHome,
  keysCanBeAdministered,
  metricFiltersAreTaken,
  namesFitTheirLimits,
  noticesHaveAnAddress,
  oneOfAKindStandsOnce,
  policiesFitTheirLimits,
  principalsCanBeFound,
  prioritiesAreUnique,
  referencesResolve,
  servicesAreSwitchedOnFirst,
  servicesTakeNewCustomers,
  templatesAreWhatIsDeployed,
  templatesFitTheirLimits,
  trailSelectorsAreTaken,
  userPoolsMatchTheirPlan,
  valuesAreFilledIn,
  valuesAreOffered,
  whatCannotBeUndoneIsForProduction,
];
