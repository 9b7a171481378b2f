import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ENCRYPTIONS = 100_000;

/** Counts values whose nonce came before: of each its last 8 bytes, which repeat by chance alone in 3 runs of 10^10. */
const PROGRAM = `
  import { createSecretKey, randomBytes } from 'node:crypto';
  import { seal } from './lambda/records/field-crypto';
  const key = createSecretKey(randomBytes(32));
  const nonces = new BigUint64Array(${ENCRYPTIONS});
  for (let at = 0; at < nonces.length; at += 1) nonces[at] = seal(key, '0190a5e4-0000-7000-8000-000000000001', 'visit_note|text', '').readBigUInt64BE(21);
  nonces.sort();
  let repeated = 0;
  for (let at = 1; at < nonces.length; at += 1) if (nonces[at] === nonces[at - 1]) repeated += 1;
  process.stdout.write(JSON.stringify({ first: nonces[0] === 0n, repeated }));
`;

// A process of its own, because the same loop takes three times as long within a test.
it('a hundred thousand encryptions under one key carry as many different nonces', () => {
  const { outputFiles } = buildSync({
    stdin: { contents: PROGRAM, resolveDir: join(__dirname, '..', '..', '..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    write: false,
  });
  const output = execFileSync(process.execPath, ['--eval', outputFiles[0]?.text ?? ''], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ first: false, repeated: 0 });
}, 60_000);
