import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MANIFEST_FILE } from './manifest';
import type { PackFile } from './pack-file';

/** A folder that a pack cannot be written to; the message says what to do. */
export class PackFolderError extends Error {}

/**
 * Writes a pack whole or not at all: into a folder beside the wanted one, which then takes its place. Replaces an older pack, and nothing
 * else.
 *
 * @throws PackFolderError when something other than a pack stands there.
 */
export function writePack(folder: string, files: readonly PackFile[]): void {
  const target = resolve(folder);
  refuseForeign(target, folder);
  mkdirSync(dirname(target), { recursive: true });
  const fresh = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  try {
    const made = join(fresh, 'new');
    for (const { path, text } of files) {
      mkdirSync(dirname(join(made, path)), { recursive: true });
      writeFileSync(join(made, path), text);
    }
    if (existsSync(target)) renameSync(target, join(fresh, 'old'));
    renameSync(made, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function refuseForeign(target: string, folder: string): void {
  if (!existsSync(target)) return;
  let names: readonly string[];
  try {
    names = readdirSync(target);
  } catch {
    throw new PackFolderError(`${folder} is no folder. Name another one.`);
  }
  if (names.length > 0 && !isPack(join(target, MANIFEST_FILE)))
    throw new PackFolderError(`${folder} holds something that is no evidence pack. Name another folder, or remove it.`);
}

function isPack(manifest: string): boolean {
  try {
    return typeof (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly packId?: unknown }).packId === 'string';
  } catch {
    return false;
  }
}
