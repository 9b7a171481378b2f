import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { BuildOptions, OutputFile } from 'esbuild';
import { build, buildSync } from 'esbuild';
import { FIELD_ACCESS_FILE, fieldAccessText } from '../../lambda/records/field-access';

/** Every function of the baseline, named as its folder under `lambda/`. */
export const FUNCTION_NAMES = [
  'records', 'jwks-refresher', 'migrate', 'administer', 'key-rotation', 'audit-exporter', 'default-security-group', 'trail-guardian',
  'session-revoker', 'audit-signals', 'incident-coordinator', 'incident-clocks',
] as const;

/** One of {@link FUNCTION_NAMES}. */
export type FunctionName = (typeof FUNCTION_NAMES)[number];

const REPOSITORY_ROOT = join(__dirname, '..', '..');

/** How every function is bundled, by whoever bundles one: a bundle that is measured is the one that is deployed. */
export const BUNDLE_OPTIONS = {
  absWorkingDir: REPOSITORY_ROOT,
  bundle: true,
  // The runtime's copy of the SDK drifts and is in nobody's bill of materials: everything is bundled.
  packages: 'bundle',
  platform: 'node',
  target: 'node24',
  // Prefers what can be shaken: a fifth smaller, for the SDK above all.
  mainFields: ['module', 'main'],
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'error',
  // Optional native binding of pg, absent on purpose.
  external: ['pg-native'],
} satisfies BuildOptions;

const ALL = {
  ...BUNDLE_OPTIONS,
  entryPoints: FUNCTION_NAMES.map((name) => ({ in: `lambda/${name}/handler.ts`, out: `${name}/index` })),
  outdir: 'bundles',
  write: false,
} satisfies BuildOptions;

let built: readonly OutputFile[] | undefined;

/**
 * Bundles all functions, so that nobody waits for it at first use. Called before a program loads the rest of itself, it takes next to no
 * time of its own where there is a second core.
 */
export async function bundleAhead(): Promise<void> {
  built ??= (await build(ALL)).outputFiles;
}

/**
 * Hands over a folder with a function's bundle, `index.js` and what it reads at run time, and removes it afterwards: whoever wants to
 * keep it copies it, as an asset does when it is made. All functions are bundled by one call in this process, at first use; the bytes
 * depend on the sources and the lock file alone.
 */
export function withFunctionBundle<Result>(name: FunctionName, use: (folder: string) => Result): Result {
  built ??= buildSync(ALL).outputFiles;
  // Not kept until the process ends: a test has no such event, as Jest gives it a copy of `process`.
  const folder = mkdtempSync(join(tmpdir(), 'function-bundle-'));
  try {
    for (const { path, contents } of built) {
      if (basename(dirname(path)) === name) writeFileSync(join(folder, basename(path)), contents);
    }
    // For whoever judges the assembly: what the handler beside it lets each role do.
    if (name === 'records') writeFileSync(join(folder, FIELD_ACCESS_FILE), fieldAccessText());
    if (name === 'migrate') cpSync(join(REPOSITORY_ROOT, 'lambda', 'migrate', 'sql'), join(folder, 'sql'), { recursive: true });
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
