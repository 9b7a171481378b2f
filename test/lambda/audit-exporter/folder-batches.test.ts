import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { folderArchive } from '../../../lambda/audit-exporter/adapters/folder-archive';
import { folderBatches } from '../../../lambda/audit-exporter/adapters/folder-batches';
import { thrownBy } from '../../support/crypto-keys';

const KEY = 'audit/00000000-0000-4000-8000-000000000001/000000000001.jsonl';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'folder-batches-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => path.join(folder, KEY);

describe('a batch in a folder', () => {
  it('is created read-only, and no draft of it is left', async () => {
    const before = process.umask(0);
    await expect(folderBatches(folder).create(KEY, Buffer.from('one\n'))).resolves.toBe('created');
    process.umask(before);
    expect((statSync(file()).mode & 0o777).toString(8)).toBe('444');
    expect(readdirSync(path.join(folder, '.drafts'))).toEqual([]);
    await expect(folderBatches(folder).read(KEY)).resolves.toEqual(Buffer.from('one\n'));
  });

  it('is never replaced', async () => {
    const store = folderBatches(folder);
    await store.create(KEY, Buffer.from('one\n'));
    await expect(store.create(KEY, Buffer.from('two\n'))).resolves.toBe('taken');
    expect(readFileSync(file(), 'utf8')).toBe('one\n');
    expect(readdirSync(path.join(folder, '.drafts'))).toEqual([]);
  });

  it('is one of twenty that are written at once, and whole', async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.repeat(100_000));
    const results = await Promise.all(texts.map((text) => folderBatches(folder).create(KEY, Buffer.from(text))));
    expect(results.filter((result) => result === 'created')).toHaveLength(1);
    expect(readFileSync(file(), 'utf8')).toBe(texts[results.indexOf('created')]);
  });

  it('takes no name that a dangling link has', async () => {
    await folderBatches(folder).create(KEY.replace('1.jsonl', '2.jsonl'), Buffer.from(''));
    symlinkSync(path.join(folder, 'elsewhere'), file());
    await expect(folderBatches(folder).create(KEY, Buffer.from('one\n'))).resolves.toBe('taken');
    expect(existsSync(path.join(folder, 'elsewhere'))).toBe(false);
  });

  it('is store_unavailable when the folder is a file, and when there is nothing to read', async () => {
    writeFileSync(path.join(folder, 'audit'), '');
    expect(await thrownBy(() => folderBatches(folder).create(KEY, Buffer.from('one\n')))).toMatchObject({ code: 'store_unavailable' });
    expect(await thrownBy(() => folderBatches(folder).read('audit-none'))).toMatchObject({ code: 'store_unavailable' });
  });
});

describe('an archive in a folder', () => {
  it('that cannot be read is an error that names it', async () => {
    await expect(folderArchive(path.join(folder, 'none'))).rejects.toThrow(`Cannot read ${path.join(folder, 'none')} (ENOENT).`);
    writeFileSync(path.join(folder, 'file'), '');
    await expect(folderArchive(path.join(folder, 'file'))).rejects.toThrow('is no folder');
  });

  it('without a batch has no epochs', async () => {
    await expect((await folderArchive(folder)).epochs()).resolves.toEqual({ epochs: [], strays: [] });
  });

  it('does not take a file that vanished meanwhile for one that never was', async () => {
    await folderBatches(folder).create(KEY, Buffer.from('one\n'));
    chmodSync(file(), 0o600);
    const archive = await folderArchive(folder);
    rmSync(file());
    await expect(archive.read({ kind: 'batch', key: KEY, no: 1, versions: 1, deleteMarkers: 0 }, 100)).rejects.toThrow('(ENOENT)');
  });
});
