import { Readable } from 'node:stream';
import type { DigestStore, PublicKeySource } from '../../../lambda/trail-guardian/ports';
import { FIRST_MS, keysOf, makeSigningKey, storeOf, writeHours, type DigestJson, type TrailFiles } from '../../support/trail-files';
import { END_MS, fiveHours, HOUR_MS, HOURS, key, objectAt, rewrite, verify, type Hours } from '../../support/trail-run';

const stranger = makeSigningKey();

describe('digests as CloudTrail wrote them', () => {
  it('are verified, with every log file', async () => {
    const { findings, summary } = await verify(storeOf(fiveHours().files));
    expect(findings).toEqual([]);
    expect(summary).toEqual({ regions: 1, digests: 5, signed: 5, backfills: 0, logs: 10, leftRegions: 0 });
  });

  it('are verified by keys in SPKI form, by keys that change, and by each Region’s own', async () => {
    const [spki, west] = [makeSigningKey('spki'), makeSigningKey()];
    const files: TrailFiles = new Map();
    const first = writeHours(files, 2, { signedBy: key, startMs: FIRST_MS });
    writeHours(files, 3, { signedBy: spki, startMs: FIRST_MS + 2 * HOUR_MS, after: first.at(-1) });
    writeHours(files, HOURS, { signedBy: west, startMs: FIRST_MS, region: 'us-west-2', logs: 0 });
    const both = { 'us-east-1': [key, spki], 'us-west-2': [west] };
    expect((await verify(storeOf(files), {}, keysOf(both))).codes).toEqual([]);
    expect((await verify(storeOf(files), {}, keysOf({ ...both, 'us-west-2': [key] }))).codes).toEqual(Array(HOURS).fill('key_unknown'));
    const only = await verify(storeOf(files), { onlyRegions: ['us-west-2'] }, keysOf(both));
    expect(only.summary).toMatchObject({ regions: 1, digests: 5, logs: 0 });
  });

  it('are verified by the key of their Region, also where one of another Region is called alike', async () => {
    const files: TrailFiles = new Map();
    const alike = { ...stranger, fingerprint: key.fingerprint };
    writeHours(files, HOURS, { signedBy: key, startMs: FIRST_MS });
    writeHours(files, HOURS, { signedBy: alike, startMs: FIRST_MS, region: 'us-west-2' });
    // As CloudTrail gives keys: for longer than one digest, so that the first Region's is known when the second is looked at.
    const source: PublicKeySource = async (...asked) =>
      (await keysOf({ 'us-east-1': [key], 'us-west-2': [alike] })(...asked)).map((each) => ({ ...each, fromMs: 0, toMs: END_MS }));
    expect((await verify(storeOf(files), {}, source)).codes).toEqual([]);
  });

  it('are verified from the middle of a chain on, without the ones before the window', async () => {
    const hours = fiveHours();
    expect((await verify(storeOf(hours.files), { fromMs: FIRST_MS + 2 * HOUR_MS })).summary).toMatchObject({ digests: 3 });
    hours.files.delete(hours.at(0));
    expect((await verify(storeOf(hours.files), { fromMs: FIRST_MS + HOUR_MS })).codes).toEqual([]);
  });

  it('are asked for a key once, of the digest’s own time', async () => {
    const asked: string[] = [];
    const source: PublicKeySource = (region, fromMs, toMs) => {
      asked.push(`${region} ${new Date(fromMs).toISOString()} ${new Date(toMs).toISOString()}`);
      return Promise.resolve([
        { ...key, fromMs: FIRST_MS, toMs: FIRST_MS + 3 * HOUR_MS },
        { ...key, fingerprint: 'another', fromMs, toMs },
      ]);
    };
    expect((await verify(storeOf(fiveHours().files), {}, source)).codes).toEqual([]);
    expect(asked).toEqual([
      'us-east-1 2026-11-26T22:00:00.000Z 2026-11-27T00:00:00.000Z',
      // The fourth and the fifth digest ended after what is known of the key.
      'us-east-1 2026-11-27T01:00:00.000Z 2026-11-27T03:00:00.000Z',
      'us-east-1 2026-11-27T02:00:00.000Z 2026-11-27T04:00:00.000Z',
    ]);
  });
});

describe('gaps', () => {
  it('are told apart from breaks, with the times between which nothing is proven', async () => {
    const files: TrailFiles = new Map();
    writeHours(files, 2, { signedBy: key, startMs: FIRST_MS });
    const again = writeHours(files, 2, { signedBy: key, startMs: FIRST_MS + 3 * HOUR_MS });
    const { findings } = await verify(storeOf(files));
    expect(findings).toEqual([
      {
        code: 'gap',
        about: again[0]?.key,
        expected: 'a digest that goes on from 2026-11-27T00:00:00.000Z',
        found: 'one that begins a chain at 2026-11-27T01:00:00.000Z',
      },
    ]);
    // The one that begins the archive is no gap, the same one in the middle of it is.
    expect((await verify(storeOf(files), { fromMs: FIRST_MS + 3 * HOUR_MS })).codes).toEqual(['gap']);
  });

  it('are not expected to be filled before logging was started', async () => {
    const young = { startedMs: END_MS - HOUR_MS };
    expect((await verify(storeOf(new Map()), young)).codes).toEqual([]);
    expect((await verify(storeOf(new Map()), { startedMs: FIRST_MS })).codes).toEqual(['digests_absent']);
  });

  it('are found in a Region that had digests once, though nobody asked for it', async () => {
    const files: TrailFiles = new Map();
    writeHours(files, HOURS, { signedBy: key, startMs: FIRST_MS });
    writeHours(files, 1, { signedBy: key, startMs: FIRST_MS - 5 * HOUR_MS, region: 'eu-west-1' });
    expect((await verify(storeOf(files))).codes).toEqual(['digests_absent']);
  });
});

