import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { actionOf, followingOf, workflowOf, type Workflow, type WorkflowState } from '../../model/workflow';
import { identitiesOf, type Identity } from '../../policy/identities';

/** What only looks. */
const READING = /^[a-z0-9-]+:(?:Get|List|Describe|Lookup)/;

/** An error that says to ask again later. Trying again after any other repeats a change that may have been made. */
const THROTTLING = /Thrott|TooMany|SlowDown/;

/** What contains at three in the morning has to be able to go back, and to say how far it got: 164.308(a)(6)(ii), 164.308(a)(7)(ii)(C). */
export const workflowsCanBeUndone: Check = {
  id: 'liveness/workflows-can-be-undone',
  claim:
    'in every workflow what changes something follows on a record, written once to a locked bucket, of what was there; no failure of it goes uncaught, and only throttling is tried again; what puts a safeguard back does not take it away; and no role waits for a workflow that is gone',
  citations: ['164.308(a)(6)(ii)', '164.308(a)(7)(ii)(C)'],
  severity: 'error',
  evaluate: (environment) => {
    const machines = environment.of('AWS::StepFunctions::StateMachine');
    const roles = identitiesOf(environment)
      .filter(isForWorkflows)
      .map(({ role }) => role);
    const used = new Set(machines.map((machine) => environment.at(valueAt(machine, 'RoleArn'))));
    return judgeEach(
      [...machines, ...roles],
      '164.308(a)(6)(ii)',
      (resource) => (machines.includes(resource) ? ofMachine(environment, resource) : used.has(resource) ? [] : [WITHOUT_WORKFLOW]),
      'the templates hold no workflow, and no role for one',
    );
  },
};

/** What a restore, or a containment, leaves behind when it is taken out of the template by mistake. */
const WITHOUT_WORKFLOW: Fault = {
  property: 'AssumeRolePolicyDocument',
  value: 'no workflow has this role',
  expected: 'the workflow that it was made for',
};

function isForWorkflows({ trust }: Identity): boolean {
  return trust.some(
    ({ effect, principal }) =>
      effect === 'Allow' && typeof principal === 'object' && (principal['Service'] ?? []).includes('states.amazonaws.com'),
  );
}

function ofMachine(environment: EnvironmentModel, machine: Resource): readonly Fault[] {
  const workflow = workflowOf(machine);
  return [
    ...uncaptured(environment, workflow),
    ...[...workflow.states].flatMap(([name, state]) => [...uncaught(name, state), ...triedAgain(name, state), ...opening(name, state)]),
  ];
}

const at = (name: string, value: unknown, expected: string): Fault => ({ property: `DefinitionString ${name}`, value, expected });

/** Walks every way through it, remembering whether a record has been written by then. */
function uncaptured(environment: EnvironmentModel, { startAt, states }: Workflow): readonly Fault[] {
  const seen = new Set<string>();
  const faults = new Map<string, Fault>();
  const walk = (name: string, isCaptured: boolean): void => {
    const state = states.get(name);
    if (state === undefined) {
      faults.set(name, at(name, 'absent', 'a state of the workflow'));
      return;
    }
    const visit = `${name} ${isCaptured}`;
    if (seen.has(visit)) return;
    seen.add(visit);
    if (changes(environment, state) && !isCaptured) faults.set(name, at(name, actionOf(state), 'a record of what was there before it'));
    const next = typeof state['Next'] === 'string' ? state['Next'] : undefined;
    for (const following of followingOf(state)) walk(following, isCaptured || (following === next && isRecord(environment, state)));
  };
  walk(startAt, false);
  return [...faults.values()];
}

/** A file of evidence that nobody can write over or delete. */
function isRecord(environment: EnvironmentModel, state: WorkflowState): boolean {
  const given = state['Arguments'];
  if (actionOf(state) !== 's3:PutObject' || !isJson(given) || given['IfNoneMatch'] !== '*') return false;
  const bucket = environment.at(given['Bucket'], 'AWS::S3::Bucket');
  return bucket !== undefined && flagAt(bucket, 'ObjectLockEnabled') === true;
}

function changes(environment: EnvironmentModel, state: WorkflowState): boolean {
  const action = actionOf(state);
  if (action === undefined || READING.test(action) || isRecord(environment, state)) return false;
  const payload = isJson(state['Arguments']) ? state['Arguments']['Payload'] : undefined;
  return !(action === 'lambda:InvokeFunction' && isJson(payload) && payload['action'] === 'read');
}

function uncaught(name: string, state: WorkflowState): readonly Fault[] {
  if (actionOf(state) === undefined) return [];
  return listOf(state, 'Catch').some((catcher) => namesOf(catcher).includes('States.ALL'))
    ? []
    : [at(name, 'no Catch of States.ALL', 'one')];
}

function triedAgain(name: string, state: WorkflowState): readonly Fault[] {
  return listOf(state, 'Retry')
    .flatMap(namesOf)
    .filter((error) => !THROTTLING.test(error))
    .map((error) => at(name, `Retry of ${error}`, 'none but of throttling'));
}

/** IAM has one permission to protect and to open: which of the two a workflow does, its arguments say. */
function opening(name: string, state: WorkflowState): readonly Fault[] {
  const call = /:aws-sdk:(\w+:\w+)$/.exec(typeof state['Resource'] === 'string' ? state['Resource'] : '')?.[1] ?? '';
  const given = isJson(state['Arguments']) ? state['Arguments'] : {};
  return OPENS[call]?.(given) === true ? [at(name, `${call} with ${JSON.stringify(given)}`, 'a call that only protects')] : [];
}

/** Whether a call takes away what it could put back, by its arguments. */
const OPENS: Readonly<Record<string, (given: WorkflowState) => boolean>> = {
  's3:deletePublicAccessBlock': () => true,
  's3:putPublicAccessBlock': ({ PublicAccessBlockConfiguration: block }) =>
    !isJson(block) || ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].some((part) => block[part] !== true),
  'rds:modifyDBSnapshotAttribute': ({ ValuesToAdd }) => ValuesToAdd !== undefined,
  'guardduty:updateDetector': ({ Enable, Features }) => Enable !== true || /"Status":(?!"ENABLED")/.test(JSON.stringify(Features ?? [])),
};

function listOf(state: WorkflowState, key: string): readonly WorkflowState[] {
  return Array.isArray(state[key]) ? (state[key] as readonly unknown[]).filter(isJson) : [];
}

function namesOf(rule: WorkflowState): readonly string[] {
  return Array.isArray(rule['ErrorEquals']) ? (rule['ErrorEquals'] as readonly unknown[]).filter((name) => typeof name === 'string') : [];
}
