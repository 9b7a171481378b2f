// Lets Node.js run the TypeScript of this repository, programs and tests: `node -r ./bin/typescript.js bin/NAME.ts`.
//
// Types are taken away, not checked (`npm run typecheck` does that), and no TypeScript compiler is loaded, which would take half a second
// of every command.
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

const OPTIONS = {
  swcrc: false,
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

process.setSourceMapsEnabled(true);

require.extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...OPTIONS, filename }).code, filename);
};
