import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';

/** The metric by which each type says that it fails, any one of which is enough. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  'AWS::SQS::Queue': ['AWS/SQS ApproximateNumberOfMessagesVisible'],
  'AWS::Lambda::Function': ['AWS/Lambda Errors'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['AWS/ApplicationELB HTTPCode_ELB_5XX_Count'],
  'AWS::RDS::DBInstance': ['AWS/RDS FreeStorageSpace'],
};

/** What holds or carries records, and what could not be delivered, does not fail in silence: 164.308(a)(6)(ii), 164.308(a)(7)(i). */
export const failuresAreWatched: Check = {
  id: 'liveness/failures-are-watched',
  claim: 'an alarm is over the errors of every load balancer and of the functions behind it, the storage of every database, and every queue of dead letters',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      [...environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer'), ...environment.of('AWS::RDS::DBInstance'), ...serversOf(environment), ...deadLettersOf(environment)],
      '164.308(a)(6)(ii)',
      (resource) => {
        const signs = SIGNS[resource.type] ?? [];
        const isWatched = environment.of('AWS::CloudWatch::Alarm').some((alarm) => signs.includes(`${textAt(alarm, 'Namespace')} ${textAt(alarm, 'MetricName')}`) && isAbout(environment, alarm, resource));
        return isWatched ? [] : [{ property: 'alarm', value: undefined, expected: `an alarm over ${signs.join(' or ')}` }];
      },
      'the templates hold nothing that could fail unseen',
    ),
};

function isAbout(environment: EnvironmentModel, alarm: Resource, resource: Resource): boolean {
  return recordsAt(alarm, 'Dimensions').some(({ Value }) => environment.at(Value, resource.type) === resource);
}

function serversOf(environment: EnvironmentModel): readonly Resource[] {
  const targets = environment.of('AWS::ElasticLoadBalancingV2::TargetGroup').flatMap((group) => recordsAt(group, 'Targets').map(({ Id }) => environment.at(Id)));
  return environment.of('AWS::Lambda::Function').filter((each) => targets.includes(each));
}

function deadLettersOf(environment: EnvironmentModel): readonly Resource[] {
  const ofRules = environment.of('AWS::Events::Rule').flatMap((rule) =>
    recordsAt(rule, 'Targets').map(({ DeadLetterConfig: letters }) => (isJson(letters) ? environment.at(letters['Arn']) : undefined)),
  );
  const ofFunctions = environment.of('AWS::Lambda::Function').map((each) => environment.at(valueAt(each, 'DeadLetterConfig.TargetArn')));
  return environment.of('AWS::SQS::Queue').filter((queue) => [...ofRules, ...ofFunctions].includes(queue));
}
