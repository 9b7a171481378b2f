import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { withFunctionBundle, type FunctionName } from '../../lib/shared/function-bundles';

/** Bundles as they are deployed, each run in a process of its own. */
export interface BundleProcesses {
  /** Folder of a bundle. */
  folderOf(name: FunctionName): string;
  /**
   * Runs an expression over a bundle, as `bundle`, in a process that knows only the given variables, and returns the lines it wrote, its
   * value last. A bundle that does not load leaves its message as the only line.
   *
   * @param preload a program that is run before the bundle is loaded.
   */
  run(name: FunctionName, expression: string, environment: Readonly<Record<string, string>>, preload?: string): Promise<readonly string[]>;
  remove(): void;
}

/** What the functions need besides their contract is what Lambda sets itself. */
const LAMBDA_VARIABLES = { AWS_REGION: 'us-east-1', PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' };

/** Copies bundles to a folder; call {@link BundleProcesses.remove} in `afterAll`. */
export function keepBundles(names: readonly FunctionName[]): BundleProcesses {
  const directory = mkdtempSync(path.join(tmpdir(), 'bundles-'));
  for (const name of names) withFunctionBundle(name, (folder) => cpSync(folder, path.join(directory, name), { recursive: true }));
  return {
    folderOf: (name) => path.join(directory, name),
    run: async (name, expression, environment, preload = '') => {
      const hook = path.join(directory, 'preload.js');
      writeFileSync(hook, preload);
      const program = `
        const say = (value) => console.log(JSON.stringify(value));
        let bundle;
        try { bundle = require(${JSON.stringify(path.join(directory, name, 'index.js'))}); } catch (error) { say(error.message); process.exit(); }
        Promise.resolve(${expression}).then(say);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--require', hook, '--eval', program], {
        env: { ...LAMBDA_VARIABLES, ...environment },
        timeout: 20_000,
      });
      return stdout.trim().split('\n');
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
