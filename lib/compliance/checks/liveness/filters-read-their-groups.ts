import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { textAt } from '../../model/read';

/** A filter finds something only in a group that is there, and of the one class that can be filtered. */
export const filtersReadTheirGroups: Check = {
  id: 'liveness/filters-read-their-groups',
  claim: 'every metric filter reads a log group of these templates, of the standard class',
  citations: ['164.308(a)(1)(ii)(D)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Logs::MetricFilter'], '164.308(a)(1)(ii)(D)', (filter): readonly Fault[] => {
      const name = textAt(filter, 'LogGroupName');
      const group = environment.at(name, 'AWS::Logs::LogGroup');
      if (!group) return [{ property: 'LogGroupName', value: name, expected: 'a log group of these templates' }];
      const kind = textAt(group, 'LogGroupClass') ?? 'STANDARD';
      return kind === 'STANDARD'
        ? []
        : [{ property: 'LogGroupName', value: `${group.logicalId} of class ${kind}`, expected: 'a log group of class STANDARD' }];
    }),
};
