import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { recordsAt, toList, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { isRecorded } from '../trail/event-selectors';

const MOST_BASIC = 5;
const MOST_VALUES = 500;

/** CDK writes basic selectors, empty or not, beside advanced ones; CloudTrail takes one kind. */
export const trailSelectorsAreTaken: Check = {
  id: 'deploy/trail-selectors-are-taken',
  claim: 'every trail has selectors of one kind, no more than CloudTrail takes, and selects the events that its insights are made from',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::CloudTrail::Trail'], '164.312(b)', faultsOf),
};

function faultsOf(trail: Resource): readonly Fault[] {
  const advanced = recordsAt(trail, 'AdvancedEventSelectors');
  const basic = valueAt(trail, 'EventSelectors');
  const values = advanced
    .flatMap(({ FieldSelectors }) => toList(FieldSelectors))
    .filter(isJson)
    .flatMap((field) => Object.entries(field).flatMap(([key, operands]) => (key === 'Field' ? [] : toList(operands))));
  const uncategorised = advanced.filter(
    ({ FieldSelectors }) =>
      !toList(FieldSelectors).some((field) => isJson(field) && field['Field'] === 'eventCategory' && field['Equals'] !== undefined),
  );
  return [
    ...(advanced.length > 0 && basic !== undefined
      ? [{ property: 'EventSelectors', value: basic, expected: 'absent beside AdvancedEventSelectors' }]
      : []),
    ...(toList(basic).length <= MOST_BASIC
      ? []
      : [{ property: 'EventSelectors', value: toList(basic).length, expected: `at most ${MOST_BASIC}` }]),
    ...(values.length <= MOST_VALUES
      ? []
      : [{ property: 'AdvancedEventSelectors', value: values.length, expected: `at most ${MOST_VALUES} values` }]),
    ...uncategorised.map(({ Name }): Fault => ({ property: 'AdvancedEventSelectors', value: Name, expected: 'eventCategory in each' })),
    ...(advanced.length > 0 ? insights(trail, advanced) : []),
  ];
}

function insights(trail: Resource, selectors: readonly Readonly<Record<string, unknown>>[]): readonly Fault[] {
  const selects = (readOnly: string): boolean => isRecorded(selectors, { eventCategory: 'Management', readOnly });
  const wanted = recordsAt(trail, 'InsightSelectors').map(({ InsightType }) => InsightType);
  const fits = (type: unknown): boolean => (type === 'ApiErrorRateInsight' ? selects('true') || selects('false') : selects('false'));
  return wanted
    .filter((type) => !fits(type))
    .map((type) => ({ property: 'InsightSelectors', value: type, expected: 'management events that it is made from' }));
}
