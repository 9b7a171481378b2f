import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { main } from '../../bin/audit-verify';
import { batchKey } from '../../lambda/audit-exporter/batch';
import { startAwsEndpoint } from '../support/aws-endpoint';
import { eventOf, FIRST_PLANNED_MS, linesOf, logLine, makeChain, makeSigner, writeBatches } from '../support/batches';
import { runProgram } from '../support/command';
import { idOf } from '../support/crypto-keys';
import { FakeBucket, refusal } from '../support/fake-bucket';

const ROOT = path.join(__dirname, '..', '..');
const SIZES = [2, 0, 3, 1, 2];
const { signer, pem } = makeSigner();
const nameOf = (no: number) => batchKey({ epoch: idOf(1), no: String(no) });

let folder: string;
let archive: string;
let keyFile: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-verify-'));
  archive = path.join(folder, 'archive');
  keyFile = path.join(folder, 'public.pem');
  writeFileSync(keyFile, pem);
  writeBatches(archive, await makeChain({ signer, sizes: SIZES }));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function verify(args: readonly string[], minutesLater = 5) {
  const [out, complaints, progress]: [string[], string[], string[]] = [[], [], []];
  const code = await main(args, {
    print: (text) => out.push(text),
    complain: (text) => complaints.push(text),
    progress: (text) => progress.push(text),
    nowMs: FIRST_PLANNED_MS + minutesLater * 60_000,
  });
  return { code, out: out.join('\n'), complaint: complaints.join('\n'), progress };
}
const edit = (no: number, change: (text: string) => string) =>
  writeFileSync(path.join(archive, nameOf(no)), change(linesOf(archive, nameOf(no)).join('\n')));

