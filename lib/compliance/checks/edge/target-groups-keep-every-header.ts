import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import { textAt } from '../../model/read';
import { expectAttribute } from './load-balancers-are-strict';

/** Of two equal headers the last would win in silence; a function has to see both to refuse. */
export const targetGroupsKeepEveryHeader: Check = {
  id: 'strength/target-groups-keep-every-header',
  claim: 'every target group of functions hands over every value of every header',
  citations: ['164.312(d)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::TargetGroup'], '164.312(d)', (group) =>
      textAt(group, 'TargetType') === 'lambda'
        ? expectAttribute(group, 'lambda.multi_value_headers.enabled', 'true')
        : [{ property: 'TargetType', value: textAt(group, 'TargetType'), expected: 'lambda' }],
    ),
};
