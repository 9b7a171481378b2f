import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { groupBy } from '../../model/group-by';
import { once } from '../../model/once';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { queryOf } from '../liveness/alarm-rule';
import { workersOf, workQueuesOf } from '../liveness/queues-are-worked-off';
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
  'AWS::Events::Rule': ['AWS/Events FailedInvocations'],
};

/** What holds or carries records, and what could not be delivered, does not fail in silence: 164.308(a)(6)(ii), 164.308(a)(7)(i). */
export const failuresAreWatched: Check = {
  id: 'presence/failures-are-watched',
  claim:
    'alarms are over the errors of every load balancer and of the functions behind it, the storage of every database, every rule over ' +
    'events, every queue of dead letters, and the age of what waits in other queues and the errors of the functions that work them off',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      [
        ...environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer'),
        ...environment.of('AWS::RDS::DBInstance'),
        ...serversOf(environment),
        ...workersOf(environment),
        ...workQueuesOf(environment),
        ...deadLettersOf(environment),
        ...detectingRulesOf(environment),
      ],
      '164.308(a)(6)(ii)',
      (resource) =>
        signsOf(environment, resource)
          .filter((sign) => !isWatched(environment, resource, sign))
          .map((sign) => ({ property: 'alarm', value: undefined, expected: `an alarm over ${sign}` })),
      'the templates hold nothing that could fail unseen',
    ),
};

/** What waits in a queue that is worked off is no sign, but how long it waits is. */
function signsOf(environment: EnvironmentModel, resource: Resource): readonly string[] {
  return workQueuesOf(environment).includes(resource) ? ['AWS/SQS ApproximateAgeOfOldestMessage'] : (SIGNS[resource.type] ?? []);
}

/** Whether an alarm is over a metric of AWS about the resource. */
export function isWatched(environment: EnvironmentModel, resource: Resource, metric: string): boolean {
  return (alarmsByMetric(environment).get(metric) ?? []).some((alarm) =>
    queryOf(alarm)
      ? alarm.region === resource.region
      : recordsAt(alarm, 'Dimensions').some(({ Value }) => environment.at(Value, resource.type) === resource),
  );
}

/** Alarms by namespace and name of their metric, or of the one that they query. */
const alarmsByMetric = once((environment: EnvironmentModel) =>
  groupBy(environment.of('AWS::CloudWatch::Alarm'), (alarm) => {
    const query = queryOf(alarm);
    return query ? `${query.namespace} ${query.metricName}` : `${textAt(alarm, 'Namespace')} ${textAt(alarm, 'MetricName')}`;
  }),
);

/** A rule that keeps time is missed by what it should have started. */
function detectingRulesOf(environment: EnvironmentModel): readonly Resource[] {
  return environment.of('AWS::Events::Rule').filter((rule) => valueAt(rule, 'EventPattern') !== undefined);
}

function deadLettersOf(environment: EnvironmentModel): readonly Resource[] {
  const ofRules = environment
    .of('AWS::Events::Rule')
    .flatMap((rule) =>
      recordsAt(rule, 'Targets').map(({ DeadLetterConfig: letters }) => (isJson(letters) ? environment.at(letters['Arn']) : undefined)),
    );
  const ofFunctions = environment.of('AWS::Lambda::Function').map((each) => environment.at(valueAt(each, 'DeadLetterConfig.TargetArn')));
  const ofQueues = environment.of('AWS::SQS::Queue').map((each) => environment.at(valueAt(each, 'RedrivePolicy.deadLetterTargetArn')));
  const letters = new Set<unknown>([...ofRules, ...ofFunctions, ...ofQueues]);
  return environment.of('AWS::SQS::Queue').filter((queue) => letters.has(queue));
}
