import { App, Stage } from 'aws-cdk-lib';
import { globalEventsAreCaughtAtHome } from '../../../lib/compliance/checks/deploy/global-events-are-caught-at-home';
import { deliveriesOf } from '../../../lib/compliance/checks/liveness/deliveries';
import { rulesArrive } from '../../../lib/compliance/checks/liveness/rules-arrive';
import { EnvironmentModel } from '../../../lib/compliance/model/environment';
import { parseTemplate } from '../../../lib/compliance/model/template';
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

/** The forwarder as synthesized, and at home the rules that the table makes, each with a target of its own. */
function model(change: (template: string) => string = (text) => text): EnvironmentModel {
  const patterns = [...identityCalls(place).map((row) => [row.id, deployedPattern(row, place)] as const), ['Heartbeat', { ...HEARTBEAT, source: [HEARTBEAT.source], 'detail-type': [HEARTBEAT['detail-type']] }] as const];
  const Resources = Object.fromEntries(patterns.map(([id, EventPattern]) => [id, { Type: 'AWS::Events::Rule', Properties: { EventPattern, Targets: [{ Id: '0', Arn: `arn:aws:sns:${HOME}:${config.account}:ours` }] } }]));
  return new EnvironmentModel({ name: 'prod', account: config.account }, [
    { stack: 'prod-GlobalEvents', region: 'us-east-1', template: parseTemplate('prod-GlobalEvents', change(TEMPLATE)) },
    { stack: 'prod-Detection', region: HOME, template: parseTemplate('prod-Detection', JSON.stringify({ Resources })) },
  ]);
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

  test('are missed when a rule sends less, or to another Region, or may not', () => {
    expect(globalEventsAreCaughtAtHome.evaluate(model((text) => text.replace('"CreateUser",', ''))).state).toBe('unmet');
    expect(globalEventsAreCaughtAtHome.evaluate(model((text) => text.replaceAll(`:events:${HOME}:`, ':events:eu-west-1:'))).state).toBe('unmet');
    const forbidden = rulesArrive.evaluate(model((text) => text.replace('"events:PutEvents","Effect":"Allow"', '"events:DescribeRule","Effect":"Allow"')));
    expect(forbidden.state === 'unmet' && forbidden.findings.some(({ stack }) => stack === 'prod-GlobalEvents')).toBe(true);
  });
});
