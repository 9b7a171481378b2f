import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Every function of the baseline, named as its folder under `lambda/`. */
export const FUNCTION_NAMES = [
  'records', 'jwks-refresher', 'migrate', 'administer', 'key-rotation', 'audit-exporter', 'default-security-group',
] as const;

/** One of {@link FUNCTION_NAMES}. */
export type FunctionName = (typeof FUNCTION_NAMES)[number];

const REPOSITORY_ROOT = join(__dirname, '..', '..');

let outputDirectory: string | undefined;

/**
 * Folder with a function's bundle: `index.js` and what it reads at run time. All functions are bundled by one call in this
 * process, at first use; the bytes depend on the sources and the lock file alone.
 */
export function functionBundle(name: FunctionName): string {
  outputDirectory ??= bundleAll();
  return join(outputDirectory, name);
}

function bundleAll(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'function-bundles-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  buildSync({
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: FUNCTION_NAMES.map((name) => ({ in: `lambda/${name}/handler.ts`, out: `${name}/index` })),
    outdir,
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
  });
  cpSync(join(REPOSITORY_ROOT, 'lambda', 'migrate', 'sql'), join(outdir, 'migrate', 'sql'), { recursive: true });
  return outdir;
}
