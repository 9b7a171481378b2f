import type { Check } from '../../check';
import { expectAtLeast, expectAtMost, judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { flagAt, listAt, numberAt, recordsAt, textAt, valueAt } from '../../model/read';
import { identityOf, may } from '../../policy/identities';

/** What Lambda does with a queue in the name of the function. */
const TAKING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What AWS advises, and what SQS and Lambda take where nothing is said: a message is not delivered again while it is being handled. */
const TIMES_OF_TIMEOUT = 6;
const SECONDS_UNSAID = { VisibilityTimeout: 30, Timeout: 3 };

/** A failing message is tried again, and not for ever: behind it others wait. */
const ATTEMPTS = { least: 2, most: 20 };

/** What is queued is done, or found again: a rule that sends into a queue that nobody empties tells nobody. */
export const queuesAreWorkedOff: Check = {
  id: 'liveness/queues-are-worked-off',
  claim:
    'every queue that a rule sends to is worked off by a function that may take from it, gives back what it could not do message by ' +
    'message, has six times as long as it may run, and keeps in another queue what fails again and again',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      workQueuesOf(environment),
      '164.308(a)(6)(ii)',
      (queue) => {
        const mappings = mappingsOf(environment).filter((each) => environment.at(valueAt(each, 'EventSourceArn')) === queue);
        const working = mappings.filter((each) => (flagAt(each, 'Enabled') ?? true) && functionOf(environment, each) !== undefined);
        return [
          ...(working.length > 0
            ? []
            : [{ property: 'EventSourceArn', value: mappings.length, expected: 'an enabled mapping to a function of these templates' }]),
          ...working.flatMap((mapping) => mappingFaults(environment, queue, mapping)),
          ...(environment.at(valueAt(queue, 'RedrivePolicy.deadLetterTargetArn'), 'AWS::SQS::Queue')
            ? []
            : [{ property: 'RedrivePolicy', value: valueAt(queue, 'RedrivePolicy'), expected: 'a dead-letter queue of these templates' }]),
          ...expectAtLeast(queue, 'RedrivePolicy.maxReceiveCount', ATTEMPTS.least),
          ...expectAtMost(queue, 'RedrivePolicy.maxReceiveCount', ATTEMPTS.most),
        ];
      },
      'no rule of the templates sends to a queue',
    ),
};

/** Queues that a rule sends to, or a function takes from. */
export const workQueuesOf = once((environment: EnvironmentModel): readonly Resource[] => {
  const sent = environment.of('AWS::Events::Rule').flatMap((rule) => recordsAt(rule, 'Targets').map(({ Arn }) => environment.at(Arn)));
  const taken = mappingsOf(environment).map((each) => environment.at(valueAt(each, 'EventSourceArn')));
  const queues = new Set<unknown>([...sent, ...taken]);
  return environment.of('AWS::SQS::Queue').filter((queue) => queues.has(queue));
});

/** Functions that work off a queue. */
export function workersOf(environment: EnvironmentModel): readonly Resource[] {
  const working = mappingsOf(environment).map((each) => functionOf(environment, each));
  return environment.of('AWS::Lambda::Function').filter((each) => working.includes(each));
}

function mappingsOf(environment: EnvironmentModel): readonly Resource[] {
  return environment.of('AWS::Lambda::EventSourceMapping');
}

function functionOf(environment: EnvironmentModel, mapping: Resource): Resource | undefined {
  return environment.at(textAt(mapping, 'FunctionName'), 'AWS::Lambda::Function');
}

function mappingFaults(environment: EnvironmentModel, queue: Resource, mapping: Resource): readonly Fault[] {
  const worker = functionOf(environment, mapping);
  if (!worker) return [];
  const isSingle = numberAt(mapping, 'BatchSize') === 1;
  const isItemised = isSingle || listAt(mapping, 'FunctionResponseTypes').includes('ReportBatchItemFailures');
  const wanted = TIMES_OF_TIMEOUT * (numberAt(worker, 'Timeout') ?? SECONDS_UNSAID.Timeout);
  const visible = numberAt(queue, 'VisibilityTimeout') ?? SECONDS_UNSAID.VisibilityTimeout;
  return [
    ...(isItemised
      ? []
      : [{ property: 'FunctionResponseTypes', value: valueAt(mapping, 'FunctionResponseTypes'), expected: 'ReportBatchItemFailures' }]),
    ...(valueAt(mapping, 'FilterCriteria') === undefined
      ? []
      : [{ property: 'FilterCriteria', value: valueAt(mapping, 'FilterCriteria'), expected: 'none: it deletes what it leaves out' }]),
    ...(visible >= wanted ? [] : [{ property: 'VisibilityTimeout', value: visible, expected: `at least ${wanted}` }]),
    ...refusalsOf(environment, queue, worker),
  ];
}

function refusalsOf(environment: EnvironmentModel, queue: Resource, worker: Resource): readonly Fault[] {
  const role = identityOf(environment, valueAt(worker, 'Role'));
  const context = { 'aws:SecureTransport': 'true' };
  const key = environment.at(valueAt(queue, 'KmsMasterKeyId'), 'AWS::KMS::Key');
  const calls = [
    ...TAKING.map((action) => ({ action, resource: environment.arnOf(queue), context })),
    ...(key ? [{ action: 'kms:Decrypt', resource: environment.arnOf(key), context }] : []),
  ];
  return calls
    .filter((call) => !role || !may(environment, role, call))
    .map(({ action }) => ({ property: 'EventSourceArn', value: `${worker.logicalId} may not ${action}`, expected: 'a role that may' }));
}
