import { isFailure } from '../lambda/key-rotation/codes';
import { CodedError } from '../lambda/shared/outcome';
import { ClusterError } from '../local/cluster';
import { Complaint } from '../local/complaint';
import { parseRotateOptions } from '../local/options';
import { renderRotation, rotateLocal } from '../local/rotate';

/** Exit codes: 0 rotated as far as it can be now, 1 a step failed, 2 wrong usage or no state folder. */
async function main(): Promise<0 | 1> {
  const rotation = await rotateLocal(parseRotateOptions(process.argv.slice(2), process.cwd()).data);
  console.log(renderRotation(rotation));
  return rotation.steps.some(({ code }) => isFailure(code)) ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (!(error instanceof Complaint) && !(error instanceof ClusterError) && !(error instanceof CodedError)) throw error;
    console.error(error.message);
    process.exit(error instanceof Complaint ? 2 : 1);
  },
);
