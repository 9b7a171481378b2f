import type { Check } from '../../check';
import { missing, toFinding, verdictOf } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, valueAt } from '../../model/read';
import { minutesBetween } from '../liveness/schedule';
import { isWatched } from './failures-are-watched';
import { clocksOf, exportersOf, guardiansOf, namedIn, rotatorsOf, scheduledIn, signallersOf } from './working-functions';

/** Work that has to be done again and again. */
interface StandingWork {
  readonly name: string;
  readonly claim: string;
  readonly citation: string;
  /** Minutes between two runs, at most. */
  readonly within: number;
  readonly find: (environment: EnvironmentModel) => readonly Resource[];
  /** The metric whose silence tells that it is not done; what tells of itself by its log needs none. */
  readonly missedBy?: string;
  /** Where others run a resource of this type, the work is theirs, too. */
  readonly unlessAdopted?: string;
}

const WORK: readonly StandingWork[] = [
  // The alarm over the age of what waits rings after five minutes.
  {
    name: 'an-export-of-audit',
    claim: 'audit is carried to its archive every five minutes or oftener',
    citation: '164.312(b)',
    within: 5,
    find: exportersOf,
  },
  {
    name: 'a-look-for-unusual-access',
    claim: 'audit is looked through for unusual access every five minutes or oftener, and an alarm rings when it is not',
    citation: '164.308(a)(1)(ii)(D)',
    within: 5,
    find: signallersOf,
    missedBy: 'AWS/Lambda Invocations',
  },
  {
    name: 'a-rotation-of-data-keys',
    claim: 'data keys are rotated by a schedule of a day or less',
    citation: '164.312(a)(2)(iv)',
    within: 1440,
    find: rotatorsOf,
  },
  // A user pool publishes a new key before it signs with it, by how long it does not say.
  {
    name: 'a-refresh-of-token-keys',
    claim: 'the keys of tokens are fetched every hour or oftener',
    citation: '164.312(d)',
    within: 60,
    find: refreshersOf,
    missedBy: 'AWS/Lambda Invocations',
  },
  {
    name: 'a-verification-of-the-trail',
    claim: 'the trail and its files are verified every hour or oftener',
    citation: '164.312(b)',
    within: 60,
    find: guardiansOf,
    unlessAdopted: 'AWS::CloudTrail::Trail',
  },
  {
    name: 'a-look-at-the-clocks-of-incidents',
    claim: 'the clocks of incidents are looked at every hour or oftener, and an alarm rings when they are not',
    citation: '164.404(b)',
    within: 60,
    find: clocksOf,
    missedBy: 'AWS/Lambda Invocations',
  },
];

function refreshersOf(environment: EnvironmentModel): readonly Resource[] {
  return scheduledIn(environment).filter((each) => {
    const types = namedIn(environment, each).map(({ type }) => type);
    return types.includes('AWS::Cognito::UserPool') && types.includes('AWS::SSM::Parameter');
  });
}

/** One check for each work that an environment must do by itself. */
export const STANDING_WORK_CHECKS: readonly Check[] = WORK.map(({ name, claim, citation, within, find, missedBy, unlessAdopted }) => ({
  id: `presence/${name}`,
  claim,
  citations: [citation],
  severity: 'error',
  evaluate: (environment) => {
    const found = find(environment);
    const adopted = unlessAdopted === undefined ? undefined : environment.adopted(unlessAdopted);
    if (found.length === 0 && adopted) {
      return { state: 'notApplicable', reason: `${adopted.managedBy} runs what it is done to, which these templates do not show` };
    }
    const late = found.filter(
      (each) => !rulesOf(environment, each).some((rule) => (minutesBetween(rule) ?? Number.POSITIVE_INFINITY) <= within),
    );
    const unwatched = missedBy === undefined ? [] : found.filter((each) => !isWatched(environment, each, missedBy));
    return verdictOf(found, [
      ...(found.length > 0 ? [] : [missing(environment, citation, 'a function on a schedule that does it')]),
      ...late.map((each) =>
        toFinding(each, citation, {
          property: 'ScheduleExpression',
          value: rulesOf(environment, each).map((rule) => valueAt(rule, 'ScheduleExpression')),
          expected: `every ${within} minutes or oftener`,
        }),
      ),
      ...unwatched.map((each) => toFinding(each, citation, { property: 'alarm', value: undefined, expected: `an alarm over ${missedBy}` })),
    ]);
  },
}));

function rulesOf(environment: EnvironmentModel, each: Resource): readonly Resource[] {
  return environment
    .of('AWS::Events::Rule')
    .filter((rule) => recordsAt(rule, 'Targets').some(({ Arn }) => environment.at(Arn, each.type) === each));
}
