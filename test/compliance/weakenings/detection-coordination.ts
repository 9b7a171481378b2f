import type { Weakening, WeakeningGroup } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

const START = 'liveness/detections-start-what-contains';
const WORKED = 'liveness/queues-are-worked-off';
const OURS = 'strength/functions-work-with-ours';
const WATCHED = 'presence/failures-are-watched';
const DETAIL = 'liveness/messages-carry-no-detail';

const keyLoss = new WeakeningRows('AWS::Events::Rule', 'EventsKeyLoss', 'the rule on keys');
const shared = new WeakeningRows('AWS::Events::Rule', 'EventsSnapshotShared', 'the rule on snapshots');
const ended = new WeakeningRows('AWS::Events::Rule', 'EventsContainmentEnded', 'the rule on ended containments');
const coordinator = new WeakeningRows('AWS::Lambda::Function', 'CoordinationCoordinator', 'the coordinator');
const clocks = new WeakeningRows('AWS::Lambda::Function', 'Clocks', 'the clocks of incidents');
const queue = new WeakeningRows('AWS::SQS::Queue', 'CoordinationDetected', 'the queue of detections');
const mapping = new WeakeningRows('AWS::Lambda::EventSourceMapping', 'Coordination', 'the mapping of the coordinator');
const keepKey = new WeakeningRows('AWS::StepFunctions::StateMachine', 'ContainmentContainKeepKey', 'the workflow that keeps a key');

const MESSAGE = 'Targets.1.InputTransformer';

/** One text in place of another in what the coordinator is told, wherever a reference stands in it. */
const misled = (what: string, name: string, from: string, to: string): Weakening =>
  coordinator.edit(`that is told of ${what}`, [`Environment.Variables.${name}`], (properties) => {
    const { Variables } = properties['Environment'] as { Variables: Record<string, unknown> };
    const text = JSON.stringify(Variables[name]);
    if (!text.includes(from)) throw new Error(`The coordinator is not told of ${from}.`);
    Variables[name] = JSON.parse(text.replace(from, to));
  }, START);
/** The same in the message of a rule. */
const reworded = (what: string, from: string, to: string): Weakening =>
  keyLoss.edit(what, [], (properties) => {
    const [, target] = properties['Targets'] as { InputTransformer: { InputTemplate: string } }[];
    if (!target?.InputTransformer.InputTemplate.includes(from)) throw new Error(`The message does not say ${from}.`);
    target.InputTransformer.InputTemplate = target.InputTransformer.InputTemplate.replace(from, to);
  }, START);
const path = (name: string, value: string): Weakening => keyLoss.set(`${MESSAGE}.InputPathsMap.${name}`, value, START);

/** What rules tell the coordinator. */
export const COORDINATION_RULE_ROWS: readonly Weakening[] = [
  path('target', '$.detail.requestParameters.policyName'),
  path('principal', '$.detail.userIdentity.principalId'),
  path('user', '$.detail.sourceIPAddress'),
  path('eventId', '$.detail.eventID'),
  keyLoss.add(`${MESSAGE}.InputPathsMap.more`, '$.detail.requestParameters', START),
  keyLoss.lose('Targets.1', START),
  reworded('with a placeholder out of its quotes', '"<target>"', '<target>'),
  reworded('that calls it something for a person', '"tier":"A"', '"tier":"C"'),
  reworded('that names another containment', '"keep-key"', '"none"'),
  reworded('that names the target otherwise', '"keyId"', '"key"'),
  shared.lose('Targets.1', START),
  ended.set('Targets.0.InputTransformer.InputPathsMap.detail-name', '$.detail.input', DETAIL),
  ended.set('Targets.0.InputTransformer.InputPathsMap.detail-stateMachineArn', '$.detail.output', DETAIL),
];

/** What the coordinator works with. */
export const COORDINATION_FUNCTION_ROWS: readonly Weakening[] = [
  misled('any key', 'CONTAINMENTS', '[0-9a-f]{32}', '.*'),
  misled('another field', 'CONTAINMENTS', 'snapshotId', 'snapshot'),
  misled('no detection to switch on', 'CONTAINMENTS', '\\"switch-detection-on\\":null', '\\"switch-detection-off\\":null'),
  misled('operators as if they contained', 'KNOWN_ROLES', '-contain-deny-bucket', '-operator'),
  misled('operators as if they deployed', 'KNOWN_ROLES', 'cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1', 'prod-operator'),
  misled('workflows of another name', 'STATE_MACHINE_ARN_PREFIX', '-contain-', '-describe-'),
  coordinator.set('Environment.Variables.EVIDENCE_BUCKET_NAME', 'somebody-elses-bucket', OURS),
  coordinator.set('Environment.Variables.SECURITY_TOPIC_ARN', 'arn:aws:sns:us-east-1:444455556666:theirs', OURS),
  clocks.set('Environment.Variables.PRIVACY_TOPIC_ARN', 'arn:aws:sns:us-east-1:444455556666:theirs', OURS),
];

/** Where detections wait. */
export const COORDINATION_QUEUE_ROWS: readonly Weakening[] = [
  queue.set('VisibilityTimeout', 60, WORKED),
  queue.drop('VisibilityTimeout', WORKED),
  queue.set('RedrivePolicy.maxReceiveCount', 1, WORKED),
  queue.set('RedrivePolicy.maxReceiveCount', 1_000, WORKED),
  queue.set('RedrivePolicy.deadLetterTargetArn', 'arn:aws:sqs:us-east-1:444455556666:theirs', WORKED),
  queue.lose('RedrivePolicy', WORKED),
];

/** Who works them off, and who sees that nobody does. */
export const COORDINATION_ROWS: readonly Weakening[] = [
  mapping.set('EventSourceArn', 'arn:aws:sqs:us-east-1:444455556666:theirs', 'strength/results-stay-with-us'),
  mapping.set('FunctionName', 'arn:aws:lambda:us-east-1:444455556666:function:theirs', WORKED),
  mapping.set('FunctionResponseTypes.0', 'Nothing', WORKED),
  mapping.add('Enabled', false, WORKED),
  mapping.add('FilterCriteria', { Filters: [{ Pattern: '{"body":{"tier":["C"]}}' }] }, WORKED),
  mapping.gone('liveness/functions-are-called'),
  keepKey.gone(START),
  keepKey.set('DefinitionSubstitutions.Partition', 'aws-cn', START),
  keepKey.set('DefinitionSubstitutions.Account', '444455556666', START),
  keepKey.set('DefinitionSubstitutions.Region', 'eu-west-1', START),
  ...['Errors', 'Throttles', 'Late', 'Failed'].map((name) =>
    new WeakeningRows('AWS::CloudWatch::Alarm', `CoordinationCoordinator${name}`, `the alarm Coordinator${name}`).gone(WATCHED),
  ),
];

/** What of the mapping makes nothing weaker. */
export const COORDINATION_NEUTRAL: WeakeningGroup['neutral'] = [
  {
    patterns: ['AWS::Lambda::EventSourceMapping BatchSize', 'AWS::Lambda::EventSourceMapping ScalingConfig.MaximumConcurrency'],
    because: 'Sizes: messages are handled one by one, and whatever waits too long is an alarm.',
  },
  { patterns: ['AWS::Lambda::EventSourceMapping Tags'], because: 'The environment, for people and bills; a mapping holds no data.' },
];
