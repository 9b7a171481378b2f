import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJson } from '../compliance/model/template';
import { MANIFEST_FILE } from './manifest';
import { byText } from './order';
import { sha256 } from './sha256';
import { isSigned, SIGNATURE_FILE } from './signature';
import { PackFolderError } from './write-pack';

/** What a pack on a disk is, compared with its own manifest. */
export interface PackState {
  /** A sentence for each difference; none for a pack that is whole. */
  readonly differences: readonly string[];
  readonly files: number;
  readonly signature: 'good' | 'bad' | 'none' | 'not checked';
}

/**
 * Compares every file of a pack with the manifest, and the manifest with its signature: 164.312(c)(1), 164.312(c)(2).
 *
 * @param publicKey PEM; without one a signature is not checked, and whoever changed a file can have changed the manifest as well.
 * @throws PackFolderError when the folder holds no manifest that can be read
 * @throws SigningKeyError when the key is none
 */
export function verifyPack(folder: string, publicKey?: string): PackState {
  const [manifest, listed] = readManifest(folder);
  const present = filesBelow(folder).filter((path) => path !== MANIFEST_FILE && path !== SIGNATURE_FILE);
  const signature = signatureState(folder, manifest, publicKey);
  return {
    differences: [
      ...[...listed].flatMap(([path, hash]) => {
        if (!present.includes(path)) return [`${path} is missing.`];
        return sha256(readFileSync(join(folder, path))) === hash ? [] : [`${path} is not what the manifest lists.`];
      }),
      ...present.filter((path) => !listed.has(path)).map((path) => `${path} is not in the manifest.`),
      ...(signature === 'bad' ? [`${SIGNATURE_FILE} is no signature of ${MANIFEST_FILE} under this key.`] : []),
      ...(signature === 'none' && publicKey !== undefined ? [`${SIGNATURE_FILE} is missing.`] : []),
    ].sort(byText),
    files: listed.size,
    signature,
  };
}

function readManifest(folder: string): readonly [Buffer, ReadonlyMap<string, string>] {
  const file = join(folder, MANIFEST_FILE);
  const what = `${folder} holds no evidence pack that can be read. Name the folder of one, such as evidence/prod.`;
  if (!existsSync(file)) throw new PackFolderError(what);
  const bytes = readFileSync(file);
  let manifest: unknown;
  try {
    manifest = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new PackFolderError(what);
  }
  const files = isJson(manifest) ? manifest['files'] : undefined;
  if (!Array.isArray(files) || files.length === 0 || !files.every(isEntry)) throw new PackFolderError(what);
  return [bytes, new Map(files.map(({ path, sha256 }) => [path, sha256]))];
}

function isEntry(entry: unknown): entry is { readonly path: string; readonly sha256: string } {
  return isJson(entry) && typeof entry['path'] === 'string' && typeof entry['sha256'] === 'string';
}

function signatureState(folder: string, manifest: Buffer, publicKey: string | undefined): PackState['signature'] {
  const file = join(folder, SIGNATURE_FILE);
  if (!existsSync(file)) return 'none';
  if (publicKey === undefined) return 'not checked';
  return isSigned(manifest, readFileSync(file, 'utf8'), publicKey) ? 'good' : 'bad';
}

function filesBelow(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}
