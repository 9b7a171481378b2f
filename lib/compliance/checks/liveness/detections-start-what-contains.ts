import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { leavesIn } from '../../model/leaves';
import { once } from '../../model/once';
import { recordsAt, textAt, toList, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { workflowOf } from '../../model/workflow';
import { identityOf, may } from '../../policy/identities';
import { workersOf, workQueuesOf } from './queues-are-worked-off';

type Json = Readonly<Record<string, unknown>>;

/** Ids of an event that go along, by their name in the message. */
const IDS: Readonly<Record<string, string>> = {
  principal: '$.detail.userIdentity.sessionContext.sessionIssuer.arn',
  user: '$.detail.userIdentity.userName',
  eventId: '$.id',
  time: '$.time',
  region: '$.region',
};

/** Of these no workflow is started. */
const BY_OTHERS: readonly unknown[] = ['none', 'restart-trail'];

/** What a containment puts back that the organization may run itself. */
const RUN_BY_OTHERS: Readonly<Record<string, readonly string[]>> = {
  'switch-detection-on': ['AWS::GuardDuty::Detector', 'AWS::SecurityHub::Hub', 'AWS::Config::ConfigurationRecorder'],
};

/**
 * A detection that calls for a containment tells the function that starts it, in words that it understands, and the workflow is there:
 * otherwise everything rings and nothing happens. 164.308(a)(6)(ii).
 */
export const detectionsStartWhatContains: Check = {
  id: 'liveness/detections-start-what-contains',
  claim:
    'every rule whose row calls for a containment, or is critical, hands its ids to a function that knows the workflow by name and ' +
    'target, leaves out nobody but what contains and deploys, and may start it where the row says at once',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(6)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(
      environment.of('AWS::Events::Rule').filter((rule) => isCalling(rowOf(rule))),
      '164.308(a)(6)(ii)',
      (rule) => faultsOf(environment, rule, rowOf(rule)),
      'no rule of the templates says what it calls for',
    ),
};

function rowOf(rule: Resource): Json {
  const row = rule.metadata['Detection'];
  return isJson(row) ? row : {};
}

function isCalling({ severity, tier }: Json): boolean {
  return tier === 'A' || tier === 'B' || severity === 'critical';
}

function faultsOf(environment: EnvironmentModel, rule: Resource, row: Json): readonly Fault[] {
  const queues = workQueuesOf(environment);
  const targets = recordsAt(rule, 'Targets');
  const at = targets.findIndex(({ Arn }) => queues.some((queue) => environment.at(Arn) === queue));
  if (at < 0) return [{ property: 'Targets', value: targets.length, expected: 'a queue that a function works off' }];
  const queue = environment.at(targets[at]?.['Arn']);
  const working = environment
    .of('AWS::Lambda::EventSourceMapping')
    .filter((each) => environment.at(valueAt(each, 'EventSourceArn')) === queue)
    .map((each) => environment.at(textAt(each, 'FunctionName')));
  const workers = workersOf(environment).filter((each) => working.includes(each));
  return [
    ...messageFaults(row, targets[at]?.['InputTransformer'], `Targets.${at}.InputTransformer`),
    ...workers.flatMap((worker) => roleFaultsOf(environment).get(worker) ?? []),
    ...(BY_OTHERS.includes(row['action']) ? [] : workers.flatMap((worker) => workflowFaults(environment, worker, row))),
  ];
}

function messageFaults(row: Json, transformer: unknown, property: string): readonly Fault[] {
  const { InputPathsMap: paths, InputTemplate: template }: Json = isJson(transformer) ? transformer : {};
  const { action, id, severity, severityOfDeployment = '', tier } = row;
  const target = isJson(row['target']) ? row['target'] : undefined;
  const ids = { ...IDS, ...(target && { target: `$.${String(target['path'])}` }) };
  const placeholders = Object.fromEntries(Object.keys(ids).map((name) => [name, `<${name}>`]));
  const constants = { ruleId: id, tier, severity, severityOfDeployment, action, targetField: target?.['field'] ?? '', target: '' };
  return [
    ...unlike(`${property}.InputPathsMap`, paths, ids),
    ...unlike(`${property}.InputTemplate`, parsed(template), { ...constants, ...placeholders }),
  ];
}

/** The workflow stands under the name that is started, takes what the worker gives it, and may be started. */
function workflowFaults(environment: EnvironmentModel, worker: Resource, { action, target, tier }: Json): readonly Fault[] {
  const arn = `${variable(worker, 'STATE_MACHINE_ARN_PREFIX')}${String(action)}`;
  const machine = environment.at(arn, 'AWS::StepFunctions::StateMachine');
  const knownOnes = parsed(variable(worker, 'CONTAINMENTS')) ?? {};
  // Where others run what would be put back, a person is told instead.
  if (!machine && !Object.hasOwn(knownOnes, String(action)) && isRunByOthers(environment, action)) return [];
  const variables = 'Environment.Variables';
  if (!machine) return [{ property: `${variables}.STATE_MACHINE_ARN_PREFIX`, value: arn, expected: 'a workflow of these templates' }];
  const known = knownOnes[String(action)];
  const isKnown = isJson(target) ? isAsChecked(known, target['field'], machine) : known === null;
  const role = identityOf(environment, valueAt(worker, 'Role'));
  return [
    ...(isKnown ? [] : [{ property: `${variables}.CONTAINMENTS`, value: known, expected: `${String(action)} as the workflow checks it` }]),
    ...(tier !== 'A' || (role && may(environment, role, { action: 'states:StartExecution', resource: arn }))
      ? []
      : [{ property: 'Role', value: arn, expected: 'a workflow that the function may start' }]),
  ];
}

function isRunByOthers(environment: EnvironmentModel, action: unknown): boolean {
  const types = typeof action === 'string' ? RUN_BY_OTHERS[action] : undefined;
  return types?.every((type) => environment.adopted(type) !== undefined) ?? false;
}

/** Whether a target is known as the workflow checks its input. */
function isAsChecked(known: unknown, field: unknown, machine: Resource): boolean {
  const { field: name = '', pattern = '' }: Json = isJson(known) ? known : {};
  if (name !== field || typeof name !== 'string' || typeof pattern !== 'string') return false;
  const check = `$states.input.${name}, /^${pattern}$/`;
  return inputChecksOf(machine).some((text) => text.includes(check));
}

/** The same for every rule that a worker hears of. */
const roleFaultsOf = once(
  (environment: EnvironmentModel): ReadonlyMap<Resource, readonly Fault[]> =>
    new Map(workersOf(environment).map((worker) => [worker, roleFaults(environment, worker)])),
);

/** What does not count as done by somebody: roles of workflows, and the one of deploys. */
function roleFaults(environment: EnvironmentModel, worker: Resource): readonly Fault[] {
  const { deployment, response }: Json = parsed(variable(worker, 'KNOWN_ROLES')) ?? {};
  const { account } = environment.place;
  const machines = environment.of('AWS::StepFunctions::StateMachine');
  const ours: readonly unknown[] = machines.map((each) => identityOf(environment, valueAt(each, 'RoleArn'))?.arn);
  const strangers = toList(response).filter((arn) => !ours.includes(arn));
  const isOfDeploys = new RegExp(`:${account}:role/cdk-\\w+-cfn-exec-role-${account}-[a-z0-9-]+$`).test(String(deployment));
  const property = 'Environment.Variables.KNOWN_ROLES';
  return [
    ...strangers.map((value) => ({ property, value, expected: 'roles of workflows of these templates' })),
    ...(isOfDeploys ? [] : [{ property, value: deployment, expected: 'the role with which CloudFormation deploys' }]),
  ];
}

/** Whatever a workflow says of its input. */
const inputChecksOf = once((machine: Resource): readonly string[] =>
  leavesIn([...workflowOf(machine).states.values()]).texts.filter((text) => text.includes('$states.input.')),
);

function variable(worker: Resource, name: string): string {
  return textAt(worker, `Environment.Variables.${name}`) ?? '';
}

function parsed(text: unknown): Json | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function unlike(property: string, value: unknown, wanted: Json): readonly Fault[] {
  const sorted = (each: Json): unknown => Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1));
  const inOrder = (each: unknown): string => JSON.stringify(isJson(each) ? sorted(each) : each);
  return inOrder(value) === inOrder(wanted) ? [] : [{ property, value, expected: JSON.stringify(wanted) }];
}
