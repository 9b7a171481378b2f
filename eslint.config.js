const awscdk = require('eslint-plugin-awscdk');
const tseslint = require('typescript-eslint');

module.exports = tseslint.config(
  { ignores: ['cdk.out*/', '.cache/', 'node_modules/', 'eslint.config.js', 'jest.config.js', 'bin/refuse-example-account.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
      'max-lines': ['error', 300],
    },
  },
  {
    files: ['lib/**/*.ts'],
    extends: [awscdk.configs.recommended],
    // Props are taken apart in the constructor's head, which this rule takes for a third name.
    rules: { 'awscdk/construct-constructor-property': 'off' },
  },
  // A template is data of any shape; the tests that read it state what they rely on.
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // A command's output is its standard output.
  { files: ['bin/**/*.ts', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
);
