import { checkJwks, type JwksVerdict, type SigningKey } from '../jwks-refresher/check-jwks';

/** Where the copy of the user pool's key set is kept. */
export interface KeySource {
  /** @returns the copy as text; undefined when there is none yet. */
  read(): Promise<string | undefined>;
}

/** After this age, in milliseconds, the copy is read again: a key taken out of the pool stops being believed. */
const REFRESH_AFTER_MS = 10 * 60_000;

/** While reading fails, a copy no older than this, in milliseconds, stays in use; then nobody is let in. */
const REFUSE_AFTER_MS = 60 * 60_000;

/** Least time between two readings prompted by an unknown key or by a failed refresh, so that forged tokens cannot exhaust the source. */
const RETRY_AFTER_MS = 30_000;

/**
 * The signing keys, as last read. Every reading goes through the same check as the writing did: 164.312(d). Fails closed: no readable copy,
 * no keys; a stale copy misses new keys and never gains one.
 */
export class JwksCopy {
  private keys: readonly SigningKey[] | undefined;
  private readAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private prompted = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> | undefined;

  /** @param onUnreadable told, without details, that a reading failed or its result was refused. */
  constructor(
    private readonly source: KeySource,
    private readonly onUnreadable: () => void,
  ) {}

  /**
   * The keys to verify with; undefined when there are none that may be used.
   *
   * @param nowMs milliseconds since the epoch.
   */
  async current(nowMs: number): Promise<readonly SigningKey[] | undefined> {
    const due = nowMs - this.readAt > REFRESH_AFTER_MS && nowMs - this.triedAt > RETRY_AFTER_MS;
    if (!this.keys || due) await this.read(nowMs);
    return nowMs - this.readAt > REFUSE_AFTER_MS ? undefined : this.keys;
  }

  /** Reads again because a token named a key that is not here; at most once in 30 s, however many such tokens come. */
  async afterUnknownKey(nowMs: number): Promise<readonly SigningKey[] | undefined> {
    if (nowMs - this.prompted > RETRY_AFTER_MS) {
      this.prompted = nowMs;
      await this.read(nowMs);
    }
    return this.keys;
  }

  private async read(nowMs: number): Promise<void> {
    this.triedAt = nowMs;
    this.reading ??= this.load(nowMs).finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  private async load(nowMs: number): Promise<void> {
    const verdict = await this.judge();
    if (verdict?.kind === 'accepted') {
      this.keys = verdict.keys;
      this.readAt = nowMs;
    } else {
      this.onUnreadable();
    }
  }

  private async judge(): Promise<JwksVerdict | undefined> {
    try {
      const text = await this.source.read();
      return text === undefined ? undefined : checkJwks(text);
    } catch {
      // The error names the role and the address; how it came, thrown or rejected, makes no difference.
      return undefined;
    }
  }
}
