import type { RotationStep } from '../lambda/key-rotation/rotate';
import { assertNever } from '../lambda/shared/outcome';
import { Complaint } from './complaint';
import { localKeys, rotateNow } from './data-keys';
import { holderOf } from './lock';
import { connectionsTo, startRecordsDatabase } from './records-database';
import { holdState, statePaths } from './state';

/** What a rotation came to. */
export interface LocalRotation {
  readonly steps: readonly RotationStep[];
  /** A service was running meanwhile, and goes on with what is left. */
  readonly isServing: boolean;
}

/**
 * Rotates the data keys of a state folder. Where the service runs, it is given the time that every instance has in AWS to learn of the new
 * keys, and does the rest itself; where it does not, everything is done at once.
 *
 * @throws Complaint for what a person can mend; ClusterError and CodedError for the rest.
 */
export async function rotateLocal(folder: string): Promise<LocalRotation> {
  const paths = statePaths(folder);
  const holder = holderOf(paths.lock);
  if (holder && !holder.database) throw new Complaint(`Process ${holder.pid} is just starting on ${folder}. Try again when it is up.`);
  if (holder?.database) {
    const connections = connectionsTo(holder.database, paths);
    return { steps: await rotateNow(connections, await localKeys(paths), true), isServing: true };
  }
  const { lock } = holdState(folder);
  try {
    const database = await startRecordsDatabase(paths);
    try {
      return { steps: await rotateNow(database.connection, await localKeys(paths), false), isServing: false };
    } finally {
      await database.stop();
    }
  } finally {
    lock.release();
  }
}

/** One line for each class, and what comes next. */
export function renderRotation({ steps, isServing }: LocalRotation): string {
  const classes = [...new Set(steps.map(({ keyClass }) => keyClass))];
  const lines = classes.map((keyClass) => {
    const taken = steps.filter((step) => step.keyClass === keyClass);
    return `${(keyClass ?? 'all').padEnd(8)}  ${renderClass(taken)}`;
  });
  const isLeft = isServing && steps.some(({ step }) => step === 'add');
  return [...lines, ...(isLeft ? ['The running service writes with the new keys in ten minutes, and rewrites by itself what is under older ones.'] : [])].join('\n');
}

function renderClass(steps: readonly RotationStep[]): string {
  const said = steps.flatMap(renderStep);
  // Asked for a key, a run adds one unless the last one is so new that a service may not know of it.
  return said.length > 0 ? said.join(', ') : 'no other key yet: the newest is younger than ten minutes';
}

function renderStep({ step, code, rewritten }: RotationStep): string[] {
  const failure = code === 'ok' ? '' : ` (${code})`;
  switch (step) {
    case 'add':
      return [`new key${failure}`];
    case 'rewrite':
      return [rewritten === 0 && code === 'ok' ? 'no value under an older key' : `${rewritten} rows rewritten${failure}`];
    case 'retire':
      return [`older keys retired${failure}`];
    case 'wait':
      return failure === '' ? [] : [`stopped${failure}`];
    default:
      return assertNever(step);
  }
}
