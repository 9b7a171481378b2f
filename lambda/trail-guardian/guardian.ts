import { drain } from '../shared/drain';
import { createLog, type LogLine, type LogSink } from '../shared/log';
import { CodedError } from '../shared/outcome';
import { isRecord } from '../shared/record';
import { GUARDIAN_EVENT, trailArn, type ExpectedTrail } from './contract';
import { examineTrail } from './examine-trail';
import { FINDING_CODES, type Finding } from './findings';
import { DAY_MS } from './limits';
import type { DigestStore, PublicKeySource, TrailReader, TrailStarter } from './ports';
import { PublicKeys } from './public-keys';
import { restartLogging, type RestartMemory } from './restart-logging';
import { TRAIL_ERROR_CODES, TrailError } from './trail-error';
import { verifyDigests } from './verify-digests';

/** What the guardian works with. */
export interface GuardianPorts {
  readonly expected: ExpectedTrail;
  readonly recoveryRegion: string;
  readonly trails: TrailReader & TrailStarter;
  readonly publicKeys: PublicKeySource;
  readonly store: DigestStore;
  readonly restarts: RestartMemory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What Lambda says of a run. */
export interface RunContext {
  getRemainingTimeInMillis(): number;
}

/** Kept for the last lines of a run. */
const RESERVE_MS = 20_000;

/** How a call that was recorded by CloudTrail comes along EventBridge. */
const RECORDED_CALL = 'AWS API Call via CloudTrail';

const SCHEMA = {
  event: [GUARDIAN_EVENT, 'trail_finding'],
  scope: ['full', 'settings'],
  result: ['completed', 'incomplete', 'failed'],
  code: [...FINDING_CODES, ...TRAIL_ERROR_CODES, 'internal_error'],
  findings: 'number',
  isRestarted: 'boolean',
  digests: 'number',
  logs: 'number',
  leftRegions: 'number',
  durationMs: 'number',
} as const;

/**
 * Makes the handler of the trail guardian: 164.312(b), 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii). Every run compares the live trail with its
 * template and starts logging again; one that no change of the trail caused also verifies the digests of the last day, as far as its time
 * allows.
 *
 * A line for every kind of finding with how many there are, and one line of the run; names of files stay out of the log, the command
 * finds them again. A run that could not look is thrown as a coded error, so that it is tried again and then lands in the dead-letter
 * queue.
 */
export function createGuardian(ports: GuardianPorts, sink?: LogSink): (event: unknown, context: RunContext) => Promise<void> {
  const log = createLog(SCHEMA, sink);
  return async (event, context) => {
    const startedMs = ports.now();
    const scope = isRecord(event) && event['detail-type'] === RECORDED_CALL ? 'settings' : 'full';
    const findings: Finding[] = [];
    const report = (line: Pick<LogLine<typeof SCHEMA>, 'result' | 'code' | keyof Look>): void => {
      for (const code of FINDING_CODES) {
        const count = findings.filter((each) => each.code === code).length;
        if (count > 0) log({ event: 'trail_finding', scope, code, findings: count });
      }
      log({ event: GUARDIAN_EVENT, scope, findings: findings.length, ...line, durationMs: ports.now() - startedMs });
    };
    try {
      const seen = await look(ports, scope === 'full', context, findings);
      report({ result: seen.leftRegions === undefined || seen.leftRegions === 0 ? 'completed' : 'incomplete', ...seen });
    } catch (error) {
      const code = error instanceof TrailError ? error.code : 'internal_error';
      // With what was found before it failed: a trail that is stopped, say, and files that cannot be read.
      report({ result: 'failed', code });
      throw new CodedError(code);
    }
  };
}

interface Look {
  readonly isRestarted: boolean;
  /** Of a run that verified files, as the other two. */
  readonly digests?: number;
  readonly logs?: number;
  readonly leftRegions?: number;
}

async function look(ports: GuardianPorts, isFull: boolean, context: RunContext, findings: Finding[]): Promise<Look> {
  const { expected, recoveryRegion, restarts, trails } = ports;
  const nowMs = ports.now();
  const examined = await examineTrail(expected, trails, { recoveryRegion, nowMs });
  findings.push(...examined.findings);
  let isRestarted = false;
  if (examined.live && !examined.isLogging) {
    const stopped = { arn: trailArn(expected), homeRegion: expected.homeRegion };
    const restart = await restartLogging(stopped, trails, restarts, nowMs);
    isRestarted = restart.isStarted;
    findings.push(...restart.findings);
  }
  if (!isFull) return { isRestarted };
  const run = verifyDigests(ports.store, {
    place: { account: expected.account, trail: expected.name, homeRegion: expected.homeRegion, prefix: expected.prefix },
    keys: new PublicKeys(ports.publicKeys),
    fromMs: nowMs - DAY_MS,
    toMs: nowMs,
    nowMs,
    startedMs: examined.startedMs,
    regions: [...new Set([expected.homeRegion, recoveryRegion])],
    isOver: () => context.getRemainingTimeInMillis() < RESERVE_MS,
  });
  const { digests, leftRegions, logs } = await drain(run, (finding) => findings.push(finding));
  return { isRestarted, digests, logs, leftRegions };
}
