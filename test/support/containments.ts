import { DRILL_TARGETS, ROLES } from '../../local/workflows/drill';
import { workflowsIn } from '../../local/workflows/from-templates';
import type { PretendAccount } from '../../local/workflows/pretend-account';
import { walk, WorkflowError, type Call, type Outcome } from '../../local/workflows/walker';
import { ASSEMBLY_FOLDER } from './assembly';

/** The workflows of prod, as synthesized. */
export const workflows = workflowsIn(ASSEMBLY_FOLDER, 'prod');

/** Of every execution of the tests. */
export const INCIDENT = 'incident-7';

/**
 * One of them.
 *
 * @throws Error when there is none of that name.
 */
export function workflow(name: string) {
  const found = workflows.get(name);
  if (!found) throw new Error(`There is no workflow ${name}.`);
  return found;
}

/** Answers a call, as an account would. */
export type Answer = (call: Call) => unknown;

/** Contains in an account. */
export const contain = (
  account: PretendAccount,
  action: string,
  { name = 'first', dryRun = false, answer = account.answerTo(ROLES.contain) } = {},
): Promise<Outcome> =>
  walk(workflow(`contain-${action}`), { name, input: { incidentId: INCIDENT, dryRun, ...DRILL_TARGETS[action] }, answer });

/** Restores what an execution contained. */
export const restore = (
  account: PretendAccount,
  action: string,
  { name = 'back', of = 'first', dryRun = false, answer = account.answerTo(ROLES.restore) } = {},
): Promise<Outcome> => walk(workflow(`restore-${action}`), { name, input: { incidentId: INCIDENT, execution: of, dryRun }, answer });

const isReading = ({ resource }: Call): boolean => /:(?:get|list|describe|lookup)\w+$/.test(resource);
/** Whether a call writes a file of evidence. */
export const isRecord = ({ arguments: given, resource }: Call): boolean =>
  resource.startsWith('aws-sdk:s3:putObject') && given['Bucket'] === 'EvidenceBucket';
/** Whether a call only reads, by its name or by what it asks for. */
export const reads = (call: Call): boolean =>
  isReading(call) || (call.resource === 'lambda:invoke' && (call.arguments['Payload'] as { action?: string }).action === 'read');
/** The first file of evidence whose key ends so; null when there is none. */
export const fileOf = (account: PretendAccount, end: string) => {
  const [found] = [...account.evidence].filter(([key]) => key.endsWith(end));
  return JSON.parse(found?.[1] ?? 'null') as Readonly<Record<string, unknown>> | null;
};

/** Answers as the account does, but for one call. */
export function failingAt(account: PretendAccount, at: number): Answer {
  let count = 0;
  return (call) => {
    count += 1;
    if (count - 1 === at) throw new WorkflowError('Fake.Broken', 'broken on purpose');
    return account.answer(call);
  };
}

/** A sign-out leaves marks that no restore takes away: the user signs in again. */
export function withoutMarks(state: unknown): unknown {
  const { users, ...rest } = state as { users: Readonly<Record<string, object>> };
  return { ...rest, users: Object.entries(users).map(([sub, user]) => [sub, { ...user, signedOut: undefined, revokedBefore: undefined }]) };
}
