import { App, Stage } from 'aws-cdk-lib';
import { AUDIT_SIGNALS_SOURCE } from '../../../lambda/audit-signals/contract';
import { CHECKS } from '../../../lib/compliance/catalogue';
import { globalEventsAreCaughtAtHome } from '../../../lib/compliance/checks/deploy/global-events-are-caught-at-home';
import { deliveriesOf } from '../../../lib/compliance/checks/liveness/deliveries';
import { rulesArrive } from '../../../lib/compliance/checks/liveness/rules-arrive';
import { aHeartbeat } from '../../../lib/compliance/checks/presence/a-heartbeat';
import { EnvironmentModel } from '../../../lib/compliance/model/environment';
import { parseTemplate } from '../../../lib/compliance/model/template';
import { identitiesOf, may } from '../../../lib/compliance/policy/identities';
import { runChecks } from '../../../lib/compliance/run-checks';
import { prod } from '../../../lib/config/prod';
import { deployedPattern } from '../../../lib/detection/exemption';
import { GlobalEventsStack } from '../../../lib/detection/global-events-stack';
import { HEARTBEAT } from '../../../lib/detection/heartbeat-schedule';
import { identityCalls } from '../../../lib/detection/identity-calls';
import { CDK_CONTEXT } from '../../support/synthesize';

const HOME = 'eu-central-1';
const config = { ...prod, region: HOME } as const;
const place = { environment: config.name, account: config.account, region: HOME, partition: 'aws', secretsEndpointId: 'vpce-1' };

function forwarderTemplate(): string {
  const app = new App({ context: CDK_CONTEXT, builtinCloudFormationValidation: false });
  const stage = new Stage(app, config.name, { env: { account: config.account, region: HOME } });
  const stack = new GlobalEventsStack(stage, 'GlobalEvents', { config, env: { account: config.account, region: 'us-east-1' } });
  return JSON.stringify(stage.synth().getStackArtifact(stack.artifactId).template);
}

const TEMPLATE = forwarderTemplate();

/** What stands at home: the rules that the table makes, and where the heartbeat arrives and is missed. */
function homeTemplate(): string {
  const rule = (pattern: object, target: unknown) => ({
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: pattern, Targets: [{ Id: '0', Arn: target, RoleArn: `arn:aws:iam::${config.account}:role/delivery` }] },
  });
  const beat = { ...HEARTBEAT, source: [HEARTBEAT.source], 'detail-type': [HEARTBEAT['detail-type']] };
  const ours = `arn:aws:sns:${HOME}:${config.account}:ours`;
  const rules = identityCalls(place).map((row) => [row.id, rule(deployedPattern(row, place), ours)]);
  const missed = {
    ...{ Namespace: 'AWS/SNS', MetricName: 'NumberOfMessagesPublished', Statistic: 'Sum', Period: 900, EvaluationPeriods: 1, Threshold: 1 },
    ...{ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching', AlarmActions: [ours] },
    Dimensions: [{ Name: 'TopicName', Value: { 'Fn::GetAtt': ['Beats', 'TopicName'] } }],
  };
  return JSON.stringify({
    Resources: {
      ...Object.fromEntries(rules),
      Heartbeat: rule(beat, { Ref: 'Beats' }),
      Beats: { Type: 'AWS::SNS::Topic', Properties: {} },
      HeartbeatMissing: { Type: 'AWS::CloudWatch::Alarm', Properties: missed },
    },
  });
}

const AT_HOME = parseTemplate('prod-Detection', homeTemplate());

/** The forwarder as synthesized, and what stands at home. */
function model(change: (template: string) => string = (text) => text): EnvironmentModel {
  return new EnvironmentModel({ name: 'prod', account: config.account }, [
    { stack: 'prod-GlobalEvents', region: 'us-east-1', template: parseTemplate('prod-GlobalEvents', change(TEMPLATE)) },
    { stack: 'prod-Detection', region: HOME, template: AT_HOME },
  ]);
}

const { Resources } = JSON.parse(TEMPLATE) as { Resources: Readonly<Record<string, { readonly Type: string }>> };

/** The forwarder with something of one resource changed; undefined takes the resource away. */
function weakened(logicalId: string, change: ((properties: string) => string) | undefined): EnvironmentModel {
  return model((text) => {
    const template = JSON.parse(text) as { Resources: Record<string, unknown> };
    const before = JSON.stringify(template.Resources[logicalId]);
    const after = change?.(before);
    if (after === before) throw new Error(`${logicalId} is not changed.`);
    if (after === undefined) delete template.Resources[logicalId];
    else template.Resources[logicalId] = JSON.parse(after);
    return JSON.stringify(template);
  });
}

/** Findings of every check, as text: the rest of an environment is missing here, so most checks have some of the whole as well. */
function findingsOf(environment: EnvironmentModel): ReadonlySet<string> {
  const { results } = runChecks(environment, CHECKS, '2026-11-27');
  return new Set(results.flatMap(({ check, findings, verdict }) => [
    ...findings.map(({ stack, logicalId, property, expected }) => [check.id, stack, logicalId, property, expected].join(' ')),
    ...(verdict.state === 'cannotTell' ? [`${check.id} cannot tell`] : []),
  ]));
}

