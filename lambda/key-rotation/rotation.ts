import { KEY_CLASSES, type KeyProvider } from '../records/ports';
import { customResource, type ActionOutcome, type CustomResourceEffects } from '../shared/custom-resource';
import type { WithSession } from '../shared/instance-session';
import { createLog, type Log } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { makeFirstKeys } from './add-key';
import { failureOf, isFailure, ROTATION_FAILURES, ROTATION_NOTES, type RotationFailure } from './codes';
import { ROTATION_EVENT } from './contract';
import { parseRotationRequest, type RotationRequest } from './request';
import { rotateKeys, type RotationStep } from './rotate';
import { rotationStore } from './rotation-store';
import { NO_VALUES } from './take-step';

const LOG_SCHEMA = {
  event: [ROTATION_EVENT],
  class: KEY_CLASSES,
  step: ['add', 'rewrite', 'retire', 'wait'],
  code: [...ROTATION_NOTES, ...ROTATION_FAILURES],
  sqlState: 'sqlstate',
  rowsRewritten: 'number',
  malformed: 'number',
  unreadable: 'number',
  dueInMs: 'number',
  durationMs: 'number',
} as const;

/** Effects of the function. */
export interface RotationEffects extends CustomResourceEffects {
  readonly withSession: WithSession;
  readonly provider: KeyProvider;
}

/** What an operator is told. */
export interface RotationAnswer {
  readonly outcome: 'ok' | 'rotation_busy';
  readonly steps: readonly Pick<RotationStep, 'keyClass' | 'step' | 'code'>[];
}

/**
 * Makes the handler. It serves a custom resource, which makes the first keys of a fresh deployment, and invocations, by the schedule or an
 * operator: 164.312(a)(2)(iv). Each step leaves one line in the log.
 *
 * @throws CodedError with a `RotationFailure` from the handler after every line is written, so that the invocation counts as failed.
 */
export function createRotation(effects: RotationEffects): (event: unknown, context: unknown) => Promise<RotationAnswer | void> {
  const log = createLog(LOG_SCHEMA, effects.sink);
  const resource = customResource(
    { physicalResourceId: 'field-data-keys', failureCodes: ROTATION_FAILURES, apply: () => firstKeys(effects) },
    effects,
  );
  return async (event, context) => {
    if (isRecord(event) && 'RequestType' in event) return resource(event, context);
    const request = parseRotationRequest(event);
    const steps = request ? await run(effects, request, context) : failedRun('rotation_request_malformed');
    for (const step of steps) logStep(log, step);
    const failed = steps.map(({ code }) => code).find(isFailure);
    if (failed) throw new CodedError(failed);
    const outcome = steps.some(({ code }) => code === 'rotation_busy') ? 'rotation_busy' : 'ok';
    return { outcome, steps: steps.map(({ keyClass, step, code }) => ({ keyClass, step, code })) };
  };
}

async function run(effects: RotationEffects, request: RotationRequest, context: unknown): Promise<readonly RotationStep[]> {
  const { withSession, provider } = effects;
  const clock = isRecord(context) ? context['getRemainingTimeInMillis'] : undefined;
  const remainingMs = typeof clock === 'function' ? { remainingMs: () => Number(clock.call(context)) } : {};
  const session = await withSession((client) => rotateKeys({ store: rotationStore(client), provider, ...remainingMs }, request));
  return session.kind === 'ended' ? session.result : failedRun(session.code, session.sqlState);
}

async function firstKeys({ withSession, provider }: RotationEffects): Promise<ActionOutcome<RotationFailure>> {
  try {
    const session = await withSession((client) => makeFirstKeys({ store: rotationStore(client), provider }));
    return session.kind === 'ended' ? { kind: 'done' } : session;
  } catch (error) {
    return { kind: 'failed', ...failureOf(error) };
  }
}

function failedRun(code: RotationFailure, sqlState?: RotationStep['sqlState']): readonly RotationStep[] {
  return [{ ...NO_VALUES, keyClass: undefined, step: 'wait', code, sqlState, durationMs: 0 }];
}

function logStep(log: Log<typeof LOG_SCHEMA>, { keyClass, rewritten, ...step }: RotationStep): void {
  log({ event: ROTATION_EVENT, class: keyClass, rowsRewritten: rewritten, ...step });
}