describe('backfill digests', () => {
  const GENERATED = '2026-12-01T08:00:00Z';
  const withBackfills = (edit?: (json: DigestJson) => void): TrailFiles => {
    const { files } = fiveHours();
    writeHours(files, 3, { signedBy: stranger, startMs: FIRST_MS, generatedAt: GENERATED, ...(edit ? { edit } : {}) });
    return files;
  };
  /** The second key is known around the time of the backfill alone. */
  const source: PublicKeySource = (_, fromMs, toMs) =>
    Promise.resolve(
      [key, stranger]
        .map((each, at) => ({
          ...each,
          fromMs: at === 0 ? 0 : Date.parse(GENERATED),
          toMs: at === 0 ? Date.parse(GENERATED) - 1 : Infinity,
        }))
        .filter((each) => each.fromMs <= toMs && fromMs <= each.toMs),
    );

  it('are a chain apart, under the key of the time they were made', async () => {
    const { codes, summary } = await verify(storeOf(withBackfills()), {}, source);
    expect(codes).toEqual([]);
    expect(summary).toMatchObject({ digests: 8, signed: 8, backfills: 3, logs: 16 });
  });

  it('are broken like any other', async () => {
    const files = withBackfills();
    files.delete([...files.keys()].filter((name) => name.includes('Digest') && name.includes('_backfill'))[1] ?? '');
    expect((await verify(storeOf(files), {}, source)).codes).toEqual(['digest_missing']);
    const undated = withBackfills();
    for (const [name, object] of undated) if (object.generatedAt !== undefined) undated.set(name, { ...object, generatedAt: undefined });
    expect((await verify(storeOf(undated), {}, source)).codes).toEqual(['digest_malformed', 'digest_malformed', 'digest_malformed']);
  });
});

describe('a copy that lost signatures', () => {
  const copyWith = (kept: readonly number[]): Hours => {
    const hours = fiveHours();
    hours.hours.forEach(({ key: name }, at) => {
      if (!kept.includes(at)) hours.files.set(name, { bytes: objectAt(hours, name).bytes });
    });
    return hours;
  };

  it('is proven by the signature of its newest digest, which vouches for all before it', async () => {
    const { codes, summary } = await verify(storeOf(copyWith([4]).files, true));
    expect(codes).toEqual([]);
    expect(summary).toMatchObject({ digests: 5, signed: 1 });
  });

  it('is not proven from the last signature on, and says which digests those are', async () => {
    const hours = copyWith([2]);
    const { findings } = await verify(storeOf(hours.files, true));
    expect(findings).toEqual([
      {
        code: 'signature_not_kept',
        about: hours.at(3),
        expected: `a signature beside 2 digests up to ${hours.at(4)}, or a signed digest after it`,
        found: 'neither',
      },
    ]);
  });

  it('is not vouched for across a digest that was changed', async () => {
    const hours = copyWith([4]);
    rewrite(hours, hours.at(1), (text) => `${text} `);
    const { codes } = await verify(storeOf(hours.files, true));
    expect(codes).toEqual(['chain_broken', 'signature_not_kept']);
  });
});

describe('the run', () => {
  it('reads one digest at a time and opens few log files at once, however many there are', async () => {
    const files: TrailFiles = new Map();
    writeHours(files, HOURS, { signedBy: key, startMs: FIRST_MS, logs: 60 });
    const inner = storeOf(files);
    let [open, most, reading] = [0, 0, 0];
    const store: DigestStore = {
      ...inner,
      async readDigest(name) {
        expect({ open, reading }).toEqual({ open: 0, reading: 0 });
        reading += 1;
        const object = await inner.readDigest(name);
        reading -= 1;
        return object;
      },
      openLog(name) {
        open += 1;
        most = Math.max(most, open);
        const bytes = files.get(name)?.bytes ?? Buffer.alloc(0);
        const dripping = async function* (): AsyncGenerator<Buffer> {
          for (const byte of bytes.subarray(0, 20)) yield await Promise.resolve(Buffer.of(byte));
          yield bytes.subarray(20);
          open -= 1;
        };
        return Promise.resolve(Readable.from(dripping()));
      },
    };
    expect((await verify(store)).summary).toMatchObject({ digests: HOURS, logs: 300 });
    expect(most).toBe(8);
  });

  it('says that it was cut short', async () => {
    let looks = 0;
    const { summary } = await verify(storeOf(fiveHours().files), { isOver: () => (looks += 1) > 2 });
    expect(summary).toMatchObject({ digests: 2, leftRegions: 1 });
  });

  it('tells of a file that cannot be read from one that is not there', async () => {
    const hours = fiveHours();
    const broken = (): Readable =>
      new Readable({
        read() {
          this.destroy(Object.assign(new Error('socket'), { code: 'ECONNRESET' }));
        },
      });
    await expect(verify({ ...storeOf(hours.files), openLog: () => Promise.resolve(broken()) })).rejects.toThrow(
      /^Cannot read .* to its end \(ECONNRESET\)/,
    );
  });

  it('leaves another trail’s digests and other files alone', async () => {
    const hours = fiveHours();
    hours.files.set(hours.at(1).replace('prod-audit-trail', 'org-trail'), objectAt(hours, hours.at(3)));
    hours.files.set(hours.at(1).replace('.json.gz', '.json.gz.tmp'), { bytes: Buffer.alloc(1) });
    expect((await verify(storeOf(hours.files))).codes).toEqual([]);
  });
});
