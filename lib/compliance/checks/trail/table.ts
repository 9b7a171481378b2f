import type { Check } from '../../check';
import { configurationIsRecorded } from './configuration-is-recorded';
import { conformanceJudgesEverything } from './conformance-judges-everything';
import { guardiansKnowTheTrail } from './guardians-know-the-trail';
import { storesOutliveTheirStacks } from './stores-outlive-their-stacks';
import { threatsAreLookedFor } from './threats-are-looked-for';
import { trailsAreEncryptedAndKept } from './trails-are-encrypted-and-kept';
import { trailsSeePhi } from './trails-see-phi';

/** The trail, the recorder, threat detection, and what outlives a stack. */
export const TRAIL_CHECKS: readonly Check[] = [
  trailsAreEncryptedAndKept,
  trailsSeePhi,
  guardiansKnowTheTrail,
  configurationIsRecorded,
  conformanceJudgesEverything,
  threatsAreLookedFor,
  storesOutliveTheirStacks,
];
