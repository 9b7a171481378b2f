const awscdk = require('eslint-plugin-awscdk');
const tseslint = require('typescript-eslint');

module.exports = tseslint.config(
  { ignores: ['cdk.out*/', '.cache/', 'node_modules/', 'eslint.config.js', 'jest.config.js', 'bin/*.js', 'test/runner/environment.js'] },
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
  // Rows taken one by one arrive before the commit that makes their audit row: test/probes/commit-failure.test.ts.
  {
    files: ['lambda/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(on|once|addListener|prependListener)$/][arguments.0.value="row"]',
          message: 'A row event comes before the commit. Await the query.',
        },
        {
          selector: 'NewExpression:matches([callee.name=/^(Cursor|Query|QueryStream)$/], [callee.property.name=/^(Cursor|Query|QueryStream)$/])',
          message: 'A cursor, stream or submitted query gives rows before the commit. Await the query.',
        },
        {
          selector:
            ':matches(ImportExpression[source.value=/^pg-(cursor|query-stream)$/], CallExpression[callee.name="require"][arguments.0.value=/^pg-(cursor|query-stream)$/])',
          message: 'A cursor or stream gives rows before the commit. Await the query.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['pg-cursor', 'pg-query-stream', { name: 'pg', importNames: ['Query'] }].map((path) => ({
            ...(typeof path === 'string' ? { name: path } : path),
            message: 'It gives rows before the commit. Await the query.',
          })),
        },
      ],
    },
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
