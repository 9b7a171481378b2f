import { PRETEND_KEY, PRETEND_USER, PretendAccount } from './pretend-account';
import type { Outcome, Workflow } from './walker';
import { walk } from './walker';

/** What each containment is pointed at in the pretend account, beside incident and dry run. */
export const DRILL_TARGETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'preserve-evidence': {},
  'sign-out-user': { userSub: PRETEND_USER },
  'quarantine-user': { userSub: PRETEND_USER },
  'revoke-role-sessions': { roleName: 'operator' },
  'isolate-function': { functionName: 'records' },
  'isolate-database': {},
  'deny-bucket': {},
  'keep-key': { keyId: PRETEND_KEY },
  'block-public-access': { bucketName: 'document-bucket' },
  'withdraw-snapshot': { snapshotId: 'shared-snapshot' },
  'switch-detection-on': {},
};

/** Roles of workflows that contain and restore, under the names that a denial of theirs has for them. */
export const ROLES = { contain: 'ContainRoleArn', restore: 'RestoreRoleArn' } as const;

/** One execution of a drill. */
export interface DrillStep {
  readonly workflow: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly outcome: Outcome;
}

/**
 * Contains and restores one thing in a pretend account, each first as a dry run.
 *
 * @param action such as `isolate-function`.
 * @param workflows of {@link workflowsIn}.
 * @throws Error when there is no such workflow, or the drill does not know what to point it at.
 */
export async function drill(action: string, workflows: ReadonlyMap<string, Workflow>, incidentId: string): Promise<readonly DrillStep[]> {
  const targets = DRILL_TARGETS[action];
  if (targets === undefined) throw new Error(`The drill has no target for ${action}: add one to local/workflows/drill.ts.`);
  const account = new PretendAccount();
  const steps: DrillStep[] = [];
  const run = async (name: string, input: Readonly<Record<string, unknown>>): Promise<void> => {
    const workflow = workflows.get(name);
    if (workflow === undefined) throw new Error(`There is no workflow ${name} in these templates.`);
    const answer = account.answerTo(ROLES[name.startsWith('restore-') ? 'restore' : 'contain']);
    for (const dryRun of [true, false]) {
      const full = { ...input, dryRun };
      const outcome = await walk(workflow, { name: dryRun ? `dry-${name}` : name, input: full, answer });
      steps.push({ workflow: name, input: full, outcome });
    }
  };
  await run(`contain-${action}`, { incidentId, ...targets });
  if (workflows.has(`restore-${action}`)) await run(`restore-${action}`, { incidentId, execution: `contain-${action}` });
  return steps;
}
