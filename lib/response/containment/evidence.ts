import type { States, Values } from './asl';
import { jsonata } from './asl';
import type { Step } from './step';
import { FAILURE } from './step';

/** Folder of one containment: `$origin` is the execution that contained. */
const FOLDER = `'incidents/' & $incident & '/containment/' & $action & '/' & $origin`;

/**
 * Writes one file of the record, and never over another: 164.312(c)(1), 164.308(a)(6)(ii). The bucket's own default locks it. Body is
 * an object, which Step Functions writes as JSON.
 *
 * @param file below the folder of the containment, as JSONata.
 */
export function putEvidence(name: string, file: string, body: Values, more: Partial<Step> = {}): Step {
  return {
    name,
    call: 'aws-sdk:s3:putObject',
    arguments: {
      Bucket: '${EvidenceBucket}',
      Key: jsonata(`${FOLDER} & '/' & ${file}`),
      Body: {
        action: jsonata('$action'),
        incident: jsonata('$incident'),
        target: jsonata('$target'),
        execution: jsonata('$states.context.Execution.Name'),
        at: jsonata('$now()'),
        ...body,
      },
      ContentType: 'application/json',
      ChecksumAlgorithm: 'SHA256',
      IfNoneMatch: '*',
    },
    ...more,
  };
}

/** Reads what a containment found before it changed anything, and takes target and prior state from it. */
export function readBefore(): Step {
  const body = '$parse($states.result.Body)';
  return {
    name: 'Read what was before',
    call: 'aws-sdk:s3:getObject',
    arguments: { Bucket: '${EvidenceBucket}', Key: jsonata(`${FOLDER} & '/before.json'`) },
    assign: { target: jsonata(`${body}.target`), prior: jsonata(`${body}.prior`) },
  };
}

/**
 * The end of every failed step: a file that says which step, which error and what had been done by then, so that somebody can go on from
 * there; then the execution fails. Where even the file cannot be written, it fails as well, and says that.
 */
export function failureStates(file: string): States {
  const { name, call, arguments: args } = putEvidence(FAILURE, file, { failure: jsonata('$failure'), done: jsonata('$done') });
  return {
    [name]: {
      Type: 'Task',
      Resource: `arn:\${Partition}:states:::${call}`,
      Arguments: args,
      TimeoutSeconds: 60,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed without a record' }],
      Next: 'Failed',
    },
    Failed: {
      Type: 'Fail',
      Error: jsonata('$failure.error'),
      Cause: jsonata(
        `'Step "' & $failure.step & '" failed. What had been done is in ' & ${FOLDER} & '/' & ${file} & ` +
          `'. Start it again, or the restore.'`,
      ),
    },
    'Failed without a record': {
      Type: 'Fail',
      Error: jsonata('$failure.error'),
      Cause: jsonata(
        `'Step "' & $failure.step & '" failed, and the record of it could not be written. Done before: ' & $join($done, '; ')`,
      ),
    },
  };
}
