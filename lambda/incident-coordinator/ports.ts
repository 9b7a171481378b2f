/** Why a workflow was not started. */
export const WORKFLOW_FAILURES = ['workflow_denied', 'workflow_unavailable'] as const;

/** Why nobody was told. */
export const TOPIC_FAILURES = ['topic_denied', 'topic_unavailable'] as const;

/** The workflows that contain. */
export interface Workflows {
  /**
   * Starts one, or finds that an execution of that name was started before.
   *
   * @throws CodedError with one of {@link WORKFLOW_FAILURES}.
   */
  start(stateMachineArn: string, execution: string, input: Readonly<Record<string, unknown>>): Promise<'started' | 'exists'>;
}

/** Whoever answers for security. */
export interface Officer {
  /**
   * Sends a text: names and ids only, since mail leaves the encrypted path.
   *
   * @throws CodedError with one of {@link TOPIC_FAILURES}.
   */
  tell(text: string): Promise<void>;
}
