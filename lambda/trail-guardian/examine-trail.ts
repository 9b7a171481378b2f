import { compareInsights, compareSelectors, compareTrail } from './compare-trail';
import { trailArn, type ExpectedTrail } from './contract';
import { findingsAbout, type Finding } from './findings';
import { judgeDelivery } from './judge-delivery';
import { Placeholders } from './placeholders';
import type { LiveTrail, TrailReader } from './ports';

/** What a look at the live trail gave. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** The trail, where there is the one that is expected. */
  readonly live: LiveTrail | undefined;
  readonly isLogging: boolean;
  /** When logging was started last, in milliseconds since 1970. */
  readonly startedMs: number | undefined;
  /** Values that only a deploy knows and that were taken from the live trail, by their place in the templates. */
  readonly learnt: Readonly<Record<string, string>>;
}

/** Where to look. The home Region of the trail is always looked at. */
export interface ExaminationScope {
  readonly recoveryRegion: string;
  readonly nowMs: number;
}

const NOTHING = { live: undefined, isLogging: false, startedMs: undefined, learnt: {} } as const;

/**
 * Looks whether the live trail is the one of the template, and whether it delivers: 164.312(b), 164.308(a)(1)(ii)(D). Settings are asked for
 * in the home Region, delivery in the recovery Region, too, since each Region delivers for itself.
 *
 * @throws TrailError when CloudTrail does not answer.
 */
export async function examineTrail(expected: ExpectedTrail, trails: TrailReader, scope: ExaminationScope): Promise<Examination> {
  const { homeRegion, name } = expected;
  const arn = trailArn(expected);
  const finding = findingsAbout(arn);
  const known = await trails.trails(homeRegion);
  const live = known.find((each) => each.arn === arn);
  if (!live) {
    const other = known.find((each) => each.name === name && each.homeRegion !== homeRegion);
    return other
      ? {
          ...NOTHING,
          findings: [
            finding('home_region_other', `a trail whose home is ${homeRegion}`, `${other.arn}, whose home is ${other.homeRegion}`),
          ],
        }
      : { ...NOTHING, findings: [finding('trail_missing', 'a trail', 'none')] };
  }
  const placeholders = new Placeholders();
  const findings = [
    ...compareTrail(expected, live, placeholders),
    ...compareSelectors(expected.eventSelectors, await trails.eventSelectors(homeRegion, arn), placeholders),
    ...compareInsights(expected.insights, await trails.insights(homeRegion, arn)),
  ];
  const home = await trails.status(homeRegion, arn);
  findings.push(...judgeDelivery(home, { region: homeRegion, isHome: true }, scope.nowMs));
  // Stopped at home is stopped everywhere, and said once.
  if (home.isLogging && live.isMultiRegion && scope.recoveryRegion !== homeRegion) {
    const recovery = await trails.status(scope.recoveryRegion, arn);
    findings.push(...judgeDelivery(recovery, { region: scope.recoveryRegion, isHome: false }, scope.nowMs));
  }
  return { findings, live, isLogging: home.isLogging, startedMs: home.startedMs, learnt: placeholders.learnt };
}
