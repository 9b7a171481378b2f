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
 * @throws PackFolderError when something other than a pack stands there, or the place cannot be written to.
 */
export function writePack(folder: string, files: readonly PackFile[]): void {
  const target = resolve(folder);
  refuseForeign(target, folder);
  let fresh: string | undefined;
  try {
    mkdirSync(dirname(target), { recursive: true });
    fresh = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    for (const { path, text } of files) {
      const file = join(fresh, 'new', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    exchange(target, join(fresh, 'new'), join(fresh, 'old'));
  } catch (error) {
    throw new PackFolderError(`Cannot write ${folder}: ${error instanceof Error ? error.message : String(error)}. Name another folder.`);
  } finally {
    if (fresh !== undefined) rmSync(fresh, { recursive: true, force: true });
  }
}

/** Puts the new pack in the place of the old one, which stays when that fails. */
function exchange(target: string, made: string, old: string): void {
  const stood = existsSync(target);
  if (stood) renameSync(target, old);
  try {
    renameSync(made, target);
  } catch (error) {
    if (stood) renameSync(old, target);
    throw error;
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
