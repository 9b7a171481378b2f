import { findingsAbout, type Finding } from './findings';
import { MAX_RESTARTS, RESTART_WINDOW_MS } from './limits';
import type { TrailStarter } from './ports';
import { decideRestart } from './restart-guard';

/** Where the times of earlier starts are kept. Both reject with the SDK's own error. */
export interface RestartMemory {
  /** @returns undefined when there is nothing yet. */
  read(): Promise<string | undefined>;
  write(times: string): Promise<void>;
}

/** The trail whose logging is off. */
export interface StoppedTrail {
  readonly arn: string;
  readonly homeRegion: string;
}

/** What became of it. */
export interface Restart {
  readonly isStarted: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Starts logging again, unless that was done too often: 164.312(b), 164.308(a)(6)(ii). The time is written down before the call, so that a
 * run which dies between the two counts. A memory that does not answer keeps logging off in no case: it is a finding of its own.
 */
export async function restartLogging(
  { arn, homeRegion }: StoppedTrail,
  trails: TrailStarter,
  memory: RestartMemory,
  nowMs: number,
): Promise<Restart> {
  const finding = findingsAbout(arn);
  const findings: Finding[] = [];
  const forget = (): undefined => {
    findings.push(finding('restart_unremembered', 'a record of earlier starts', 'none that can be read and written'));
    return undefined;
  };
  const decision = decideRestart(await memory.read().catch(forget), nowMs);
  if (decision.kind === 'refuse') {
    const most = `at most ${MAX_RESTARTS} starts in ${RESTART_WINDOW_MS / 60_000} minutes`;
    return { isStarted: false, findings: [finding('restart_refused', most, `${decision.restarts}, and logging stopped again`)] };
  }
  await memory.write(decision.remember).catch(() => findings.length > 0 || forget());
  try {
    await trails.start(homeRegion, arn);
    return { isStarted: true, findings };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'an unknown error';
    return { isStarted: false, findings: [...findings, finding('restart_failed', 'logging started again', why)] };
  }
}
