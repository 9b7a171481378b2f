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
