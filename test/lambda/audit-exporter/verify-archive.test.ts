import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderArchive } from '../../../lambda/audit-exporter/adapters/folder-archive';
import { batchKey } from '../../../lambda/audit-exporter/batch';
import { eventLine } from '../../../lambda/audit-exporter/event-line';
import type { Finding } from '../../../lambda/audit-exporter/findings';
import { parseHeaderLine } from '../../../lambda/audit-exporter/parse-header';
import { sealBatch, type SealedBatch } from '../../../lambda/audit-exporter/seal-batch';
import { verifyArchive, type VerifySummary } from '../../../lambda/audit-exporter/verify-archive';
import { eventOf, FIRST_PLANNED_MS, linesOf, makeChain, makeSigner, writeBatches } from '../../support/batches';
import { idOf } from '../../support/crypto-keys';

const { signer, key } = makeSigner();
const stranger = makeSigner();
const SIZES = [2, 0, 3, 1, 3];
const EPOCH = idOf(1);

let folder: string;
let chain: SealedBatch[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'verify-archive-'));
  chain = await makeChain({ signer, sizes: SIZES });
  writeBatches(folder, chain);
});
afterEach(() => rmSync(folder, { recursive: true }));

const keyOf = (no: number, epoch = EPOCH) => batchKey({ epoch, no: String(no) });
const fileOf = (no: number, epoch = EPOCH) => path.join(folder, keyOf(no, epoch));
const replaceLines = (no: number, change: (lines: string[]) => string[]) => writeFileSync(fileOf(no), change(linesOf(folder, keyOf(no))).join('\n'));
const shortOf = ({ code, batch }: Finding) => `${code} ${batch.replace(/^audit\/[^/]+\/0*(\d+)\.jsonl$/, '$1')}`;

async function verify({ keys = [key], minutesLater = 5 } = {}): Promise<{ findings: Finding[]; summary: VerifySummary }> {
  const run = verifyArchive(await folderArchive(folder), { keys, nowMs: FIRST_PLANNED_MS + minutesLater * 60_000, maxAgeMs: 600_000 });
  const findings: Finding[] = [];
  let step = await run.next();
  for (; !step.done; step = await run.next()) findings.push(step.value);
  return { findings, summary: step.value };
}
const codes = async (...options: Parameters<typeof verify>) => (await verify(...options)).findings.map(shortOf);

/** Replaces a batch by one with other lines or another plan, sealed with whatever key. */
async function reseal(no: number, by = signer, change: { lines?: readonly string[]; header?: object } = {}): Promise<void> {
  const [first = '', ...rest] = linesOf(folder, keyOf(no));
  const header = parseHeaderLine(first);
  if (!header) throw new Error('no header');
  const { epoch, from_xid, to_xid, planned_at, prev } = header;
  const plan = { epoch, no: header.no, from_xid, to_xid, planned_at, prev, ...change.header };
  writeFileSync(fileOf(no), (await sealBatch(plan, change.lines ?? rest.slice(0, -1), by)).bytes);
}

describe('an archive that nobody touched', () => {
  it('is verified, and counted', async () => {
    await expect(verify()).resolves.toEqual({
      findings: [],
      summary: { batches: 5, events: 9, epochs: 1, newestPlannedAt: '2026-03-01T09:04:00.000000Z' },
    });
  });

  it('is verified against the right one of several keys', async () => {
    expect(await codes({ keys: [stranger.key, key] })).toEqual([]);
  });

  it('is verified however many batches it has', async () => {
    rmSync(path.join(folder, 'audit'), { recursive: true });
    writeBatches(folder, await makeChain({ signer, sizes: Array<number>(40).fill(1) }));
    await expect(verify({ minutesLater: 40 })).resolves.toMatchObject({ findings: [], summary: { batches: 40, events: 40 } });
  });
});

