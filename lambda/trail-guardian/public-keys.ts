import type { KeyObject } from 'node:crypto';
import { readPublicKey } from './digest-signature';
import { HOUR_MS } from './limits';
import type { PublicKeyRecord, PublicKeySource } from './ports';

interface KnownKey extends PublicKeyRecord {
  readonly region: string;
  readonly key: KeyObject | undefined;
}

/**
 * Public keys by Region, time and fingerprint: a key of another Region, or of another year, is none. Asks once for each key, so it holds a
 * handful of keys, however many digests there are.
 */
export class PublicKeys {
  private readonly known: KnownKey[] = [];

  constructor(private readonly source: PublicKeySource) {}

  /**
   * @param timeMs when the digest was signed.
   * @returns undefined when CloudTrail knows no such key.
   * @throws TrailError as the source.
   */
  async find(region: string, fingerprint: string, timeMs: number): Promise<KeyObject | undefined> {
    const wanted = fingerprint.toLowerCase();
    const covers = (each: KnownKey): boolean =>
      each.region === region && each.fingerprint === wanted && each.fromMs <= timeMs && timeMs <= each.toMs;
    const known = this.known.find(covers);
    if (known) return known.key;
    // A digest is signed some time after its end.
    const records = await this.source(region, timeMs - HOUR_MS, timeMs + HOUR_MS);
    const found = records.find((record) => record.fingerprint.toLowerCase() === wanted);
    if (!found) return undefined;
    const entry = { ...found, fingerprint: wanted, region, key: readPublicKey(found.der) };
    this.known.push(entry);
    return entry.key;
  }
}
