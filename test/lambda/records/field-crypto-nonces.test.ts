import type * as Crypto from 'node:crypto';
import { seal } from '../../../lambda/records/field-crypto';
import { bytesOf, idOf } from '../../support/crypto-keys';

const ENCRYPTIONS = 1_000_000;

/** Of each 12-byte nonce the last 8, which repeat by chance alone in 3 runs of 10^8. */
const mockNonces = new BigUint64Array(ENCRYPTIONS);
const mockGiven = { count: 0, otherwise: 0 };

// AES itself is left out for its time: what matters here is what it is given.
jest.mock('node:crypto', () => {
  const nothing = Buffer.alloc(0);
  const cipher = { setAAD: () => cipher, update: () => nothing, final: () => nothing, getAuthTag: () => nothing };
  const createCipheriv = (algorithm: string, _: unknown, nonce: Buffer) => {
    if (algorithm !== 'aes-256-gcm' || nonce.length !== 12) mockGiven.otherwise += 1;
    mockNonces[mockGiven.count++] = nonce.readBigUInt64BE(4);
    return cipher;
  };
  return { ...jest.requireActual<typeof Crypto>('node:crypto'), createCipheriv };
});

it('a million encryptions under one key hand AES-256-GCM a million different nonces of 12 bytes', () => {
  const key = jest.requireActual<typeof Crypto>('node:crypto').createSecretKey(bytesOf(1));
  const keyId = idOf(1);
  for (let run = 0; run < ENCRYPTIONS; run += 1) seal(key, keyId, 'visit_note|text', '');
  mockNonces.sort();
  let repeated = 0;
  for (let at = 1; at < ENCRYPTIONS; at += 1) if (mockNonces[at] === mockNonces[at - 1]) repeated += 1;
  expect(mockGiven).toEqual({ count: ENCRYPTIONS, otherwise: 0 });
  expect(repeated).toBe(0);
}, 60_000);
