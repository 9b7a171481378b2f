import type { Check } from '../../check';
import { carriersSayWhatTheyCarry } from './carriers-say-what-they-carry';
import { deployWorkIsOurs } from './deploy-work-is-ours';
import { functionsAreCalledByName } from './functions-are-called-by-name';
import { functionsAreContained } from './functions-are-contained';
import { functionsRunKnownCode } from './functions-run-known-code';
import { functionsWorkWithOurs } from './functions-work-with-ours';
import { listenersAdmitTokensOnly } from './listeners-admit-tokens-only';
import { listenersInsistOnTls } from './listeners-insist-on-tls';
import { loadBalancersAreStrict } from './load-balancers-are-strict';
import { resultsStayWithUs } from './results-stay-with-us';
import { targetGroupsKeepEveryHeader } from './target-groups-keep-every-header';
import { thereIsOneWayIn } from './there-is-one-way-in';

/** Load balancers, listeners and functions. */
export const EDGE_CHECKS: readonly Check[] = [
  loadBalancersAreStrict,
  listenersInsistOnTls,
  listenersAdmitTokensOnly,
  targetGroupsKeepEveryHeader,
  functionsAreContained,
  functionsAreCalledByName,
  functionsRunKnownCode,
  functionsWorkWithOurs,
  carriersSayWhatTheyCarry,
  deployWorkIsOurs,
  resultsStayWithUs,
  thereIsOneWayIn,
];
