import type { ContainmentAction } from './action';
import type { Definition } from './asl';
import { jsonata } from './asl';
import { failureStates, putEvidence } from './evidence';
import { holdDeployments } from './freeze-steps';
import { check, compare, ID_PATTERN, readAgain, report } from './phases';
import type { Step } from './step';
import { chain, entryOf } from './step';

/** Preserves what the change could put out of reach, and waits for it. */
const PRESERVE: Step = {
  name: 'Preserve evidence',
  call: 'states:startExecution.sync:2',
  arguments: {
    StateMachineArn: '${PreserveWorkflow}',
    Input: {
      incidentId: jsonata('$incident'),
      dryRun: false,
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: jsonata('$states.context.Execution.Id'),
    },
  },
  timeoutSeconds: 300,
  mayFail: true,
};

/**
 * The workflow that contains: it reads what is there and, unless it only describes, captures that in the evidence bucket, preserves
 * evidence and holds deployments where the action asks for it, changes, reads back, compares and records. 164.308(a)(6)(ii).
 *
 * Input `{incidentId, dryRun}` and the action's target. Run twice, the second time it finds everything contained and changes nothing.
 */
export function containDefinition(action: ContainmentAction): Definition {
  const changes = [
    ...(action.preservesFirst ? [PRESERVE] : []),
    ...(action.holdsDeployments ? holdDeployments() : []),
    ...(action.before ?? []),
    ...action.contain,
  ];
  const capture = putEvidence(
    'Capture what is there',
    `'before.json'`,
    { prior: jsonata('$present') },
    { assign: { prior: jsonata('$present') } },
  );
  const record = putEvidence('Record the containment', `'after.json'`, {
    prior: jsonata('$prior'),
    present: jsonata('$present'),
    done: jsonata('$done'),
    shortcomings: jsonata('$shortcomings'),
  });
  const readBack = action.read.map(readAgain);
  return {
    Comment: action.description,
    QueryLanguage: 'JSONata',
    StartAt: 'Check the input',
    TimeoutSeconds: 3_600,
    States: {
      ...check(
        [{ field: 'incidentId', pattern: ID_PATTERN }, ...(action.target ? [action.target] : [])],
        {
          incident: jsonata('$states.input.incidentId'),
          action: action.id,
          origin: jsonata('$states.context.Execution.Name'),
          target: action.target ? jsonata(`$states.input.${action.target.field}`) : action.id,
        },
        entryOf(action.read[0], 'Decide'),
      ),
      ...chain(action.read, 'Decide'),
      Decide: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata(action.contained), Next: 'Already contained' },
          { Condition: jsonata('$states.context.Execution.Input.dryRun'), Next: 'Only described' },
        ],
        Default: capture.name,
      },
      'Already contained': { Type: 'Succeed', Output: report('alreadyContained') },
      'Only described': {
        Type: 'Succeed',
        Output: { ...report('described'), would: [capture, ...changes, record].map(({ name }) => name) },
      },
      ...chain([capture, ...changes, ...readBack], 'Compare'),
      ...compare({ wanted: action.contained, readBack: entryOf(readBack[0], 'Compare'), next: record.name }),
      ...chain([record], 'Whole?'),
      'Whole?': {
        Type: 'Choice',
        Choices: [{ Condition: jsonata('$count($shortcomings) = 0'), Next: 'Contained' }],
        Default: 'Contained, but not all of it',
      },
      Contained: { Type: 'Succeed', Output: report('contained') },
      'Contained, but not all of it': {
        Type: 'Fail',
        Error: 'ContainedWithShortcomings',
        Cause: jsonata(`'It is contained, and this failed beside: ' & $join($shortcomings, '; ')`),
      },
      ...failureStates(`'failed.json'`),
    },
  };
}
