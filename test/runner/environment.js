// Loaded first in every worker, so that what is loaded after it may be TypeScript.
require('../../bin/typescript.js');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/**
 * Jest's test environment without a sandbox: tests see the globals of their process, and share the modules loaded in it (run-file.ts).
 * What a file changes of variables of the environment and by mocks and fake timers is put back after it.
 *
 * @implements {import('@jest/environment').JestEnvironment}
 */
module.exports = class ProcessEnvironment {
  constructor({ projectConfig: config }) {
    const global = globalThis;
    this.global = global;
    this.moduleMocker = new ModuleMocker(global);
    // The older kind, which nothing here asks for.
    this.fakeTimers = null;
    this.fakeTimersModern = new ModernFakeTimers({ config, global });
  }

  async setup() {
    this.variables = { ...process.env };
  }

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimersModern.dispose();
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
  }

  /** There is none. */
  getVmContext() {
    return null;
  }
};
