import { createHash, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { batchKey, BATCH_FORMAT, digestInput, NO_PREVIOUS_DIGEST, sha256, type DigestedHeader } from '../../../lambda/audit-exporter/batch';
import { eventLine } from '../../../lambda/audit-exporter/event-line';
import { parseHeaderLine } from '../../../lambda/audit-exporter/parse-header';
import { sealBatch } from '../../../lambda/audit-exporter/seal-batch';
import { eventOf, fixedSigner, makeSigner } from '../../support/batches';
import { idOf } from '../../support/crypto-keys';

const DOCUMENT = readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'audit-trail.md'), 'utf8');
const PLAN = {
  epoch: idOf(1),
  no: '1',
  from_xid: '0',
  to_xid: '9',
  planned_at: '2026-03-01T09:01:00.000001Z',
  prev: NO_PREVIOUS_DIGEST,
};
const KEY_ID = 'sha256:324be2dea8bc44461b0233e51fa48902ed6b1cc671e7739af2551e0bfe68f54e';
const DIGEST = '0d69e01dd27a5fcc8f5427ab227e5fa145aa1308d41d2232c9624c8bba611e32';
const SIGNATURE = 'ZECdyxQL5X/xGdFWKqvygAfVEXEA2wSQ5SgRfOt0cN2tTkOk+Rc6YVGEWCg9JKRmjF2VM1ZN5hyv6reK5bEvBw==';
const LINES = [eventLine(eventOf(7)), eventLine(eventOf(8))];
const seal = (lines = LINES, plan = PLAN) => sealBatch(plan, lines, fixedSigner().signer);
const textOf = async (batch = seal()) => Buffer.from((await batch).bytes).toString('utf8');

describe('a batch', () => {
  it('is these bytes for this window under this key, today and ever after', async () => {
    const { key, digest, n } = await seal();
    expect({ key, n }).toEqual({ key: `audit/${idOf(1)}/000000000001.jsonl`, n: 2 });
    const header =
      `{"format":"telehealth-audit-batch/1","epoch":"${idOf(1)}","no":"1","from_xid":"0","to_xid":"9",` +
      `"planned_at":"2026-03-01T09:01:00.000001Z","prev":"${NO_PREVIOUS_DIGEST}","n":2,` +
      `"digest":"${DIGEST}","algorithm":"Ed25519","key_id":"${KEY_ID}","signature":"${SIGNATURE}"}`;
    expect(digest).toBe(DIGEST);
    expect(await textOf()).toBe(`${header}\n${LINES.join('\n')}\n`);
  });

  it('is the same bytes when it is made again, and others when anything is other', async () => {
    const texts = await Promise.all([
      textOf(),
      textOf(),
      textOf(seal(LINES.toReversed())),
      textOf(seal(LINES.slice(1))),
      ...Object.keys(PLAN).map((member) => textOf(seal(LINES, { ...PLAN, [member]: `${PLAN[member as keyof typeof PLAN]}1` }))),
    ]);
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBe(texts.length - 1);
  });

  it('without events is its header', async () => {
    const text = await textOf(seal([]));
    expect(text.split('\n')).toHaveLength(2);
    expect(parseHeaderLine(text.trimEnd())).toMatchObject({ n: 0, format: BATCH_FORMAT });
  });

  it('has a name that sorts as its number does', () => {
    const numbers = [1, 2, 9, 10, 11, 99, 100, 999_999_999_999];
    const names = numbers.map((no) => batchKey({ epoch: idOf(1), no: String(no) }));
    expect(names.toSorted()).toEqual(names);
  });
});

