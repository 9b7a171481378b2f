import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { recordsAt, toNumber, valueAt } from '../../model/read';

/** Two rules of one priority are refused; a template checker does not see that they share a listener. */
export const prioritiesAreUnique: Check = {
  id: 'deploy/priorities-are-unique',
  claim: 'no two rules of a listener, and no two rules of a web ACL, have one priority',
  citations: ['164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) => {
    const rules = environment.of('AWS::ElasticLoadBalancingV2::ListenerRule');
    return judgeTypes(
      environment,
      ['AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::WAFv2::WebACL'],
      '164.308(a)(8)',
      (each): readonly Fault[] => {
        if (each.type === 'AWS::WAFv2::WebACL') {
          const priorities = recordsAt(each, 'Rules').map(({ Priority }) => toNumber(Priority));
          return new Set(priorities).size === priorities.length
            ? []
            : [{ property: 'Rules.*.Priority', value: priorities, expected: 'each once' }];
        }
        const priority = toNumber(valueAt(each, 'Priority')) ?? 0;
        const twin = rules.find(
          (other) =>
            other !== each &&
            valueAt(other, 'ListenerArn') === valueAt(each, 'ListenerArn') &&
            toNumber(valueAt(other, 'Priority')) === priority,
        );
        return [
          ...(twin ? [{ property: 'Priority', value: `${priority}, as ${twin.logicalId}`, expected: 'one of its own' }] : []),
          ...(priority >= 1 && priority <= 50_000 ? [] : [{ property: 'Priority', value: priority, expected: '1 to 50000' }]),
        ];
      },
    );
  },
};
