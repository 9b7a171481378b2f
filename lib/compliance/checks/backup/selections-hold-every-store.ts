import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { tagOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt } from '../../model/read';
import { meetsConditions } from './conditions';
import { selects, storesToBackUp } from './plans';

/** A plan that selects nothing backs up nothing, and reports no failure. */
export const selectionsHoldEveryStore: Check = {
  id: 'liveness/selections-hold-every-store',
  claim: 'a selection of a backup plan of these templates takes in every store of PHI or audit',
  citations: ['164.308(a)(7)(ii)(A)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      storesToBackUp(environment).map(({ store }) => store),
      '164.308(a)(7)(ii)(A)',
      (store): readonly Fault[] =>
        environment.of('AWS::Backup::BackupSelection').some((selection) => holds(environment, selection, store))
          ? []
          : [
              {
                property: 'BackupSelection',
                value: 'in none',
                expected: 'in a selection of a plan of these templates, in the same Region',
              },
            ],
      'the templates hold no store of PHI or audit',
    ),
};

/** Whether a plan backs a store up. */
export function isBackedUpBy(environment: EnvironmentModel, plan: Resource, store: Resource): boolean {
  return environment
    .of('AWS::Backup::BackupSelection')
    .some((selection) => environment.at(textAt(selection, 'BackupPlanId')) === plan && holds(environment, selection, store));
}

/** As AWS Backup selects: by ARN or by any tag; then not what is excluded; then only what meets every condition. */
function holds(environment: EnvironmentModel, selection: Resource, store: Resource): boolean {
  const isIn =
    textsAt(selection, 'BackupSelection.Resources').some((pattern) => selects(environment, pattern, store)) || isTagged(selection, store);
  const isOut = textsAt(selection, 'BackupSelection.NotResources').some((pattern) => selects(environment, pattern, store));
  const isOfPlan = environment.at(textAt(selection, 'BackupPlanId'), 'AWS::Backup::BackupPlan') !== undefined;
  return isOfPlan && selection.region === store.region && isIn && !isOut && meetsConditions(selection, 'BackupSelection.Conditions', store);
}

function isTagged(selection: Resource, store: Resource): boolean {
  return recordsAt(selection, 'BackupSelection.ListOfTags').some(
    ({ ConditionKey: key, ConditionValue: value }) => typeof key === 'string' && tagOf(store, key) === value,
  );
}
