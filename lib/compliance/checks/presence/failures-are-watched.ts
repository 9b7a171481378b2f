import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { serversOf } from './working-functions';

/** The metrics by which each type says that it fails, each in another way. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  'AWS::SQS::Queue': ['AWS/SQS ApproximateNumberOfMessagesVisible'],
  'AWS::Lambda::Function': ['AWS/Lambda Errors', 'AWS/Lambda Throttles'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    'AWS/ApplicationELB HTTPCode_ELB_5XX_Count',
    'AWS/ApplicationELB HTTPCode_Target_5XX_Count',
  ],
  'AWS::RDS::DBInstance': ['AWS/RDS FreeStorageSpace'],
};

/** What holds or carries records, and what could not be delivered, does not fail in silence: 164.308(a)(6)(ii), 164.308(a)(7)(i). */
export const failuresAreWatched: Check = {
  id: 'presence/failures-are-watched',
  claim:
    'alarms are over the errors of every load balancer and of the functions behind it, the storage of every database, and every queue ' +
    'of dead letters',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      [
        ...environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer'),
        ...environment.of('AWS::RDS::DBInstance'),
        ...serversOf(environment),
        ...deadLettersOf(environment),
      ],
      '164.308(a)(6)(ii)',
      (resource) =>
        (SIGNS[resource.type] ?? [])
          .filter((sign) => !isWatched(environment, resource, sign))
          .map((sign) => ({ property: 'alarm', value: undefined, expected: `an alarm over ${sign}` })),
      'the templates hold nothing that could fail unseen',
    ),
};

/** Whether an alarm is over a metric of AWS about the resource. */
export function isWatched(environment: EnvironmentModel, resource: Resource, metric: string): boolean {
  return environment
    .of('AWS::CloudWatch::Alarm')
    .some(
      (alarm) =>
        `${textAt(alarm, 'Namespace')} ${textAt(alarm, 'MetricName')}` === metric &&
        recordsAt(alarm, 'Dimensions').some(({ Value }) => environment.at(Value, resource.type) === resource),
    );
}

function deadLettersOf(environment: EnvironmentModel): readonly Resource[] {
  const ofRules = environment
    .of('AWS::Events::Rule')
    .flatMap((rule) =>
      recordsAt(rule, 'Targets').map(({ DeadLetterConfig: letters }) => (isJson(letters) ? environment.at(letters['Arn']) : undefined)),
    );
  const ofFunctions = environment.of('AWS::Lambda::Function').map((each) => environment.at(valueAt(each, 'DeadLetterConfig.TargetArn')));
  return environment.of('AWS::SQS::Queue').filter((queue) => [...ofRules, ...ofFunctions].includes(queue));
}
