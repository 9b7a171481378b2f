import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';

/**
 * Reserves no concurrency for a function, so that it starts no more: runs that have begun end by themselves, within their timeout;
 * asynchronous events wait up to six hours and then go to the dead-letter queue.
 *
 * @param functions that may be isolated; the exporter of the audit trail and the session revoker are not among them.
 */
export function isolateFunction(functions: readonly IFunction[]): ContainmentAction {
  const resources = functions.map(({ functionArn }) => functionArn);
  const FunctionName = jsonata('$target');
  return {
    id: 'isolate-function',
    description: 'Isolates a function: it starts no more.',
    target: { field: 'functionName', pattern: '[A-Za-z0-9_-]{1,64}' },
    read: [
      {
        name: 'Read the concurrency',
        call: 'aws-sdk:lambda:getFunctionConcurrency',
        arguments: { FunctionName },
        // AWS answers with nothing at all where nothing is reserved.
        assign: {
          present: jsonata(
            `{'reserved': $exists($states.result.ReservedConcurrentExecutions) ? $states.result.ReservedConcurrentExecutions : null}`,
          ),
        },
      },
    ],
    contained: '$present.reserved = 0',
    contain: [
      {
        name: 'Reserve nothing',
        call: 'aws-sdk:lambda:putFunctionConcurrency',
        arguments: { FunctionName, ReservedConcurrentExecutions: 0 },
      },
    ],
    restore: [
      {
        name: 'Reserve what was reserved',
        call: 'aws-sdk:lambda:putFunctionConcurrency',
        arguments: { FunctionName, ReservedConcurrentExecutions: jsonata('$prior.reserved') },
        when: '$prior.reserved != null',
      },
      {
        name: 'Take the reservation away',
        call: 'aws-sdk:lambda:deleteFunctionConcurrency',
        arguments: { FunctionName },
        when: '$prior.reserved = null',
      },
    ],
    holdsDeployments: true,
    preservesFirst: false,
    may: {
      contain: [
        new PolicyStatement({
          sid: 'IsolateFunctions',
          actions: ['lambda:GetFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
          resources,
        }),
      ],
      restore: [
        new PolicyStatement({
          sid: 'RestoreFunctions',
          actions: ['lambda:DeleteFunctionConcurrency', 'lambda:GetFunctionConcurrency', 'lambda:PutFunctionConcurrency'],
          resources,
        }),
      ],
    },
    substitutions: {},
  };
}
