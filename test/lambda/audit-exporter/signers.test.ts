import { constants, createPublicKey, generateKeyPairSync, privateEncrypt, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createSigningKey, ed25519Signer } from '../../../lambda/audit-exporter/adapters/ed25519-signer';
import { isKeyArn, kmsPublicKey } from '../../../lambda/audit-exporter/adapters/kms-public-key';
import { kmsSigner } from '../../../lambda/audit-exporter/adapters/kms-signer';
import { NO_PREVIOUS_DIGEST, sha256 } from '../../../lambda/audit-exporter/batch';
import { sealBatch } from '../../../lambda/audit-exporter/seal-batch';
import { parsePublicKey } from '../../../lambda/audit-exporter/verification-key';
import { verifyBatch } from '../../../lambda/audit-exporter/verify-batch';
import { startAwsEndpoint, type AwsAnswer, type AwsCall, type AwsEndpoint } from '../../support/aws-endpoint';
import { everythingOf, idOf, thrownBy } from '../../support/crypto-keys';

const ARN = 'arn:aws:kms:us-east-1:111122223333:key/5b0d7a4e-1111-4222-8333-444455556666';
const DIGEST = Buffer.from(sha256('x'), 'hex');
const PLAN = { epoch: idOf(1), no: '1', from_xid: '0', to_xid: '9', planned_at: '2026-03-01T09:01:00.000001Z', prev: NO_PREVIOUS_DIGEST };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
/** What stands before a SHA-256 digest where PKCS #1 v1.5 signs it: KMS signs digests, node signs messages. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const asKms = ({ operation, body }: AwsCall): AwsAnswer => {
  const request = JSON.parse(body) as { KeyId: string; Message?: string };
  const message = Buffer.concat([DIGEST_INFO, Buffer.from(request.Message ?? '', 'base64')]);
  const answers: Readonly<Record<string, () => object>> = {
    'TrentService.Sign': () => ({
      KeyId: request.KeyId,
      Signature: privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_PKCS1_PADDING }, message).toString('base64'),
    }),
    'TrentService.GetPublicKey': () => ({ KeyId: request.KeyId, PublicKey: rsa.publicKey.export({ format: 'der', type: 'spki' }).toString('base64') }),
  };
  return { status: 200, body: JSON.stringify(answers[operation]?.()) };
};

describe('a signer over KMS', () => {
  let endpoint: AwsEndpoint;
  let answer: (call: AwsCall) => AwsAnswer;
  beforeAll(async () => {
    endpoint = await startAwsEndpoint((call) => answer(call));
  });
  beforeEach(() => {
    endpoint.calls.length = 0;
    answer = asKms;
  });
  afterAll(() => endpoint.close());

  it('has KMS sign the digest itself, without chance, and names the key', async () => {
    const signer = kmsSigner(ARN);
    await signer.sign(DIGEST);
    expect(signer).toMatchObject({ algorithm: 'RSASSA_PKCS1_V1_5_SHA_256', keyId: ARN });
    expect(endpoint.calls.map(({ operation, body }) => [operation, JSON.parse(body) as unknown])).toEqual([
      ['TrentService.Sign', { KeyId: ARN, Message: DIGEST.toString('base64'), MessageType: 'DIGEST', SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' }],
    ]);
  });

  it('makes batches that the public half verifies, from KMS or from a file, and the same again', async () => {
    const [batch, again] = [await sealBatch(PLAN, [], kmsSigner(ARN)), await sealBatch(PLAN, [], kmsSigner(ARN))];
    expect(again.bytes).toEqual(batch.bytes);
    const fromFile = parsePublicKey(rsa.publicKey.export({ format: 'pem', type: 'spki' }) as string);
    for (const key of [await kmsPublicKey(ARN), fromFile]) {
      if (typeof key === 'string') throw new Error(key);
      expect(verifyBatch(batch.key, batch.bytes, [key]).findings).toEqual([]);
    }
  });

  it('makes batches that another key of the same kind does not verify', async () => {
    const batch = await sealBatch(PLAN, [], kmsSigner(ARN));
    const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'pem', type: 'spki' }) as string;
    const key = parsePublicKey(other);
    if (typeof key === 'string') throw new Error(key);
    const codes = (keyId: string | undefined) => verifyBatch(batch.key, batch.bytes, [{ ...key, keyId }]).findings.map(({ code }) => code);
    expect([codes(undefined), codes(ARN), codes(`${ARN}0`)]).toEqual([['signature_invalid'], ['signature_invalid'], ['key_unknown']]);
  });

  it.each([
    ['AccessDeniedException', 400, 'signer_denied'],
    ['DisabledException', 400, 'signer_denied'],
    ['KMSInvalidStateException', 400, 'signer_denied'],
    ['NotFoundException', 400, 'signer_denied'],
    ['ThrottlingException', 400, 'signer_unavailable'],
    ['KMSInternalException', 500, 'signer_unavailable'],
  ])('that gets %s is refused with a code, with no word of KMS’s', async (type, status, code) => {
    answer = () => ({ status, body: JSON.stringify({ __type: type, message: 'canary-900-12-3456' }) });
    const error = await thrownBy(() => kmsSigner(ARN).sign(DIGEST));
    expect(error).toMatchObject({ code });
    expect(everythingOf(error)).not.toContain('canary');
  });

  it('that gets no signature is none', async () => {
    answer = () => ({ status: 200, body: '{}' });
    await expect(kmsSigner(ARN).sign(DIGEST)).rejects.toMatchObject({ code: 'signer_unavailable' });
  });

  it('tells an ARN of a key from anything else', () => {
    expect([ARN, ARN.replace('arn:aws:', 'arn:aws-us-gov:'), ARN.replace('/', '/mrk-')].map(isKeyArn)).toEqual([true, true, true]);
    expect(['public.pem', 'alias/batches', ARN.replace(':key/', ':alias/'), `${ARN}/`, ARN.replace('111122223333', '1')].map(isKeyArn)).toEqual(
      Array(5).fill(false),
    );
  });
});

describe('a signer over a file', () => {
  let directory: string;
  let keyFile: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'signer-'));
    keyFile = path.join(directory, 'signing.pem');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('has a key of its own that only the owner may read, made once', async () => {
    const before = process.umask(0);
    await createSigningKey(keyFile).finally(() => process.umask(before));
    expect((statSync(keyFile).mode & 0o777).toString(8)).toBe('600');
    const first = readFileSync(keyFile, 'utf8');
    await createSigningKey(keyFile);
    expect(readFileSync(keyFile, 'utf8')).toBe(first);
    expect(readdirSync(directory)).toEqual(['signing.pem']);
  });

  it('is one and the same for twenty that start together', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => {
        await createSigningKey(keyFile);
        return (await ed25519Signer(keyFile)).keyId;
      }),
    );
    expect(new Set(ids).size).toBe(1);
    expect(readdirSync(directory)).toEqual(['signing.pem']);
  });

  it('signs without chance, and hands out the public half and its name', async () => {
    await createSigningKey(keyFile);
    const signer = await ed25519Signer(keyFile);
    const [signature, again] = [await signer.sign(DIGEST), await signer.sign(DIGEST)];
    expect(again).toEqual(signature);
    expect(verify(null, DIGEST, createPublicKey(signer.publicKeyPem), signature)).toBe(true);
    expect(signer.publicKeyPem).not.toContain('PRIVATE');
    expect(parsePublicKey(signer.publicKeyPem)).toMatchObject({ algorithm: 'Ed25519', keyId: signer.keyId });
    const batch = await sealBatch(PLAN, [], signer);
    const key = parsePublicKey(signer.publicKeyPem);
    expect(verifyBatch(batch.key, batch.bytes, typeof key === 'string' ? [] : [key]).findings).toEqual([]);
  });

  it.each([
    ['is not there', () => undefined, 'signer_unavailable'],
    ['others may read', () => chmodSync(keyFile, 0o640), 'signer_denied'],
    ['is no key', () => writeFileSync(keyFile, 'canary-900-12-3456'), 'signer_unavailable'],
    ['is far too large', () => writeFileSync(keyFile, 'x'.repeat(2_000)), 'signer_unavailable'],
    ['is of another kind', () => writeFileSync(keyFile, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' })), 'signer_unavailable'],
    [
      'is a link',
      () => {
        writeFileSync(`${keyFile}.target`, readFileSync(keyFile), { mode: 0o600 });
        rmSync(keyFile);
        symlinkSync(`${keyFile}.target`, keyFile);
      },
      'signer_denied',
    ],
  ])('refuses a file that %s', async (what, spoil, code) => {
    if (what !== 'is not there') await createSigningKey(keyFile);
    spoil();
    const error = await thrownBy(() => ed25519Signer(keyFile));
    expect(error).toMatchObject({ code });
    expect(everythingOf(error)).not.toContain('canary');
  });
});

describe('a public key', () => {
  const pemOf = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) => key.export({ format: 'pem', type: 'spki' }) as string;
  it.each([
    ['no PEM', 'x', 'key_not_pem'],
    ['cut off', pemOf(rsa.publicKey).slice(0, 200), 'key_not_pem'],
    ['private', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 'key_is_private'],
    ['private in the old form', rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }) as string, 'key_is_private'],
    ['an elliptic curve’s', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), 'key_kind_unsupported'],
    ['a short RSA key', pemOf(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey), 'key_kind_unsupported'],
  ])('is refused when it is %s', (_, pem, code) => {
    expect(parsePublicKey(pem)).toBe(code);
  });
});
