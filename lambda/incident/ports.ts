/** Where records are kept: a locked bucket, or a folder of the same names. */
export interface IncidentStore {
  /**
   * Creates an object, whole or not at all; what is there under the name is never replaced.
   *
   * @throws CodedError `store_denied` or `store_unavailable`.
   */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'taken'>;

  /** @throws CodedError `store_denied` or `store_unavailable`. */
  read(key: string): Promise<Uint8Array>;

  /**
   * Names below a prefix, in order.
   *
   * @throws CodedError `store_denied` or `store_unavailable`.
   */
  list(prefix: string): Promise<readonly string[]>;
}

/** Why nobody was told. */
export const TOPIC_FAILURES = ['topic_denied', 'topic_unavailable'] as const;

/** Whoever answers for what happened. */
export interface Officer {
  /**
   * Sends a text: names and ids only, since mail leaves the encrypted path.
   *
   * @throws CodedError with one of {@link TOPIC_FAILURES}.
   */
  tell(text: string): Promise<void>;
}
