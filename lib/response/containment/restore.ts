import type { ContainmentAction } from './action';
import type { Definition } from './asl';
import { jsonata } from './asl';
import { failureStates, putEvidence, readBefore } from './evidence';
import { liftHold } from './freeze-steps';
import { check, compare, ID_PATTERN, readAgain, report } from './phases';
import type { Step } from './step';
import { chain, entryOf } from './step';

/** Folder of one restore, below that of what it restores. */
const OWN = `'restored/' & $states.context.Execution.Name`;

/**
 * The twin that puts back what a containment found: it takes the state before from the evidence bucket, captures the present one, changes,
 * reads back, compares, records, and lifts the hold on deployments as its last act. 164.308(a)(7)(ii)(C).
 *
 * Input `{incidentId, execution, dryRun}`, where `execution` names the execution that contained, whether that succeeded or broke off. Run
 * twice, the second time it finds everything restored, and lifts what may still be held.
 */
export function restoreDefinition(action: ContainmentAction, steps: readonly Step[]): Definition {
  const restored = action.restored ?? '$present = $prior';
  const before = readBefore();
  const capture = putEvidence('Capture what is there', `${OWN} & '/before.json'`, { prior: jsonata('$present') });
  const record = putEvidence('Record the restore', `${OWN} & '/after.json'`, {
    prior: jsonata('$prior'),
    present: jsonata('$present'),
    done: jsonata('$done'),
  });
  const readBack = action.read.map(readAgain);
  const lift = action.holdsDeployments ? liftHold() : [];
  const found = { prior: jsonata('$prior') };
  return {
    Comment: `Undoes: ${action.description}`,
    QueryLanguage: 'JSONata',
    StartAt: 'Check the input',
    TimeoutSeconds: 3_600,
    States: {
      ...check(
        [
          { field: 'incidentId', pattern: ID_PATTERN },
          { field: 'execution', pattern: ID_PATTERN },
        ],
        {
          incident: jsonata('$states.input.incidentId'),
          action: action.id,
          origin: jsonata('$states.input.execution'),
          target: 'not known yet',
        },
        before.name,
      ),
      ...chain([before, ...action.read], 'Decide'),
      Decide: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata('$states.context.Execution.Input.dryRun'), Next: 'Only described' },
          { Condition: jsonata(restored), Next: record.name },
        ],
        Default: capture.name,
      },
      'Only described': {
        Type: 'Succeed',
        Output: { ...report('described', found), would: [capture, ...steps, record, ...lift].map(({ name }) => name) },
      },
      ...chain([capture, ...steps, ...readBack], 'Compare'),
      ...compare({ wanted: restored, readBack: entryOf(readBack[0], 'Compare'), next: record.name }),
      ...chain([record, ...lift], 'Restored'),
      Restored: { Type: 'Succeed', Output: report('restored', found) },
      ...failureStates(`${OWN} & '/failed.json'`),
    },
  };
}
