import type { DataKeys } from '../records/data-keys';
import type { KeyClass } from '../records/ports';
import { assertNever } from '../shared/outcome';
import { addKey } from './add-key';
import type { RotationCode } from './codes';
import { ROTATION_MALFORMED_CODE } from './contract';
import type { NextStep, Pass } from './next-step';
import { runPass } from './pass';
import type { RotationPorts } from './ports';

/** What taking steps needs. */
export interface StepPorts extends Pick<RotationPorts, 'store' | 'provider'> {
  readonly keys: DataKeys;
  readonly nowMs: () => number;
  /** False when there is no time for more. */
  readonly mayGoOn: () => boolean;
}

/** What a step came to. */
export interface Taken {
  readonly code: RotationCode;
  /** Rows put under another key. */
  readonly rewritten: number;
  /** Values that name no key. */
  readonly malformed: number;
  /** Values that name a key and do not open with it. */
  readonly unreadable: number;
  /** Time until something is due again, in milliseconds, where nothing is. */
  readonly dueInMs?: number;
}

/** Counts of a step that is no pass. */
export const NO_VALUES = { rewritten: 0, malformed: 0, unreadable: 0 } as const;

/**
 * Takes the step that is due for a class.
 *
 * @throws as `addKey` and `runPass`.
 */
export async function takeStep(ports: StepPorts, keyClass: KeyClass, next: NextStep): Promise<Taken> {
  if (next.kind !== 'wait' && !ports.mayGoOn()) return { ...NO_VALUES, code: 'rotation_paused' };
  switch (next.kind) {
    case 'wait':
      return { ...NO_VALUES, code: 'ok', dueInMs: Math.max(0, next.untilMs - ports.nowMs()) };
    case 'add':
      return { ...NO_VALUES, code: await addKey(ports, keyClass, next.newest) };
    case 'rewrite': {
      const { pass, ...counts } = await runPass(ports, keyClass, next.pass);
      if (!pass.finished) return { ...counts, code: 'rotation_paused' };
      return { ...counts, code: pass.stuck > 0 ? ROTATION_MALFORMED_CODE : 'ok' };
    }
    case 'retire':
      for (const keyId of next.keyIds) {
        if ((await ports.store.retireKey(keyId)) === 'ok') continue;
        await disbelieve(ports, keyClass);
        return { ...NO_VALUES, code: 'retire_refused' };
      }
      return { ...NO_VALUES, code: 'ok' };
    default:
      return assertNever(next);
  }
}

/** The database knows of a value that the pass did not see: the pass was not clean, so that the next run makes another. */
async function disbelieve({ store }: StepPorts, keyClass: KeyClass): Promise<void> {
  const pass: Pass | undefined = await store.readPass(keyClass);
  if (pass) await store.savePass(keyClass, { ...pass, moved: pass.moved + 1 });
}
