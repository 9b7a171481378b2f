import { readEnvironment } from '../shared/environment';
import { cloudTrail } from './adapters/cloudtrail';
import { restartParameter } from './adapters/restart-parameter';
import { s3Digests } from './adapters/s3-digests';
import { TRAIL_GUARDIAN_ENVIRONMENT } from './contract';
import { createGuardian } from './guardian';
import { parseExpectedTrail } from './parse-expected';

const environment = readEnvironment(TRAIL_GUARDIAN_ENVIRONMENT);
const expected = parseExpectedTrail(environment.EXPECTED_TRAIL);
const { account, bucket, homeRegion, name, prefix } = expected;
const trails = cloudTrail();

/** Watches over the account's trail. Invoked by a schedule, and by changes of the trail, its bucket's policy and its key's. */
export const handler = createGuardian({
  expected,
  recoveryRegion: environment.RECOVERY_REGION,
  trails,
  publicKeys: trails.publicKeys,
  store: s3Digests(bucket, homeRegion, { account, trail: name, homeRegion, prefix }),
  restarts: restartParameter(environment.RESTARTS_PARAMETER_NAME),
  now: () => Date.now(),
});
