const awscdk = require('eslint-plugin-awscdk');
const tseslint = require('typescript-eslint');

module.exports = tseslint.config(
  { ignores: ['cdk.out*/', '.cache/', 'node_modules/', 'eslint.config.js', 'jest.config.js', 'bin/refuse-example-account.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
      'max-lines': ['error', 300],
    },
  },
  { files: ['lib/**/*.ts'], extends: [awscdk.configs.recommended] },
  // A command's output is its standard output.
  { files: ['bin/**/*.ts', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
);