const arrives = (environment: EnvironmentModel, event: object, id: string): boolean =>
  deliveriesOf(environment, event as Readonly<Record<string, unknown>>, 'us-east-1').some(({ rule }) => rule.logicalId === id && rule.region === HOME);

describe('events of global services, where the home Region is another', () => {
  const home = model();

  test.each(identityCalls(place))('$id arrives at its rule at home, and what looks alike does not', ({ id, fixtures }) => {
    const changing = fixtures.miss.filter((event) => (event['detail'] as { readOnly: boolean }).readOnly !== true);
    expect(fixtures.match.filter((event) => !arrives(home, event, id))).toEqual([]);
    expect(changing.filter((event) => arrives(home, event, id))).toEqual([]);
  });

  test('the heartbeat starts there and arrives at home', () => {
    expect(arrives(home, { ...HEARTBEAT, detail: {} }, 'Heartbeat')).toBe(true);
    expect(home.of('AWS::Scheduler::Schedule').map(({ region }) => region)).toEqual(['us-east-1']);
  });

  test('are sent on by rules that may, each with a queue for what does not arrive', () => {
    const findings = rulesArrive.evaluate(home);
    expect(findings.state === 'unmet' ? findings.findings.filter(({ stack }) => stack === 'prod-GlobalEvents') : []).toEqual([]);
    expect(globalEventsAreCaughtAtHome.evaluate(home).state).toBe('met');
  });

  test('are all that the role sends home: no signal of our own is made up by way of it', () => {
    const resource = `arn:aws:events:${HOME}:${config.account}:event-bus/default`;
    const sends = (source: string): boolean =>
      identitiesOf(home).some((identity) => may(home, identity, { action: 'events:PutEvents', resource, context: { 'events:source': [source] } }));
    expect(['aws.iam', 'aws.signin', HEARTBEAT.source, AUDIT_SIGNALS_SOURCE].map(sends)).toEqual([true, true, true, false]);
  });

  test('are missed when a rule sends less, or to another Region, or may not', () => {
    expect(globalEventsAreCaughtAtHome.evaluate(model((text) => text.replace('"CreateUser",', ''))).state).toBe('unmet');
    expect(globalEventsAreCaughtAtHome.evaluate(model((text) => text.replaceAll(`:events:${HOME}:`, ':events:eu-west-1:'))).state).toBe('unmet');
    const forbidden = rulesArrive.evaluate(model((text) => text.replace('"events:PutEvents"', '"events:DescribeRule"')));
    expect(forbidden.state === 'unmet' && forbidden.findings.some(({ stack }) => stack === 'prod-GlobalEvents')).toBe(true);
  });
});

describe('what stands in us-east-1', () => {
  const before = findingsOf(model());
  const noticed = (environment: EnvironmentModel): readonly string[] =>
    [...findingsOf(environment)].filter((finding) => !before.has(finding));

  test('is missed, each resource in its turn', () => {
    expect(aHeartbeat.evaluate(model()).state).toBe('met');
    const unmissed = Object.keys(Resources).filter((logicalId) => noticed(weakened(logicalId, undefined)).length === 0);
    expect(Object.keys(Resources).length).toBeGreaterThan(15);
    expect(unmissed).toEqual([]);
  });

  test.each([
    ['a key that is not rotated', 'AWS::KMS::Key', '"EnableKeyRotation":true', '"EnableKeyRotation":false'],
    ['a key that goes with the stack', 'AWS::KMS::Key', '"DeletionPolicy":"Retain"', '"DeletionPolicy":"Delete"'],
    ['a topic in the clear', 'AWS::SNS::Topic', '"KmsMasterKeyId":', '"DisplayName":'],
    ['a subscription that mails nobody', 'AWS::SNS::Subscription', '"Protocol":"email"', '"Protocol":"http"'],
    ['a queue in the clear', 'AWS::SQS::Queue', '"KmsMasterKeyId":', '"QueueName":'],
    ['a rule that is off', 'AWS::Events::Rule', '"State":"ENABLED"', '"State":"DISABLED"'],
    ['a rule without a queue for what does not arrive', 'AWS::Events::Rule', '"DeadLetterConfig":', '"Other":'],
    ['an alarm that waits for a hundred', 'AWS::CloudWatch::Alarm', '"Threshold":1', '"Threshold":100'],
    ['an alarm that tells nobody', 'AWS::CloudWatch::Alarm', '"AlarmActions":', '"OKActions":'],
    ['a schedule that is off', 'AWS::Scheduler::Schedule', '"State":"ENABLED"', '"State":"DISABLED"'],
    ['a role that anybody may assume', 'AWS::IAM::Role', '"Service":"events.amazonaws.com"', '"AWS":"*"'],
    ['a queue policy that lets anybody send', 'AWS::SQS::QueuePolicy', '"Service":"events.amazonaws.com"', '"AWS":"*"'],
  ])('shows %s', (_, type, from, to) => {
    const ids = Object.keys(Resources).filter((id) => Resources[id]?.Type === type && JSON.stringify(Resources[id]).includes(from));
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => noticed(weakened(id, (text) => text.replace(from, to))).length === 0)).toEqual([]);
  });
});
