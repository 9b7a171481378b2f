import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createMasterKey, fileKeys } from '../../../lambda/records/adapters/file-keys';
import { blindIndex } from '../../../lambda/records/blind-index';
import { DataKeys } from '../../../lambda/records/data-keys';
import { RecordCipher } from '../../../lambda/records/field-crypto';
import { INDEXED_COLUMNS, KEY_CLASSES } from '../../../lambda/records/ports';
import { bytesOf, everyBitFlip, everythingOf, idOf, thrownBy } from '../../support/crypto-keys';

const NAME = { keyId: idOf(1), keyClass: 'clinical' } as const;
const START = 1_800_000_000_000;
/** Bytes 0 to 31, so that its name in a dump is easily seen. */
const MASTER = Uint8Array.from({ length: 32 }, (_, at) => at);
const WRAPPED =
  '0100000000000040008000000000000001000102030405060708090a0b4f2416de53b8104fba68f1ec077629ecd63ba15271' +
  '7938a74efbc5892691c606396eafb9eebe2eef20ebe2ee264c175c';
const MAC = 'abd1f335ab3612d4ff663e7bd15a92d312b289b33f16f472aebf840b9246befe';

let directory: string;
let masterKeyFile: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'file-keys-'));
  masterKeyFile = path.join(directory, 'master.key');
});
afterEach(() => rmSync(directory, { recursive: true }));

const keysOf = (env = 'local', app = 'telehealth') => fileKeys({ masterKeyFile, app, env });
const placeMaster = (mode = 0o600, bytes: Uint8Array = MASTER) => {
  writeFileSync(masterKeyFile, bytes);
  chmodSync(masterKeyFile, mode);
};

describe('the master key file', () => {
  it('is 32 random bytes that only the owner may read', async () => {
    await createMasterKey(masterKeyFile);
    const { mode, size } = statSync(masterKeyFile);
    expect([(mode & 0o777).toString(8), size]).toEqual(['600', 32]);
    const first = readFileSync(masterKeyFile);
    rmSync(masterKeyFile);
    await createMasterKey(masterKeyFile);
    expect(readFileSync(masterKeyFile)).not.toEqual(first);
  });

  it('has these rights under the most generous umask', async () => {
    const before = process.umask(0);
    await createMasterKey(masterKeyFile).finally(() => process.umask(before));
    expect((statSync(masterKeyFile).mode & 0o777).toString(8)).toBe('600');
  });

  it('never replaces one that is there, and leaves nothing else behind', async () => {
    placeMaster();
    await createMasterKey(masterKeyFile);
    expect(readFileSync(masterKeyFile)).toEqual(Buffer.from(MASTER));
    expect(readdirSync(directory)).toEqual(['master.key']);
  });

  it('is one and the same for twenty that start together, each finding it whole', async () => {
    const wrapped = await Promise.all(
      Array.from({ length: 20 }, async () => {
        await createMasterKey(masterKeyFile);
        return keysOf().generate(NAME);
      }),
    );
    for (const one of wrapped) await expect(keysOf().unwrap({ ...NAME, wrapped: one })).resolves.toHaveLength(32);
    expect(readdirSync(directory)).toEqual(['master.key']);
  });

  it('does not follow a link that waits in its place', async () => {
    symlinkSync(path.join(directory, 'elsewhere'), masterKeyFile);
    await createMasterKey(masterKeyFile);
    expect(readdirSync(directory)).toEqual(['master.key']);
  });

  it('cannot be made in a folder that is not there', async () => {
    const error = await thrownBy(() => createMasterKey(path.join(directory, 'canary', 'master.key')));
    expect(error).toMatchObject({ code: 'key_disabled' });
    expect(everythingOf(error)).not.toContain('canary');
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777])('is refused with the rights %o', async (mode) => {
    placeMaster(mode);
    for (const call of everyCall()) await expect(call()).rejects.toMatchObject({ code: 'key_access_denied' });
  });

  it('is refused when it is a link or a folder', async () => {
    const target = path.join(directory, 'target');
    writeFileSync(target, MASTER, { mode: 0o600 });
    symlinkSync(target, masterKeyFile);
    for (const call of everyCall()) await expect(call()).rejects.toMatchObject({ code: 'key_access_denied' });
    rmSync(masterKeyFile);
    mkdirSync(masterKeyFile, { mode: 0o700 });
    for (const call of everyCall()) await expect(call()).rejects.toMatchObject({ code: 'key_access_denied' });
  });

  it('is refused when it belongs to someone else', async () => {
    placeMaster();
    const getuid = jest.spyOn(process, 'getuid').mockReturnValue(4_321);
    for (const call of everyCall()) await expect(call()).rejects.toMatchObject({ code: 'key_access_denied' });
    getuid.mockRestore();
  });

  it.each([0, 31, 33])('is refused with %i bytes', async (length) => {
    placeMaster(0o600, new Uint8Array(length));
    for (const call of everyCall()) await expect(call()).rejects.toMatchObject({ code: 'key_invalid' });
  });
});

