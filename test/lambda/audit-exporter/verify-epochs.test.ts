import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderArchive } from '../../../lambda/audit-exporter/adapters/folder-archive';
import { batchKey } from '../../../lambda/audit-exporter/batch';
import type { Finding } from '../../../lambda/audit-exporter/findings';
import type { SealedBatch } from '../../../lambda/audit-exporter/seal-batch';
import { verifyArchive, type VerifySummary } from '../../../lambda/audit-exporter/verify-archive';
import { FIRST_PLANNED_MS, makeChain, makeSigner, writeBatches } from '../../support/batches';
import { idOf } from '../../support/crypto-keys';

const { signer, key } = makeSigner();
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
const shortOf = ({ code, batch }: Finding) => `${code} ${batch.replace(/^audit\/[^/]+\/0*(\d+)\.jsonl$/, '$1')}`;

async function verify({ keys = [key], minutesLater = 5 } = {}): Promise<{ findings: Finding[]; summary: VerifySummary }> {
  const run = verifyArchive(await folderArchive(folder), { keys, nowMs: FIRST_PLANNED_MS + minutesLater * 60_000, maxAgeMs: 600_000 });
  const findings: Finding[] = [];
  let step = await run.next();
  for (; !step.done; step = await run.next()) findings.push(step.value);
  return { findings, summary: step.value };
}
const codes = async (...options: Parameters<typeof verify>) => (await verify(...options)).findings.map(shortOf);

describe('epochs', () => {
  const NEXT = idOf(0);
  const begin = async (options: { no: number; seq: number; digest?: string; sizes?: number[]; epoch?: typeof NEXT; minute?: number }) => {
    const { no, seq, digest = chain[4]?.digest ?? '', sizes = [1, 2], epoch = NEXT, minute = 20 } = options;
    const made = await makeChain({ signer, epoch, sizes, after: { no, seq, digest, minute } });
    writeBatches(folder, made);
    return made;
  };
  const later = { minutesLater: 60 } as const;
  const ofHeartbeat = (found: readonly string[]) => found.filter((each) => !each.startsWith('heartbeat_late'));

  it('hang together when the later one cites the last digest, wherever it goes on from', async () => {
    await begin({ no: 3, seq: 3 });
    expect(readdirSync(path.join(folder, 'audit'))[0]).toBe(NEXT);
    expect(ofHeartbeat(await codes(later))).toEqual([]);
    await expect(verify(later)).resolves.toMatchObject({ summary: { epochs: 2, batches: 7 } });
  });

  it('hang together when the database was restored to before its first batch', async () => {
    await begin({ no: 1, seq: 1 });
    expect(ofHeartbeat(await codes(later))).toEqual([]);
  });

  it('hang together over two restores, the second to before the first', async () => {
    const [, last] = await begin({ no: 5, seq: 7 });
    await begin({ no: 4, seq: 6, digest: last?.digest ?? '', epoch: idOf(2), minute: 40 });
    expect(ofHeartbeat(await codes(later))).toEqual([]);
  });

  it('do not when the later one cites anything else', async () => {
    await begin({ no: 3, seq: 3, digest: chain[1]?.digest ?? '' });
    expect(ofHeartbeat(await codes(later))).toEqual(['chain_broken 3']);
  });

  it('do not when the end of the earlier one is taken away', async () => {
    await begin({ no: 3, seq: 3 });
    rmSync(fileOf(5));
    expect(ofHeartbeat(await codes(later))).toEqual(['chain_broken 3']);
  });

  it('do not when the head of the later one is taken away', async () => {
    await begin({ no: 3, seq: 3 });
    rmSync(fileOf(3, NEXT));
    expect(ofHeartbeat(await codes(later))).toEqual(['chain_broken 4', 'window_gap 4']);
  });

  it('do not when the whole of the earlier one is taken away', async () => {
    await begin({ no: 3, seq: 3 });
    rmSync(path.join(folder, 'audit', EPOCH), { recursive: true });
    expect(ofHeartbeat(await codes(later))).toEqual(['batch_missing 3']);
  });

  it('do not when the later one goes on after what there is', async () => {
    await begin({ no: 8, seq: 10 });
    const { findings } = await verify(later);
    expect(findings[0]).toEqual({ code: 'batch_missing', batch: keyOf(8, NEXT), expected: 'batches 6 to 7', found: '8 after 5' });
  });

  it('do not when the later one begins in the middle of a window', async () => {
    await begin({ no: 3, seq: 4 });
    expect(ofHeartbeat(await codes(later))).toEqual(['window_gap 3']);
  });
});
