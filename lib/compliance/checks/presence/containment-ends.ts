import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { topicsToldOf } from '../liveness/catching';

/** How an execution ends, as Step Functions calls it. */
const ENDS = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** Whoever started a containment went to bed, or was no person: how it ended has to be told. */
export const containmentEndsAreTold: Check = {
  id: 'presence/news-of-the-end-of-containments',
  claim: 'somebody is told when a workflow ends, whichever way',
  citations: ['164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(environment.of('AWS::StepFunctions::StateMachine'), '164.308(a)(6)(ii)', (machine) =>
      ENDS.filter((status) => topicsToldOf(environment, endOf(environment, machine, status)).size === 0).map((status) => ({
        property: 'StateMachineName',
        value: `nobody is told of ${status}`,
        expected: 'a rule on its end',
      })),
    ),
};

function endOf(environment: EnvironmentModel, machine: Resource, status: string): Readonly<Record<string, unknown>> {
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: { stateMachineArn: environment.arnOf(machine), name: 'any', status },
  };
}
