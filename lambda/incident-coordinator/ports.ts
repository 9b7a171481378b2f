/** Why a workflow was not started. */
export const WORKFLOW_FAILURES = ['workflow_denied', 'workflow_unavailable'] as const;

/** The workflows that contain. */
export interface Workflows {
  /**
   * Starts one, or finds that an execution of that name was started before.
   *
   * @throws CodedError with one of {@link WORKFLOW_FAILURES}.
   */
  start(stateMachineArn: string, execution: string, input: Readonly<Record<string, unknown>>): Promise<'started' | 'exists'>;
}
