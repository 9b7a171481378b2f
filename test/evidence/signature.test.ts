import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../bin/evidence';
import { signatureFile } from '../../lib/evidence/signature';
import { writePack } from '../../lib/evidence/write-pack';
import { smallPack } from '../support/small-evidence';

const pemOf = ({ publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }) => ({
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
const ed25519 = pemOf(generateKeyPairSync('ed25519'));
const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const files = [...smallPack().values()];
const manifest = files.find(({ path }) => path === 'manifest.json') ?? { path: '', mediaType: '', text: '' };

let folder: string;
let pack: string;
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const verify = (...more: readonly string[]): { readonly code: number; readonly said: string } => {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const code = main(['--verify', pack, ...more], { print: say, complain: say, sourceDateEpoch: undefined, commit: undefined });
  return { code, said: said.join('\n') };
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signed-'));
  pack = join(folder, 'pack');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['Ed25519', ed25519, rsa],
  ['RSA', rsa, ed25519],
])('a pack signed with %s', (_, keys, others) => {
  beforeEach(() => writePack(pack, [...files, signatureFile(manifest, keys.privateKey)]));

  test('is as it was written, under its key and under no other', () => {
    expect(verify('--public-key', file('k.pem', keys.publicKey))).toEqual({ code: 0, said: expect.stringMatching(/as it was written: \d+ files; its signature is good/) });
    expect(verify('--public-key', file('o.pem', others.publicKey))).toEqual({ code: 1, said: 'manifest.json.sig is no signature of manifest.json under this key.' });
    expect(verify()).toEqual({ code: 0, said: expect.stringContaining('its signature was not checked') });
  });

  test('is no longer what it was when the manifest says something else', () => {
    writeFileSync(join(pack, 'manifest.json'), readFileSync(join(pack, 'manifest.json'), 'utf8').replace('"isDirty": false', '"isDirty": true'));
    expect(verify('--public-key', file('k.pem', keys.publicKey))).toMatchObject({ code: 1, said: expect.stringContaining('no signature of manifest.json') });
  });
});

describe('a pack without a signature', () => {
  beforeEach(() => writePack(pack, files));

  test('says so, and is refused where a key asks for one', () => {
    expect(verify()).toMatchObject({ code: 0, said: expect.stringContaining('it is not signed') });
    expect(verify('--public-key', file('k.pem', ed25519.publicKey))).toEqual({ code: 1, said: 'manifest.json.sig is missing.' });
  });

  test('has one sentence for each file that is changed, gone or new', () => {
    writeFileSync(join(pack, 'controls.csv'), 'x');
    unlinkSync(join(pack, 'oscal', 'catalog.json'));
    mkdirSync(join(pack, 'more'));
    writeFileSync(join(pack, 'more', 'extra.txt'), '');
    expect(verify()).toEqual({
      code: 1, said: 'controls.csv is not what the manifest lists.\nmore/extra.txt is not in the manifest.\noscal/catalog.json is missing.',
    });
  });

  test.each(['', '{}', '{"files":[]}', '{"files":[{"path":1}]}'])('is none with a manifest of %j', (text) => {
    writeFileSync(join(pack, 'manifest.json'), text);
    expect(verify()).toMatchObject({ code: 1, said: expect.stringContaining('holds no evidence pack that can be read') });
  });
});

describe('a key', () => {
  test.each([
    ['no key at all', 'secret words'],
    ['a curve of another kind', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })).privateKey],
    ['too short an RSA key', pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 })).privateKey],
    ['the public half', ed25519.publicKey],
  ])('that is %s signs nothing, and is not quoted', (_, pem) => {
    expect(() => signatureFile(manifest, pem)).toThrow(/^(?!.*secret words).*Give an Ed25519 or an RSA key of 2048 bits or more in PEM/);
  });

  test('that is private checks nothing', () => {
    writePack(pack, [...files, signatureFile(manifest, ed25519.privateKey)]);
    expect(verify('--public-key', file('k.pem', ed25519.privateKey))).toMatchObject({ code: 1, said: expect.stringContaining('give the public key') });
  });

  test('that is not there is named', () => {
    writePack(pack, files);
    expect(verify('--public-key', join(folder, 'none.pem'))).toMatchObject({ code: 1, said: expect.stringContaining('none.pem') });
  });
});

test.each([
  [['--verify', 'x', '--env', 'prod']],
  [['--env', 'prod', '--public-key', 'x']],
])('%j is no command', (args) => {
  expect(main(args, { print: () => undefined, complain: () => undefined, sourceDateEpoch: '1', commit: undefined })).toBe(2);
});
