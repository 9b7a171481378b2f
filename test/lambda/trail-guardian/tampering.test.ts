import * as fc from 'fast-check';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  FIRST_MS,
  makeSigningKey,
  sealed,
  storeOf,
  writeHour,
  writeHours,
  type DigestJson,
  type TrailFiles,
} from '../../support/trail-files';
import { END_MS, fiveHours, HOUR_MS, key, objectAt, rewrite, verify, type Hours } from '../../support/trail-run';

const stranger = makeSigningKey();

/** Changes a digest and signs it again with a key of the forger's own, under the name of CloudTrail's. */
const forge = (hours: Hours, hour: number, change: (json: DigestJson) => void): void => {
  const json = JSON.parse(JSON.stringify(hours.hours[hour]?.json)) as DigestJson;
  change(json);
  hours.files.set(hours.at(hour), { bytes: gzipSync(JSON.stringify(json)), signature: sealed(json, stranger).signature });
};

describe('tampering', () => {
  const rows: readonly (readonly [string, (hours: Hours) => void, readonly string[]])[] = [
    ['a changed log file', (hours) => rewrite(hours, hours.log(2), (text) => text.replace('GetObject', 'PutObject')), ['log_changed']],
    [
      'a log file that breaks off',
      (hours) => hours.files.set(hours.log(2), { bytes: objectAt(hours, hours.log(2)).bytes.subarray(0, -9) }),
      ['log_changed'],
    ],
    ['a log file that is not packed', (hours) => hours.files.set(hours.log(2), { bytes: Buffer.from('{}') }), ['log_changed']],
    ['an empty log file', (hours) => hours.files.set(hours.log(2), { bytes: Buffer.alloc(0) }), ['log_changed']],
    ['a deleted log file', (hours) => hours.files.delete(hours.log(2, 1)), ['log_missing']],
    [
      'two log files that were exchanged',
      (hours) => {
        const [one, other] = [objectAt(hours, hours.log(1)), objectAt(hours, hours.log(3))];
        hours.files.set(hours.log(1), other).set(hours.log(3), one);
      },
      ['log_changed', 'log_changed'],
    ],
    [
      'a digest that leaves a log file out',
      (hours) => rewrite(hours, hours.at(2), (text) => text.replace(/\{"s3Bucket".*?\},/, '')),
      ['signature_invalid', 'chain_broken'],
    ],
    ['a digest with one more space', (hours) => rewrite(hours, hours.at(2), (text) => `${text} `), ['signature_invalid', 'chain_broken']],
    [
      'a digest signed anew, under the fingerprint of CloudTrail’s key',
      (hours) => forge(hours, 2, (json) => void (json['logFiles'] as unknown[]).pop()),
      ['signature_invalid', 'chain_broken', 'chain_broken'],
    ],
    [
      'a digest signed anew, under a fingerprint of its own',
      (hours) => forge(hours, 2, (json) => (json['digestPublicKeyFingerprint'] = stranger.fingerprint)),
      ['key_unknown', 'chain_broken', 'chain_broken'],
    ],
    [
      'a digest with another signature',
      (hours) => hours.files.set(hours.at(2), { ...objectAt(hours, hours.at(2)), signature: hours.hours[1]?.signature }),
      ['signature_invalid', 'chain_broken'],
    ],
    [
      'a digest with a signature that is no hex',
      (hours) => hours.files.set(hours.at(4), { ...objectAt(hours, hours.at(4)), signature: `${hours.hours[4]?.signature}zz` }),
      ['signature_invalid'],
    ],
    [
      'a digest without a signature',
      (hours) => hours.files.set(hours.at(2), { bytes: objectAt(hours, hours.at(2)).bytes }),
      ['signature_missing'],
    ],
    [
      'a digest that breaks off',
      (hours) =>
        hours.files.set(hours.at(2), { ...objectAt(hours, hours.at(2)), bytes: objectAt(hours, hours.at(2)).bytes.subarray(0, -9) }),
      ['digest_malformed'],
    ],
    ['a digest that is no JSON', (hours) => rewrite(hours, hours.at(2), (text) => text.slice(1)), ['digest_malformed']],
    ['a digest in UTF-16', (hours) => rewrite(hours, hours.at(2), (text) => `\ufeff${text}`), ['signature_invalid', 'chain_broken']],
    ['a deleted digest', (hours) => hours.files.delete(hours.at(2)), ['digest_missing']],
    ['two deleted digests', (hours) => [2, 3].forEach((hour) => hours.files.delete(hours.at(hour))), ['digest_missing']],
    ['the first digest of the window deleted', (hours) => hours.files.delete(hours.at(0)), ['digest_missing']],
    [
      'the last three digests deleted',
      (hours) => [1, 2, 3, 4].forEach((hour) => hours.files.delete(hours.at(hour))),
      ['digests_end_early'],
    ],
    ['every digest deleted', (hours) => hours.hours.forEach(({ key: name }) => hours.files.delete(name)), ['digests_absent']],
    [
      'two digests that were exchanged',
      (hours) => {
        const [one, other] = [objectAt(hours, hours.at(1)), objectAt(hours, hours.at(2))];
        hours.files.set(hours.at(1), other).set(hours.at(2), one);
      },
      [
        'digest_misplaced',
        'digest_misplaced',
        'chain_broken',
        'digest_misplaced',
        'digest_misplaced',
        'chain_broken',
        'chain_broken',
        'chain_broken',
      ],
    ],
    [
      'a digest put again under a later name',
      (hours) => {
        const later = hours.at(4).replace(/T\d{6}Z/, 'T031500Z');
        hours.files.set(later, objectAt(hours, hours.at(1)));
      },
      ['digest_misplaced', 'digest_misplaced', 'chain_broken'],
    ],
  ];

  it.each(rows)('notices %s', async (_, tamper, codes) => {
    const hours = fiveHours();
    tamper(hours);
    expect((await verify(storeOf(hours.files), { toMs: END_MS + HOUR_MS, nowMs: END_MS })).codes).toEqual(codes);
  });

  const signed: readonly (readonly [string, (json: DigestJson) => void, readonly string[]])[] = [
    ['another bucket', (json) => (json['digestS3Bucket'] = 'somebodys-bucket'), ['digest_misplaced', 'chain_broken']],
    ['another name', (json) => (json['digestS3Object'] = 'elsewhere.json.gz'), ['digest_misplaced']],
    ['another account', (json) => (json['awsAccountId'] = '999900001111'), ['digest_misplaced']],
    ['another time', (json) => (json['digestEndTime'] = '2026-11-27T00:30:00Z'), ['digest_misplaced']],
    ['another signature of the one before', (json) => (json['previousDigestSignature'] = 'ab'.repeat(256)), ['chain_broken']],
    ['another hash of the one before', (json) => (json['previousDigestHashValue'] = 'ab'.repeat(32)), ['chain_broken']],
    ['another bucket of the one before', (json) => (json['previousDigestS3Bucket'] = 'somebodys-bucket'), ['chain_broken']],
    ['no trail’s file before it', (json) => (json['previousDigestS3Object'] = 'elsewhere.json.gz'), ['chain_broken']],
    [
      'a log file in another bucket',
      (json) => (((json['logFiles'] as DigestJson[])[0] ?? {})['s3Bucket'] = 'somebodys-bucket'),
      ['log_unverifiable'],
    ],
    [
      'a log file of something else',
      (json) => (((json['logFiles'] as DigestJson[])[0] ?? {})['s3Object'] = 'flow-logs/x.gz'),
      ['log_unverifiable'],
    ],
    ['a begin half an hour late', (json) => (json['digestStartTime'] = '2026-11-27T00:30:00Z'), ['gap']],
  ];
  it.each(signed)('notices a digest in the chain that says %s', async (_, edit, codes) => {
    const files: TrailFiles = new Map();
    const before = writeHours(files, 2, { signedBy: key, startMs: FIRST_MS });
    const changed = writeHour(files, { signedBy: key, startMs: FIRST_MS + 2 * HOUR_MS, after: before.at(-1), edit });
    writeHours(files, 2, { signedBy: key, startMs: FIRST_MS + 3 * HOUR_MS, after: changed });
    expect((await verify(storeOf(files))).codes).toEqual(codes);
  });

  it.each([
    'awsAccountId',
    'digestStartTime',
    'digestEndTime',
    'digestS3Bucket',
    'digestS3Object',
    'digestPublicKeyFingerprint',
    'digestSignatureAlgorithm',
    'previousDigestS3Bucket',
    'previousDigestS3Object',
    'previousDigestHashValue',
    'previousDigestHashAlgorithm',
    'previousDigestSignature',
    'logFiles',
  ])('takes no digest without %s, whoever signed it', async (field) => {
    const files: TrailFiles = new Map();
    const before = writeHours(files, 2, { signedBy: key, startMs: FIRST_MS });
    const drop = (json: DigestJson): void => void delete json[field];
    const changed = writeHour(files, { signedBy: key, startMs: FIRST_MS + 2 * HOUR_MS, after: before.at(-1), edit: drop });
    writeHours(files, 2, { signedBy: key, startMs: FIRST_MS + 3 * HOUR_MS, after: changed });
    const { findings } = await verify(storeOf(files));
    expect(findings).toEqual([
      expect.objectContaining({ code: 'digest_malformed', about: changed.key, found: expect.stringContaining(field) }),
    ]);
  });

  it('notices a single byte changed anywhere in what digests and log files say, or in a signature', async () => {
    const made = fiveHours();
    const names = [...made.files.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(names.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (which, place, mask, inSignature) => {
          const files: TrailFiles = new Map(made.files);
          const name = names[which] ?? '';
          const object = made.files.get(name) ?? { bytes: Buffer.alloc(0) };
          if (inSignature && object.signature !== undefined) {
            const bytes = Buffer.from(object.signature, 'hex');
            bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ mask;
            files.set(name, { ...object, signature: bytes.toString('hex') });
          } else {
            const bytes = gunzipSync(object.bytes);
            bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ mask;
            files.set(name, { ...object, bytes: gzipSync(bytes) });
          }
          const { findings } = await verify(storeOf(files));
          // The file itself, or the next digest, which knows it.
          return findings.some(({ about, expected }) => about === name || expected.includes(name));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('notices a single byte changed in a packed file, unless what it says is the same', async () => {
    const made = fiveHours();
    const names = [...made.files.keys()];
    const unpacked = (bytes: Buffer): string | undefined => {
      try {
        return gunzipSync(bytes).toString('hex');
      } catch {
        return undefined;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(names.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, place, mask) => {
        const name = names[which] ?? '';
        const object = made.files.get(name) ?? { bytes: Buffer.alloc(0) };
        const bytes = Buffer.from(object.bytes);
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ mask;
        const { findings } = await verify(storeOf(new Map(made.files).set(name, { ...object, bytes })));
        return findings.length > 0 || unpacked(bytes) === unpacked(object.bytes);
      }),
      { numRuns: 60 },
    );
  });
});
