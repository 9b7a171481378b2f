import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { framework } from './framework';

interface GlobalConfig {
  readonly watch: boolean;
  readonly watchAll: boolean;
}

interface Runtime {
  requireModuleOrMock(from: string, name: '@jest/globals'): { readonly jest: unknown };
  setGlobalsForRuntime(globals: unknown): void;
}

type RunFile<OfModules> = (globals: GlobalConfig, config: unknown, environment: unknown, modules: OfModules, file: string, send?: unknown) => Promise<unknown>;

const require = createRequire(__filename);
const circus = require('jest-circus/runner') as { readonly default: RunFile<unknown> };
const REPOSITORY = join(__dirname, '..', '..') + sep;
const PACKAGES = join(REPOSITORY, 'node_modules') + sep;

/**
 * Jest's `testRunner`: runs the tests of one file in the process as it is. A module that an earlier file loaded is not loaded again, so
 * that aws-cdk-lib, the checks and the templates are read once for each worker and not once for each of some three hundred files. The test
 * file itself is always new; in watch mode, all of this repository.
 *
 * Modules come from Node.js and not from jest: `jest.mock` has no effect here. `jest.spyOn` and `jest.replaceProperty` do.
 */
const runFile: RunFile<Runtime> = (globals, config, environment, runtime, file, send) => {
  forget(globals.watch || globals.watchAll ? isOfRepository : (module) => module === file);
  // Jest maps stacks by what it transformed, which is nothing. Node.js maps them by what modules say of themselves.
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  Object.assign(globalThis, { jest: runtime.requireModuleOrMock(file, '@jest/globals').jest });
  const modules = {
    setGlobalsForRuntime: (given: unknown) => runtime.setGlobalsForRuntime(given),
    requireInternalModule: framework,
    // By a parent of its own: one that stays would hold every test file.
    requireModule: (module: string): unknown => createRequire(file)(module),
    unstable_shouldLoadAsEsm: () => false,
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
  };
  return circus.default(globals, config, environment, modules, file, send);
};

function forget(which: (module: string) => boolean): void {
  for (const module of Object.keys(require.cache).filter(which)) delete require.cache[module];
}

function isOfRepository(module: string): boolean {
  return module.startsWith(REPOSITORY) && !module.startsWith(PACKAGES) && !module.startsWith(__dirname);
}

export default runFile;
