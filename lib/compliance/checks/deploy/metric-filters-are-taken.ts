import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { recordsAt, toList } from '../../model/read';

const MOST_DIMENSIONS = 3;

/** A value for "nothing matched" is what keeps an alarm out of missing data; CloudWatch Logs takes it only without dimensions. */
export const metricFiltersAreTaken: Check = {
  id: 'deploy/metric-filters-are-taken',
  claim: 'every metric filter makes one metric, with a default value or up to three dimensions, not both',
  citations: ['164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Logs::MetricFilter'], '164.308(a)(1)(ii)(D)', (filter): readonly Fault[] => {
      const made = recordsAt(filter, 'MetricTransformations');
      return [
        ...(made.length === 1 ? [] : [{ property: 'MetricTransformations', value: made.length, expected: 'one' }]),
        ...made.flatMap(({ DefaultValue, Dimensions }, at): Fault[] => {
          const dimensions = toList(Dimensions).length;
          const path = `MetricTransformations.${at}`;
          return [
            ...(DefaultValue !== undefined && dimensions > 0
              ? [{ property: `${path}.DefaultValue`, value: DefaultValue, expected: 'absent beside dimensions' }]
              : []),
            ...(dimensions <= MOST_DIMENSIONS
              ? []
              : [{ property: `${path}.Dimensions`, value: dimensions, expected: `at most ${MOST_DIMENSIONS}` }]),
          ];
        }),
      ];
    }),
};
