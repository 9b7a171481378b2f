import type { Target } from './action';
import type { States, Values } from './asl';
import { jsonata } from './asl';
import type { Step } from './step';
import { FAILURE } from './step';

/** An incident, an execution. */
export const ID_PATTERN = '[A-Za-z0-9][A-Za-z0-9-]{0,79}';

/** AWS takes up to minutes to show a change: 20 readings, 15 seconds apart. */
const READINGS = 20;

/** Refuses input that is not all there before anything is read; no default for `dryRun`, so that nobody contains by forgetting it. */
export function check(fields: readonly Target[], variables: Values, next: string): States {
  const conditions = [
    ...fields.map(({ field, pattern }) => `$type($states.input.${field}) = 'string' and $contains($states.input.${field}, /^${pattern}$/)`),
    `$type($states.input.dryRun) = 'boolean'`,
  ];
  return {
    'Check the input': {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(conditions.join(' and ')),
          Assign: { ...variables, since: jsonata('$now()'), done: [], shortcomings: [], readings: 0 },
          Next: next,
        },
      ],
      Default: 'Refuse the input',
    },
    'Refuse the input': {
      Type: 'Fail',
      Error: 'InputRefused',
      Cause:
        `Nothing was done. Start it with ${fields.map(({ field, pattern }) => `${field} (${pattern})`).join(', ')} ` +
        'and dryRun (true or false).',
    },
  };
}

/** Compares what was read back with what is wanted, and reads again until it is so or patience ends. */
export function compare({ wanted, readBack, next }: { readonly wanted: string; readonly readBack: string; readonly next: string }): States {
  return {
    Compare: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(wanted), Next: next },
        { Condition: jsonata(`$readings < ${READINGS}`), Assign: { readings: jsonata('$readings + 1') }, Next: 'Wait for the change' },
      ],
      Default: 'Not as wanted',
    },
    'Wait for the change': { Type: 'Wait', Seconds: 15, Next: readBack },
    'Not as wanted': { Type: 'Pass', Assign: { failure: { step: 'Compare', error: 'ReadBackDiffers', present: jsonata('$present') } }, Next: FAILURE },
  };
}

/** What an execution says of itself in the end. */
export function report(outcome: string, more: Values = {}): Values {
  return {
    outcome,
    action: jsonata('$action'),
    incident: jsonata('$incident'),
    target: jsonata('$target'),
    execution: jsonata('$origin'),
    present: jsonata('$present'),
    ...more,
  };
}

/** The same reading, after the change. */
export function readAgain(step: Step): Step {
  return { ...step, name: `${step.name} again` };
}
