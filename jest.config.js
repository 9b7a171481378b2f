const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  // One synthesis for the whole run: see test/support/prepare-run.ts.
  globalSetup: '<rootDir>/test/support/prepare-run.ts',
  globalTeardown: '<rootDir>/test/support/remove-run.ts',
  // A name of the sandbox's global object is looked up by way of an interceptor, each time. Handed in, it is a variable, and what asks
  // much of lists and objects takes half the time. Boolean and Set are left out: a package has classes of those names.
  sandboxInjectedGlobals: [
    'Array', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'RegExp', 'String', 'Symbol', 'Uint8Array', 'WeakMap',
  ],
  // More than there are cores, since files wait for PostgreSQL and for programs: three on two cores take a seventh less time.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Of one test; a busy machine is no failure.
  testTimeout: 20_000,
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.cache'],
};
