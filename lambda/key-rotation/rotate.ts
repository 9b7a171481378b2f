import { DataKeys, KEY_SETTLE_MS } from '../records/data-keys';
import { KEY_CLASSES, type KeyClass } from '../records/ports';
import type { SqlState } from '../shared/sql-state';
import { failureOf } from './codes';
import { nextStep, type NextStep } from './next-step';
import type { RotationPorts } from './ports';
import type { RotationRequest } from './request';
import { NO_VALUES, takeStep, type StepPorts, type Taken } from './take-step';

/** One step of a run, for one line of a log. */
export interface RotationStep extends Taken {
  /** Undefined for what concerns no class by itself. */
  readonly keyClass: KeyClass | undefined;
  readonly step: NextStep['kind'];
  readonly sqlState?: SqlState | undefined;
  readonly durationMs: number;
}

/** Time kept back for the batch that is under way, and for closing the connection, in milliseconds. */
const RESERVE_MS = 30_000;

/** A rotation takes five steps: new key, pass, clean pass, retirement, and nothing left. More are passes behind busy users. */
const MAX_STEPS = 10;

/**
 * Does for every class what is due, step by step, until nothing is or time is up: 164.312(a)(2)(iv). Reading and writing go on meanwhile.
 * May be ended at any point and started again; of two runs at a time the second does nothing. Never rejects: a failure is the code of the
 * step that failed, and ends its class only.
 *
 * @returns every step, of each class at least one; a single one with `rotation_busy` when another run is at it.
 */
export async function rotateKeys(ports: RotationPorts, request: RotationRequest): Promise<readonly RotationStep[]> {
  const startedAt = performance.now();
  const refused = (failure: Pick<RotationStep, 'code' | 'sqlState'>): readonly RotationStep[] => [
    { ...NO_VALUES, ...failure, keyClass: undefined, step: 'wait', durationMs: elapsedMs(startedAt) },
  ];
  try {
    if (!(await ports.store.lock())) return refused({ code: 'rotation_busy' });
  } catch (error) {
    return refused(failureOf(error));
  }
  const steps: RotationStep[] = [];
  for (const keyClass of KEY_CLASSES) steps.push(...(await rotateClass(ports, keyClass, request.kind === 'rotate')));
  return steps;
}

async function rotateClass(ports: RotationPorts, keyClass: KeyClass, isAsked: boolean): Promise<readonly RotationStep[]> {
  const { store, provider, nowMs = Date.now, remainingMs = () => Infinity, settleMs = KEY_SETTLE_MS } = ports;
  const keys = new DataKeys(provider, (each) => store.listKeys(each), settleMs);
  const stepPorts: StepPorts = { store, provider, keys, nowMs, mayGoOn: () => remainingMs() > RESERVE_MS };
  const steps: RotationStep[] = [];
  while (steps.length < MAX_STEPS) {
    const added = steps.some((earlier) => earlier.step === 'add');
    const startedAt = performance.now();
    let step: NextStep['kind'] = 'wait';
    let taken: Pick<RotationStep, keyof Taken | 'sqlState'>;
    try {
      const [rows, pass] = [await store.listKeys(keyClass), await store.readPass(keyClass)];
      const next = nextStep({ keys: rows, pass, asked: isAsked, added, nowMs: nowMs(), settleMs });
      step = next.kind;
      taken = await takeStep(stepPorts, keyClass, next);
    } catch (error) {
      taken = { ...NO_VALUES, ...failureOf(error) };
    }
    steps.push({ ...taken, keyClass, step, durationMs: elapsedMs(startedAt) });
    if (step === 'wait' || (taken.code !== 'ok' && taken.code !== 'key_stale')) break;
  }
  keys.evict(Infinity);
  return steps;
}

function elapsedMs(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