describe('over a file', () => {
  beforeEach(() => placeMaster());

  it.each(KEY_CLASSES)('a data key comes back under its own name: %s', async (keyClass) => {
    const name = { keyId: idOf(7), keyClass };
    const wrapped = await keysOf().generate(name);
    const [once, again] = [await keysOf().unwrap({ ...name, wrapped }), await keysOf().unwrap({ ...name, wrapped })];
    expect(once).toEqual(again);
    expect([once.length, wrapped.length]).toEqual([32, 77]);
    expect(once.some((byte) => byte !== 0)).toBe(true);
    expect(Buffer.from(wrapped).includes(Buffer.from(once))).toBe(false);
  });

  it('every data key is another one', async () => {
    const made = await Promise.all([1, 2].map(async () => keysOf().unwrap({ ...NAME, wrapped: await keysOf().generate(NAME) })));
    expect(made[0]).not.toEqual(made[1]);
  });

  it('a data key does not come back under another id, class, environment, application or master key', async () => {
    const wrapped = await keysOf().generate(NAME);
    const relabelled = Buffer.from(wrapped).fill(idOf(2).replaceAll('-', ''), 1, 17, 'hex');
    const calls = [
      keysOf().unwrap({ ...NAME, keyId: idOf(2), wrapped }),
      keysOf().unwrap({ ...NAME, keyId: idOf(2), wrapped: relabelled }),
      keysOf().unwrap({ ...NAME, wrapped: relabelled }),
      keysOf().unwrap({ ...NAME, keyClass: 'billing', wrapped }),
      keysOf('dev').unwrap({ ...NAME, wrapped }),
      keysOf('local', 'other').unwrap({ ...NAME, wrapped }),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'key_invalid' });
    placeMaster(0o600, bytesOf(9));
    await expect(keysOf().unwrap({ ...NAME, wrapped })).rejects.toMatchObject({ code: 'key_invalid' });
  });

  it('a wrapped key with any one bit changed does not come back', async () => {
    const wrapped = Buffer.from(WRAPPED, 'hex');
    for (const changed of everyBitFlip(wrapped)) {
      await expect(keysOf().unwrap({ ...NAME, wrapped: changed })).rejects.toMatchObject({ code: 'key_invalid' });
    }
  });

  it('formats are fixed', async () => {
    await expect(keysOf().unwrap({ ...NAME, wrapped: Buffer.from(WRAPPED, 'hex') })).resolves.toEqual(Buffer.from(bytesOf(1)));
    await expect(keysOf().mac('ssn', Buffer.from('078051120'))).resolves.toEqual(Buffer.from(MAC, 'hex'));
  });

  it('each column has a MAC key of its own', async () => {
    const macs = await Promise.all(INDEXED_COLUMNS.map((column) => keysOf().mac(column, Buffer.from('078051120'))));
    expect(new Set(macs.map((mac) => Buffer.from(mac).toString('hex'))).size).toBe(3);
  });

  it('taking the file away disables it, within five minutes also for keys in memory', async () => {
    const wrapped = await keysOf().generate(NAME);
    const keys = dataKeys(wrapped);
    await expect(keys.open(['clinical'], START)).resolves.toMatchObject({ kind: 'opened' });
    rmSync(masterKeyFile);
    for (const call of everyCall()) await expect(call()).rejects.toMatchObject({ code: 'key_disabled' });
    await expect(keys.open(['clinical'], START + 5 * 60_000)).resolves.toEqual({ kind: 'refused', code: 'key_disabled' });
  });

  it('a record is written in one process and read in another', async () => {
    const wrapped = await keysOf().generate(NAME);
    const cipher = async () => {
      const opened = await dataKeys(wrapped).open(['clinical'], START);
      if (opened.kind !== 'opened') throw new Error(opened.code);
      return new RecordCipher(opened.keys, { table: 'patient', recordId: idOf(2), patientId: idOf(2) });
    };
    const field = { column: 'diagnoses', keyClass: 'clinical' } as const;
    const value = (await cipher()).encrypt(field, 'J45.20');
    expect((await cipher()).decrypt(field, value)).toEqual({ kind: 'text', text: 'J45.20' });
    await expect(blindIndex(keysOf(), 'ssn', '078-05-1120')).resolves.toEqual({ kind: 'index', bytes: Buffer.from(MAC, 'hex') });
  });

  it('no error holds a path, a key or what was to be protected', async () => {
    chmodSync(masterKeyFile, 0o644);
    for (const call of [...everyCall(), () => keysOf().mac('ssn', Buffer.from('canary'))]) {
      const shown = everythingOf(await thrownBy(call));
      expect(shown).toContain('key_access_denied');
      expect(shown).not.toMatch(/canary|master\.key|0001020304|00 01 02 03|0, 1, 2, 3/);
    }
  });
});

function everyCall(): readonly (() => Promise<unknown>)[] {
  const keys = keysOf();
  return [
    () => keys.generate(NAME),
    () => keys.unwrap({ ...NAME, wrapped: Buffer.from(WRAPPED, 'hex') }),
    () => keys.mac('ssn', Buffer.from('078051120')),
  ];
}

/** As a process has them that reads the given key off the list. */
function dataKeys(wrapped: Uint8Array): DataKeys {
  return new DataKeys(keysOf(), () => Promise.resolve([{ ...NAME, wrapped, createdAtMs: START, retiredAtMs: undefined }]));
}
