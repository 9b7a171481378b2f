import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { longestGapDays } from '../../simulation/schedule';
import { ARCHIVE_DAYS } from '../hard/archives-are-locked';
import { REHEARSAL_DAYS, rulesOf, type PlanRule } from './plans';

/** A month and a day's delay. */
const MONTH_DAYS = 32;

/** What a day's copy is good for: to see a month later that something went wrong. */
const RECENT_DAYS = 30;

/** Less cuts off the first full backup of a large store. */
const LEAST_COMPLETION_MINUTES = 480;

/** What some rule of a plan must do, as a phrase, and whether a rule does it. */
type Wish = readonly [expected: string, fits: (rule: PlanRule) => boolean];

/** However data is lost, there is a backup from before: minutes ago, yesterday in another Region, and years ago. */
export const backupsAreFrequentAndKept: Check = {
  id: 'strength/backups-are-frequent-and-kept',
  claim: 'stores are backed up all the time, daily with a copy in another Region, and monthly for years (production: six), here and there',
  citations: ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) => {
    const years = environment.isProduction ? ARCHIVE_DAYS : REHEARSAL_DAYS;
    return judgeTypes(environment, ['AWS::Backup::BackupPlan'], '164.308(a)(7)(ii)(A)', (plan) => {
      const rules = selected(environment, plan) ? rulesOf(environment, plan) : [];
      // That there is none at all, a check of presence says; a copy to one that is not there, the check of rules and vaults.
      const hasElsewhere = environment.of('AWS::Backup::BackupVault').some(({ region }) => region !== plan.region);
      const here: readonly Wish[] = [
        [
          `a continuous rule, once a day, kept ${RECENT_DAYS} days`,
          (rule) => rule.isContinuous && isEvery(rule, 1) && rule.made.days >= RECENT_DAYS,
        ],
        [`a monthly rule kept ${years} days in a vault here`, (rule) => isEvery(rule, MONTH_DAYS) && isCopied(plan, rule, years, false)],
      ];
      const elsewhere: readonly Wish[] = [
        [
          `a daily rule with a copy in another Region, kept ${RECENT_DAYS} days`,
          (rule) => !rule.isContinuous && isEvery(rule, 1) && isCopied(plan, rule, RECENT_DAYS, true),
        ],
        [`a monthly rule kept ${years} days in another Region`, (rule) => isEvery(rule, MONTH_DAYS) && isCopied(plan, rule, years, true)],
      ];
      return [
        ...[...here, ...(hasElsewhere ? elsewhere : [])]
          .filter(([, fits]) => !rules.some(fits))
          .map(([expected]): Fault => ({ property: 'BackupPlan.BackupPlanRule', value: 'absent', expected })),
        ...rules.flatMap(({ property, completionMinutes = Number.POSITIVE_INFINITY }): readonly Fault[] =>
          completionMinutes >= LEAST_COMPLETION_MINUTES
            ? []
            : [
                {
                  property: `${property}.CompletionWindowMinutes`,
                  value: completionMinutes,
                  expected: `at least ${LEAST_COMPLETION_MINUTES}`,
                },
              ],
        ),
      ];
    });
  },
};

/** A plan without a selection runs for nothing. */
function selected(environment: EnvironmentModel, plan: Resource): boolean {
  return environment.of('AWS::Backup::BackupSelection').some((selection) => environment.at(textAt(selection, 'BackupPlanId')) === plan);
}

function isEvery({ schedule }: PlanRule, days: number): boolean {
  return schedule !== undefined && longestGapDays(schedule) <= days;
}

function isCopied(plan: Resource, { made, copies }: PlanRule, days: number, elsewhere: boolean): boolean {
  return [made, ...copies].some(
    (stay) => stay.vault !== undefined && stay.days >= days && (stay.vault.region !== plan.region) === elsewhere,
  );
}
