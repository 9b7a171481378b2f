const { availableParallelism } = require('node:os');

// For the set-up, which jest loads in this process.
require('./bin/typescript.js');

/** @type {import('jest').Config} */
module.exports = {
  // Tests run in their process, without a sandbox: decision 0030.
  testEnvironment: '<rootDir>/test/runner/environment.js',
  testRunner: '<rootDir>/test/runner/run-file.ts',
  testSequencer: '<rootDir>/test/runner/longest-first.ts',
  transform: {},
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // One synthesis for the whole run: see test/support/prepare-run.ts.
  globalSetup: '<rootDir>/test/support/prepare-run.ts',
  globalTeardown: '<rootDir>/test/support/remove-run.ts',
  // More than there are cores, since files wait for PostgreSQL and for programs: three on two cores take a seventh less time.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Of one test; a busy machine is no failure.
  testTimeout: 20_000,
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.cache'],
};
