/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  // One synthesis for the whole run: see test/support/synthesize-once.ts.
  globalSetup: '<rootDir>/test/support/synthesize-once.ts',
  globalTeardown: '<rootDir>/test/support/remove-assembly.ts',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.cache'],
};
