import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { dataClassOf, NO_DATA_CLASSES, tellsDataClasses } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt } from '../../model/read';

/** Types that data of one class passes through, or whose users it is about. */
const ONE_CLASS: Readonly<Record<string, string>> = {
  'AWS::WAFv2::WebACL': 'audit',
  'AWS::EC2::FlowLog': 'audit',
  'AWS::Cognito::UserPool': 'phi',
};

/** What passes through a thing decides who may look into it, so it has to be said, and said truly. */
export const carriersSayWhatTheyCarry: Check = {
  id: 'strength/carriers-say-what-they-carry',
  claim:
    'every load balancer and target group carries the tag of the class of what stands behind it; web ACLs and flow logs that of ' +
    'audit, user pools that of PHI',
  citations: ['164.308(a)(1)(ii)(A)', '164.312(e)(1)'],
  severity: 'error',
  evaluate: (environment) => {
    if (!tellsDataClasses(environment)) return { state: 'notApplicable', reason: NO_DATA_CLASSES };
    return judgeTypes(
      environment,
      ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::TargetGroup', ...Object.keys(ONE_CLASS)],
      '164.308(a)(1)(ii)(A)',
      (carrier): readonly Fault[] => {
        const [given, wanted] = [dataClassOf(carrier), ONE_CLASS[carrier.type] ?? classBehind(environment, carrier)];
        return given === wanted ? [] : [{ property: 'Tags DataClass', value: given, expected: wanted }];
      },
    );
  },
};

/** PHI, unless every function behind it says otherwise with one voice. */
function classBehind(environment: EnvironmentModel, carrier: Resource): string {
  const groups = carrier.type.endsWith('TargetGroup')
    ? [carrier]
    : environment.of('AWS::ElasticLoadBalancingV2::TargetGroup').filter((group) => isBehind(environment, group, carrier));
  const classes = groups.flatMap((group) => recordsAt(group, 'Targets').map(({ Id }) => classOf(environment.at(Id))));
  const [first] = classes;
  return first !== undefined && classes.every((each) => each === first) ? first : 'phi';
}

function classOf(target: Resource | undefined): string {
  return (target && dataClassOf(target)) ?? 'phi';
}

function isBehind(environment: EnvironmentModel, group: Resource, balancer: Resource): boolean {
  return environment.of('AWS::ElasticLoadBalancingV2::ListenerRule').some((rule) => {
    const listener = environment.at(textAt(rule, 'ListenerArn'));
    const isOf = listener !== undefined && environment.at(textAt(listener, 'LoadBalancerArn')) === balancer;
    return isOf && recordsAt(rule, 'Actions').some(({ TargetGroupArn }) => environment.at(TargetGroupArn) === group);
  });
}
