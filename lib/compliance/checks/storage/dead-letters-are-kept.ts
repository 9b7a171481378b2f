import type { Check } from '../../check';
import { expectAtLeast, judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, valueAt, within } from '../../model/read';

/** As long as SQS keeps anything: an alarm of Christmas Eve is still there when everybody is back. */
const KEPT_SECONDS = 14 * 86_400;

/** What EventBridge and Lambda may send. */
const LARGEST_EVENT_BYTES = 262_144;

/** What could not be delivered is kept until somebody has had time to look. */
export const deadLettersAreKept: Check = {
  id: 'strength/dead-letters-are-kept',
  claim: 'every queue for what could not be delivered keeps it for fourteen days, at any size',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) => {
    const queues = queuesForDeadLetters(environment);
    return judgeEach(
      queues,
      '164.308(a)(6)(ii)',
      (queue) => [
        ...expectAtLeast(queue, 'MessageRetentionPeriod', KEPT_SECONDS),
        ...(valueAt(queue, 'MaximumMessageSize') === undefined ? [] : expectAtLeast(queue, 'MaximumMessageSize', LARGEST_EVENT_BYTES)),
      ],
      'no rule, function or queue of the templates has a dead-letter queue of these templates',
    );
  },
};

function queuesForDeadLetters(environment: EnvironmentModel): readonly Resource[] {
  const targets = [
    ...environment.of('AWS::Lambda::Function').map((each) => valueAt(each, 'DeadLetterConfig.TargetArn')),
    ...environment.of('AWS::Lambda::EventInvokeConfig').map((each) => valueAt(each, 'DestinationConfig.OnFailure.Destination')),
    ...environment.of('AWS::SNS::Subscription').map((each) => valueAt(each, 'RedrivePolicy.deadLetterTargetArn')),
    ...environment.of('AWS::SQS::Queue').map((each) => valueAt(each, 'RedrivePolicy.deadLetterTargetArn')),
    ...environment
      .of('AWS::Events::Rule')
      .flatMap((rule) => recordsAt(rule, 'Targets').map((target) => within(rule, target, 'DeadLetterConfig.Arn'))),
  ];
  const named = new Set(targets.map((target) => environment.at(target)));
  return environment.of('AWS::SQS::Queue').filter((queue) => named.has(queue));
}
