import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt } from '../../model/read';
import { covers } from '../../policy/pattern';

const BALANCING = 'elasticloadbalancing.amazonaws.com';

/**
 * What the load balancer forwards arrives, and at no function that is not meant to face the internet: a permission says which one is.
 * 164.312(a)(1). Whether the function answers, alarms show.
 */
export const targetsMayBeInvoked: Check = {
  id: 'liveness/targets-may-be-invoked',
  claim: 'every target group has functions of these templates behind it, each of which lets exactly that target group invoke it',
  citations: ['164.312(a)(1)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::ElasticLoadBalancingV2::TargetGroup'], '164.312(a)(1)', (group): readonly Fault[] => {
      const targets = recordsAt(group, 'Targets').map(({ Id }) => Id);
      if (targets.length === 0) return [{ property: 'Targets', value: undefined, expected: 'a function' }];
      return targets.flatMap((id, at): readonly Fault[] => {
        const target = environment.at(id, 'AWS::Lambda::Function');
        if (!target) return [{ property: `Targets.${at}.Id`, value: id, expected: 'a function of these templates' }];
        const lets = environment.of('AWS::Lambda::Permission').some((permission) => letsInvoke(environment, permission, group, target));
        return lets
          ? []
          : [
              {
                property: `Targets.${at}.Id`,
                value: `${target.logicalId} does not let this group in`,
                expected: 'a permission that names the target group',
              },
            ];
      });
    }),
};

function letsInvoke(environment: EnvironmentModel, permission: Resource, group: Resource, target: Resource): boolean {
  const { account } = environment.place;
  return (
    environment.at(textAt(permission, 'FunctionName')) === target &&
    textAt(permission, 'Principal') === BALANCING &&
    (textAt(permission, 'SourceAccount') ?? account) === account &&
    covers(textAt(permission, 'SourceArn') ?? '', environment.refOf(group))
  );
}