describe('a batch in which', () => {
  it('an event was edited has another digest', async () => {
    replaceLines(3, (lines) => lines.map((line) => line.replace('request-4', 'request-5')));
    const { findings } = await verify();
    expect(findings).toEqual([{ code: 'digest_mismatch', batch: keyOf(3), expected: chain[2]?.digest, found: expect.stringMatching(/^[0-9a-f]{64}$/) as string }]);
  });

  it('an event was removed has another count', async () => {
    replaceLines(3, (lines) => lines.toSpliced(2, 1));
    expect(await codes()).toEqual(['count_mismatch 3', 'digest_mismatch 3']);
  });

  it('two events were swapped has another order', async () => {
    replaceLines(3, ([header = '', a = '', b = '', ...rest]) => [header, b, a, ...rest]);
    expect(await codes()).toEqual(['seq_out_of_order 3', 'digest_mismatch 3']);
  });

  it('an event was repeated is not in order either', async () => {
    replaceLines(3, ([header = '', a = '', ...rest]) => [header, a, a, ...rest]);
    expect(await codes()).toEqual(['count_mismatch 3', 'seq_out_of_order 3', 'digest_mismatch 3']);
  });

  it('an event was inserted has another count, and the event is none of its window', async () => {
    replaceLines(3, (lines) => lines.toSpliced(-1, 0, eventLine(eventOf(50))));
    expect(await codes()).toEqual(['count_mismatch 3', 'event_outside_window 3', 'digest_mismatch 3']);
  });

  it('a line is no event says which line', async () => {
    replaceLines(3, (lines) => lines.with(2, `${lines[2]} `));
    const { findings } = await verify();
    expect(findings.map(shortOf)).toEqual(['line_malformed 3', 'digest_mismatch 3']);
    expect(findings[0]?.found).toBe('another text as line 3');
  });

  it('everything is other text has one finding of a kind, and quotes nothing', async () => {
    replaceLines(5, ([header = '']) => [header, ...Array<string>(500).fill('canary-900-12-3456'), '']);
    const { findings } = await verify();
    expect(findings.map(shortOf)).toEqual(['count_mismatch 5', 'line_malformed 5', 'digest_mismatch 5']);
    expect(JSON.stringify(findings)).not.toContain('canary');
  });

  it.each(['prev', 'from_xid', 'to_xid', 'planned_at', 'n'])('the header was edited in %s has another digest', async (member) => {
    const other: Readonly<Record<string, string>> = { prev: 'f'.repeat(64), planned_at: '2026-03-01T09:02:30.000000Z', n: '4' };
    replaceLines(3, (lines) => lines.with(0, (lines[0] ?? '').replace(new RegExp(`("${member}":"?)[^",]+`), `$1${other[member] ?? '4'}`)));
    expect(linesOf(folder, keyOf(3))[0]).not.toBe(Buffer.from(chain[2]?.bytes ?? []).toString().split('\n')[0]);
    expect(await codes()).toContain('digest_mismatch 3');
  });

  it('the file was cut off has an end that is none', async () => {
    truncateSync(fileOf(3), readFileSync(fileOf(3)).length - 10);
    expect(await codes()).toEqual(['truncated 3', 'count_mismatch 3', 'digest_mismatch 3']);
  });

  it('the file was cut off between two lines has another count', async () => {
    replaceLines(3, (lines) => [...lines.slice(0, -2), '']);
    expect(await codes()).toEqual(['count_mismatch 3', 'digest_mismatch 3']);
  });

  it('the last newline is missing is noticed too', async () => {
    truncateSync(fileOf(3), readFileSync(fileOf(3)).length - 1);
    expect(await codes()).toEqual(['truncated 3', 'count_mismatch 3', 'digest_mismatch 3']);
  });

  it('bytes are no text is noticed', async () => {
    writeFileSync(fileOf(3), Buffer.concat([readFileSync(fileOf(3)), Buffer.from([0xff, 0x0a])]));
    expect(await codes()).toEqual(['truncated 3', 'digest_mismatch 3']);
  });

  it.each([
    ['is empty', ''],
    ['is cut off in its first line', '{"format":'],
    ['is another file', 'nothing\nof\nthis\n'],
  ])('the file %s has no header, and the next one is not blamed for it', async (_, text) => {
    writeFileSync(fileOf(3), text);
    expect(await codes()).toEqual(['header_malformed 3']);
  });

  it('digest and count were made to fit, but not the signature, shows who did not sign', async () => {
    const forger = makeSigner(signer.keyId);
    await reseal(3, forger.signer, { lines: [3, 4].map((seq) => eventLine(eventOf(seq))) });
    expect(await codes()).toEqual(['signature_invalid 3', 'chain_broken 4']);
  });

  it('the signature is of another batch is not signed', async () => {
    const other = /"signature":"[^"]+"/.exec(linesOf(folder, keyOf(4))[0] ?? '')?.[0] ?? '';
    replaceLines(3, (lines) => lines.with(0, (lines[0] ?? '').replace(/"signature":"[^"]+"/, other)));
    expect(await codes()).toEqual(['signature_invalid 3']);
  });

  it('another key signed, and says so, is signed by an unknown key', async () => {
    await reseal(5, stranger.signer);
    const { findings } = await verify();
    expect(findings).toEqual([{ code: 'key_unknown', batch: keyOf(5), expected: signer.keyId, found: stranger.signer.keyId }]);
  });

  it('every batch was signed with another key has an unknown key throughout', async () => {
    rmSync(path.join(folder, 'audit'), { recursive: true });
    writeBatches(folder, await makeChain({ signer: stranger.signer, sizes: SIZES }));
    expect(await codes()).toEqual([1, 2, 3, 4, 5].map((no) => `key_unknown ${no}`));
  });
});

describe('a chain in which', () => {
  it('a batch was replaced by another one, signed with the right key, is broken after it', async () => {
    await reseal(3, signer, { lines: [3, 4].map((seq) => eventLine(eventOf(seq))) });
    const { findings } = await verify();
    expect(findings).toEqual([{ code: 'chain_broken', batch: keyOf(4), expected: expect.any(String) as string, found: chain[2]?.digest }]);
  });

  it('the head is missing names what is missing', async () => {
    rmSync(fileOf(1));
    rmSync(fileOf(2));
    const { findings } = await verify();
    expect(findings).toEqual([{ code: 'batch_missing', batch: keyOf(3), expected: 'batches 1 to 2', found: '3 as the first' }]);
  });

  it('a batch in the middle is missing names it, and does not blame the next one', async () => {
    rmSync(fileOf(3));
    const { findings } = await verify();
    expect(findings).toEqual([{ code: 'batch_missing', batch: keyOf(4), expected: 'batch 3', found: '4 after 2' }]);
  });

  it('the end is missing shows by its heartbeat, and not before the time given', async () => {
    rmSync(fileOf(5));
    expect(await codes({ minutesLater: 13 })).toEqual([]);
    const { findings } = await verify({ minutesLater: 13.1 });
    expect(findings.map(shortOf)).toEqual(['heartbeat_late 4']);
    expect(findings[0]?.found).toContain('2026-03-01T09:03:00.000000Z');
  });

  it('a batch lies under the name of another has two names', async () => {
    copyFileSync(fileOf(3), fileOf(4));
    expect(await codes()).toEqual(['name_mismatch 4', 'chain_broken 4', 'window_gap 4', 'chain_broken 5', 'window_gap 5']);
  });

  it('two batches changed places is noticed at both', async () => {
    renameSync(fileOf(3), `${fileOf(3)}.away`);
    renameSync(fileOf(4), fileOf(3));
    renameSync(`${fileOf(3)}.away`, fileOf(4));
    expect(await codes()).toEqual(expect.arrayContaining(['name_mismatch 3', 'name_mismatch 4']));
  });

  it('a window begins elsewhere than where the last one ended has a gap', async () => {
    await reseal(5, signer, { header: { from_xid: '6' } });
    const { findings } = await verify();
    expect(findings).toEqual([{ code: 'window_gap', batch: keyOf(5), expected: 'a begin at 7', found: '6' }]);
  });

  it('a window ends before it begins, has a gap in itself', async () => {
    await reseal(2, signer, { header: { to_xid: '2' } });
    expect(await codes()).toEqual(['window_gap 2', 'chain_broken 3', 'window_gap 3']);
  });

  it('the first batch has one before it, or begins late, is not whole', async () => {
    await reseal(1, signer, { header: { prev: 'f'.repeat(64), from_xid: '1' } });
    expect(await codes()).toEqual(['chain_broken 1', 'window_gap 1', 'chain_broken 2']);
  });
});

describe('a file that is no batch', () => {
  it.each([
    'notes.txt',
    'audit/notes.txt',
    'audit/ffffffff/000000000001.jsonl',
    `audit/${EPOCH}/7.jsonl`,
    `audit/${EPOCH}/000000000000.jsonl`,
    `audit/${EPOCH}/000000000007.jsonl.bak`,
    `audit/${EPOCH}/0000000000007.jsonl`,
    `audit/${EPOCH}/more/000000000007.jsonl`,
  ])('is named: %s', async (name) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), '');
    const { findings } = await verify();
    expect(findings.map(({ code }) => code)).toEqual(['unknown_file']);
    expect(name.startsWith(findings[0]?.batch ?? 'nothing')).toBe(true);
  });

  it('is not followed when it is a link to a batch', async () => {
    renameSync(fileOf(5), path.join(folder, '.drafts-away'));
    symlinkSync(path.join(folder, '.drafts-away'), fileOf(5));
    expect(await codes()).toEqual(['unknown_file .drafts-away', 'unknown_file 5']);
  });

  it('is nothing to speak of among the drafts, which a crash leaves behind', async () => {
    mkdirSync(path.join(folder, '.drafts'));
    writeFileSync(path.join(folder, '.drafts', 'half'), '{');
    expect(await codes()).toEqual([]);
  });

  it('is one that is far too large', async () => {
    writeFileSync(fileOf(5), '');
    truncateSync(fileOf(5), 64 * 1_024 * 1_024 + 1);
    expect(await codes()).toEqual(['batch_too_large 5']);
  });
});
