import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { recordsAt, textAt } from '../../model/read';
import { everydayLogins } from '../presence/database-lines';
import { EVERYDAY } from '../presence/trail-events';
import { alarmsOver, matchesLine } from './metric-filters';

/** What logs of ours are full of when all is well. */
const calmLinesOf = once((environment: EnvironmentModel): readonly unknown[] => [
  ...EVERYDAY,
  { level: 'info', event: 'request', status: 200 },
  ...everydayLogins(environment),
]);

/** A metric that nobody looks at is no detection, and one that counts everything soon is none. */
export const filtersServeAlarms: Check = {
  id: 'liveness/filters-serve-alarms',
  claim:
    'every metric filter reads a log group of the standard class, counts nothing everyday, and fills a metric without dimensions that ' +
    'an alarm is over',
  citations: ['164.308(a)(1)(ii)(D)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Logs::MetricFilter'], '164.308(a)(1)(ii)(D)', (filter) => faultsOf(environment, filter)),
};

function faultsOf(environment: EnvironmentModel, filter: Resource): readonly Fault[] {
  const transformations = recordsAt(filter, 'MetricTransformations');
  const calm = calmLinesOf(environment).find((line) => matchesLine(filter, line));
  return [
    ...readsGroup(environment, filter),
    ...(calm
      ? [{ property: 'FilterPattern', value: textAt(filter, 'FilterPattern'), expected: `no match of ${JSON.stringify(calm)}` }]
      : []),
    ...(transformations.length > 0 ? [] : [{ property: 'MetricTransformations', value: undefined, expected: 'a metric' }]),
    ...transformations.flatMap((transformation, at) => [
      ...expectAbsent(filter, `MetricTransformations.${at}.Dimensions`),
      ...(alarmsOver(environment, transformation).length > 0
        ? []
        : [
            {
              property: `MetricTransformations.${at}.MetricName`,
              value: transformation['MetricName'],
              expected: 'a metric that an alarm of these templates is over',
            },
          ]),
    ]),
  ];
}

/** A filter finds something only in a group that is there, and of the one class that can be filtered. */
function readsGroup(environment: EnvironmentModel, filter: Resource): readonly Fault[] {
  const name = textAt(filter, 'LogGroupName');
  if (name !== undefined && environment.adopted('AWS::Logs::LogGroup', name)) return [];
  const group = environment.at(name, 'AWS::Logs::LogGroup');
  if (!group) return [{ property: 'LogGroupName', value: name, expected: 'a log group of these templates' }];
  const kind = textAt(group, 'LogGroupClass') ?? 'STANDARD';
  return kind === 'STANDARD'
    ? []
    : [{ property: 'LogGroupName', value: `${group.logicalId} of class ${kind}`, expected: 'a log group of class STANDARD' }];
}
