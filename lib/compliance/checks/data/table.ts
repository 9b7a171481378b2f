import type { Check } from '../../check';
import { databasesAdmitNamedGroups } from './databases-admit-named-groups';
import { databasesAreIsolated } from './databases-are-isolated';
import { databasesAreWatched } from './databases-are-watched';
import { databasesCanBeRecovered } from './databases-can-be-recovered';
import { databasesLetNobodyInByPassword } from './databases-let-nobody-in-by-password';
import { databasesLogNoValues } from './databases-log-no-values';
import { databasesUseACustomerKey } from './databases-use-a-customer-key';
import { loginsAreExact } from './logins-are-exact';
import { proxiesLetGo } from './proxies-let-go';
import { vaultsAreLocked } from './vaults-are-locked';

/** Databases, proxies and vaults. */
export const DATA_CHECKS: readonly Check[] = [
  databasesCanBeRecovered,
  databasesUseACustomerKey,
  databasesLetNobodyInByPassword,
  databasesAreWatched,
  databasesLogNoValues,
  databasesAreIsolated,
  databasesAdmitNamedGroups,
  loginsAreExact,
  proxiesLetGo,
  vaultsAreLocked,
];
