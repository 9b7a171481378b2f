import { DATA_REFUSALS } from './data';
import { DETECTION_REFUSALS } from './detection';
import { EDGE_REFUSALS } from './edge';
import type { Refusal } from './refusal';
import { STORAGE_REFUSALS } from './storage';
import { TEMPLATE_REFUSALS } from './templates';

/** Every refusal, at least one for each check of the group. */
export const REFUSALS: readonly Refusal[] = [
  ...STORAGE_REFUSALS,
  ...DATA_REFUSALS,
  ...EDGE_REFUSALS,
  ...DETECTION_REFUSALS,
  ...TEMPLATE_REFUSALS,
];