describe('the digest', () => {
  const header: DigestedHeader = { ...PLAN, format: BATCH_FORMAT, n: 2, algorithm: 'Ed25519', key_id: 'sha256:00' };

  it('covers every member of the header and the lines', () => {
    const other: Readonly<Record<string, string>> = {
      ...{ format: 'telehealth-audit-batch/2', epoch: idOf(2), no: '2', from_xid: '1', to_xid: '10', prev: 'f'.repeat(64) },
      ...{ planned_at: '2026-03-01T09:01:00.000002Z', n: '3', algorithm: 'RSASSA_PKCS1_V1_5_SHA_256', key_id: 'sha256:01' },
    };
    expect(Object.keys(other).sort()).toEqual(Object.keys(header).sort());
    const inputs = Object.entries(other).map(([member, value]) => digestInput({ ...header, [member]: value }, sha256('')));
    const all = [digestInput(header, sha256('')), digestInput(header, sha256('x')), ...inputs];
    expect(new Set(all).size).toBe(Object.keys(other).length + 2);
  });

  it('cannot be had by moving characters from one member to its neighbour', () => {
    const moved = digestInput({ ...header, no: '10', from_xid: '' }, sha256(''));
    expect(moved).not.toBe(digestInput({ ...header, no: '1', from_xid: '0' }, sha256('')));
  });

  it('and the signature can be found again with nothing of this code, as the documentation says', async () => {
    const { signer, pem } = makeSigner();
    const text = Buffer.from((await sealBatch(PLAN, LINES, signer)).bytes).toString('utf8');
    const [first = '', ...rest] = text.split(/(?<=\n)/);
    const header = JSON.parse(first) as Record<string, string | number>;
    const hash = (of: string) => createHash('sha256').update(of).digest();
    const lines = hash(rest.join('')).toString('hex');
    const documented = /is the SHA-256 of eleven lines[^:]*: ([^,]+(?:, `\w+`)+), and the SHA-256/.exec(DOCUMENT.replace(/\n/g, ' '))?.[1] ?? '';
    const members = [...documented.matchAll(/`(\w+)`/g)].map(([, member = '']) => header[member]);
    expect(members).toHaveLength(10);
    const digest = hash([...members, lines].map((member) => `${member}\n`).join(''));
    expect(digest.toString('hex')).toBe(header['digest']);
    expect(verify(null, digest, pem, Buffer.from(String(header['signature']), 'base64'))).toBe(true);
  });
});

describe('the header', () => {
  const good = async () => (await textOf()).split('\n')[0] ?? '';

  it('is read back', async () => {
    expect(parseHeaderLine(await good())).toMatchObject({ ...PLAN, n: 2, digest: DIGEST });
  });

  it.each([
    ['another format', /batch\/1/, 'batch/2'],
    ['an epoch that is none', /"epoch":"0/, '"epoch":"x'],
    ['a number with a zero in front', /"no":"1"/, '"no":"01"'],
    ['a number below one', /"no":"1"/, '"no":"-1"'],
    ['a window that is no number', /"to_xid":"9"/, '"to_xid":"9a"'],
    ['a time that is none', /2026-03-01T/, '2026-13-41T'],
    ['a short digest', /"digest":"../, '"digest":"'],
    ['a digest in capitals', /"prev":"0/, '"prev":"A'],
    ['a count that is text', /"n":2/, '"n":"2"'],
    ['half an event', /"n":2/, '"n":2.5'],
    ['an algorithm that is not used', /Ed25519/, 'Ed448'],
    ['a key id with a newline', /"key_id":"/, '"key_id":"\\n'],
    ['a signature in another spelling of the same bytes', /(.)=="}$/, '$1x=="}'],
    ['a space', /,"no"/, ', "no"'],
    ['a member twice', /"n":2/, '"n":2,"n":2'],
    ['a member too many', /"n":2/, '"n":2,"m":2'],
    ['a member missing', /"n":2,/, ''],
    ['nothing at all', /.*/, ''],
  ])('is refused with %s', async (_, pattern, replacement) => {
    const line = (await good()).replace(pattern, replacement);
    expect(line).not.toBe(await good());
    expect(parseHeaderLine(line)).toBeUndefined();
  });
});