describe('npm run audit:verify', () => {
  it('verifies an archive in a folder and says how much it was', async () => {
    const { code, out, complaint, progress } = await verify([archive, '--key', keyFile]);
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    expect(out).toBe('Verified: 5 batches, 8 events, epochs: 1, newest batch: 2026-03-01T09:04:00.000000Z');
    expect(progress.at(-1)).toBe('5 batches, 8 events, 0 findings');
  });

  it('names what is wrong, with code, batch, what was expected and what found', async () => {
    edit(3, (text) => text.replace('request-4', 'request-5'));
    const { code, out } = await verify([archive, '--key', keyFile]);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^digest_mismatch  ${nameOf(3)}: expected [0-9a-f]{64}; found [0-9a-f]{64}$`, 'm'));
    expect(out).toMatch(/^1 findings in: 5 batches/m);
  });

  it('takes the age that the newest batch may have', async () => {
    const args = [archive, '--key', keyFile, '--max-age-minutes'];
    expect((await verify([...args, '30'], 33)).code).toBe(0);
    const late = await verify([...args, '30'], 35);
    expect(late).toMatchObject({ code: 1, out: expect.stringContaining('heartbeat_late') as string });
    expect((await verify([archive, '--key', keyFile], 15)).code).toBe(1);
  });

  it('takes several keys, and names a batch of a key that was not given', async () => {
    const other = makeSigner();
    writeFileSync(path.join(folder, 'other.pem'), other.pem);
    expect((await verify([archive, '--key', path.join(folder, 'other.pem'), '--key', keyFile])).code).toBe(0);
    const { code, out } = await verify([archive, '--key', path.join(folder, 'other.pem')]);
    expect(code).toBe(1);
    expect(out).toContain(`key_unknown  ${nameOf(1)}: expected ${other.signer.keyId}; found ${signer.keyId}`);
  });

  it('verifies a bucket with the key of KMS', async () => {
    const bucket = new FakeBucket('audit-bucket');
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/5b0d7a4e-1111-4222-8333-444455556666';
    const der = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'der', type: 'spki' });
    const endpoint = await startAwsEndpoint((call) =>
      call.operation === 'TrentService.GetPublicKey'
        ? { status: 200, body: JSON.stringify({ KeyId: arn, PublicKey: der.toString('base64') }) }
        : bucket.answer(call),
    );
    try {
      for (const { key, bytes } of await makeChain({ signer, sizes: SIZES })) bucket.put(key, Buffer.from(bytes).toString('utf8'));
      expect((await verify(['s3://audit-bucket', '--key', keyFile])).code).toBe(0);
      const { code, out } = await verify(['s3://audit-bucket/', '--key', arn]);
      expect(code).toBe(1);
      expect(out).toContain(`key_unknown  ${nameOf(1)}: expected ${arn}; found ${signer.keyId}`);
      bucket.instead.push(() => refusal(403, 'AccessDenied'));
      expect(await verify(['s3://audit-bucket', '--key', keyFile])).toMatchObject({
        code: 2,
        complaint: expect.stringMatching(/^Cannot read s3:\/\/audit-bucket\/ \(AccessDenied\)/) as string,
      });
    } finally {
      await endpoint.close();
    }
  });

  describe('with a witness', () => {
    const log = (...lines: readonly string[]) => {
      writeFileSync(path.join(folder, 'day.log'), lines.join('\n'));
      return [archive, '--key', keyFile, '--witness', path.join(folder, 'day.log')];
    };
    const all = Array.from({ length: 8 }, (_, index) => logLine(idOf(index + 1), 1));

    it('finds nothing when log and batches agree, and says what is out of its reach', async () => {
      const { code, out } = await verify(log('START RequestId: x', ...all, ''));
      expect(code).toBe(0);
      expect(out).toContain('Witness: 8 events logged, 8 of them exported, 0 too new to tell.');
      expect(out).toContain('Not compared: 0 exported events from before or after the log, 1 lines of other kinds.');
      expect(out).toContain('Out of reach:');
    });

    it('finds an answer whose event is in no batch, an hour later', async () => {
      writeBatches(archive, await makeChain({ signer, sizes: [...SIZES, 0], minutes: [0, 1, 2, 3, 4, 70] }));
      const { code, out } = await verify(log(...all.toSpliced(3, 0, logLine(idOf(99), 1))));
      expect(code).toBe(1);
      expect(out).toMatch(new RegExp(`^logged_not_exported  line 4: expected event ${idOf(99)} in a batch; found none$`, 'm'));
    });

    it('finds an event that no answer stands behind', async () => {
      const { code, out } = await verify(log(...all.toSpliced(3, 1)));
      expect(code).toBe(1);
      expect(out).toMatch(new RegExp(`^exported_not_logged  ${nameOf(3)}: expected event ${eventOf(4).id} in the log; found none$`, 'm'));
    });
  });

  describe('is told, and nothing is verified,', () => {
    const refused: readonly (readonly [string, () => readonly string[], RegExp])[] = [
      ['nothing to verify', () => ['--key', keyFile], /^One folder or bucket is needed, not 0\.\nUsage:/],
      ['two things to verify', () => [archive, archive, '--key', keyFile], /^One folder or bucket is needed, not 2\.\nUsage:/],
      ['no key', () => [archive], /^At least one --key is needed/],
      ['an option that is none', () => [archive, '--key', keyFile, '--quick'], /'--quick'[\s\S]*Usage:/],
      ['an age of nothing', () => [archive, '--key', keyFile, '--max-age-minutes', '0'], /--max-age-minutes must be .* from 1 to 999999, not 0\./],
      ['an age that is no number', () => [archive, '--key', keyFile, '--max-age-minutes', 'ten'], /not ten\./],
      ['no such folder', () => [path.join(folder, 'none'), '--key', keyFile], /^Cannot read .*none \(ENOENT\)\. Name a folder/],
      ['a file for a folder', () => [keyFile, '--key', keyFile], /public\.pem is no folder/],
      ['an empty folder', () => [mkdtempSync(path.join(folder, 'empty-')), '--key', keyFile], /^There is no batch in .*empty-/],
      ['a bucket with a path', () => ['s3://bucket/path', '--key', keyFile], /^s3:\/\/bucket\/path names no bucket/],
      ['a key that is not there', () => [archive, '--key', path.join(folder, 'none.pem')], /^Cannot read the key .*none\.pem \(ENOENT\)/],
      ['an alias for a key', () => [archive, '--key', 'alias/batches'], /^Cannot read the key alias\/batches/],
      ['a key that is no PEM', () => [archive, '--key', path.join(archive, nameOf(1))], /is no public key in PEM\. --key takes/],
      ['a private key', () => [archive, '--key', privateKey()], /is a private key, which a verifier must not have/],
      ['no such witness', () => [archive, '--key', keyFile, '--witness', path.join(folder, 'none')], /^Cannot read the witness .*none \(ENOENT\)/],
      ['a folder for a witness', () => [archive, '--key', keyFile, '--witness', folder], /^The witness .* is no file\./],
      ['a witness of something else', () => [archive, '--key', keyFile, '--witness', keyFile], /^No line of .*public\.pem has an auditId/],
    ];
    const privateKey = () => {
      const file = path.join(folder, 'private.pem');
      writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
      return file;
    };

    it.each(refused)('of %s', async (_, args, complaint) => {
      const { code, out, complaint: said } = await verify(args());
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(said).toMatch(complaint);
    });

    it('of a batch that cannot be read', async () => {
      rmSync(path.join(archive, nameOf(3)));
      mkdirSync(path.join(archive, nameOf(3)));
      expect(await verify([archive, '--key', keyFile])).toMatchObject({ code: 1, out: expect.stringContaining('unknown_file') as string });
    });
  });

  it('runs as a command, quietly where nobody watches', () => {
    const command = (...args: readonly string[]) => runProgram(ROOT, 'bin/audit-verify.ts', args);
    const sound = command(archive, '--key', keyFile, '--max-age-minutes', '999999');
    expect(sound).toEqual({ exitCode: 0, output: expect.stringMatching(/^Verified: 5 batches[^\n]*\n$/) as string });
    expect(command(archive, '--key', keyFile)).toMatchObject({ exitCode: 1, output: expect.stringMatching(/^heartbeat_late /) as string });
    expect(command()).toMatchObject({ exitCode: 2, output: expect.stringMatching(/^One folder or bucket is needed/) as string });
  }, 60_000);
});
