import { CodedError } from '../../shared/outcome';
import { isRecord } from '../../shared/record';
import type { Workflows } from '../ports';

const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true };

/** A workflow that is not there will not come by trying again, either. */
const DENIALS: readonly unknown[] = ['AccessDeniedException', 'StateMachineDoesNotExist', 'InvalidArn', 'InvalidName'];

/**
 * Workflows of Step Functions. The role needs `states:StartExecution` on each. AWS keeps the name of an execution for 90 days after its end:
 * a second start by the same name is the first one.
 */
export function sfnWorkflows(): Workflows {
  let connecting: ReturnType<typeof connect> | undefined;
  return {
    async start(stateMachineArn, name, input) {
      try {
        connecting ??= connect();
        const start = await connecting;
        await start({ stateMachineArn, name, input: JSON.stringify(input) });
        return 'started';
      } catch (error) {
        const name = isRecord(error) ? error['name'] : undefined;
        if (name === 'ExecutionAlreadyExists') return 'exists';
        throw new CodedError(DENIALS.includes(name) ? 'workflow_denied' : 'workflow_unavailable');
      }
    },
  };
}

async function connect() {
  const { SFNClient, StartExecutionCommand } = await import('./sfn-sdk');
  const client = new SFNClient({ maxAttempts: 2, requestHandler: TIMEOUTS });
  return (request: ConstructorParameters<typeof StartExecutionCommand>[0]) => client.send(new StartExecutionCommand(request));
}
