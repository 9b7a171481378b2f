import fc from 'fast-check';
import { DataKey, keyIdOf, KeyRing, RecordCipher, VALUE_OVERHEAD_BYTES, type FieldPlace } from '../../../lambda/records/field-crypto';
import { KEY_CLASSES } from '../../../lambda/records/ports';
import { bytesOf, everyBitFlip, everythingOf, idOf, ringOf, thrownBy } from '../../support/crypto-keys';
import { referenceOpen, referenceSeal } from '../../support/crypto-reference';

const RECORD = idOf(1);
const PATIENT = idOf(2);
const PLACE = { table: 'visit_note', recordId: RECORD, patientId: PATIENT };
const TEXT: FieldPlace = { column: 'text', keyClass: 'clinical' };
const REFUSED = { kind: 'refused', code: 'integrity_failure' };
const CANARY = 'canary-PHI-078-05-1120';

const ring = ringOf({ identity: [10], clinical: [11, 12], billing: [13] });
const cipher = new RecordCipher(ring, PLACE);

/** What a value of {@link cipher} in the clinical class is made of. */
const PARTS = {
  dataKey: bytesOf(12),
  salt: '00000000-0000-4000-8000-000000000001',
  info: 'phi/v1/clinical',
  keyId: '00000000-0000-4000-8000-00000000000c',
  additionalData:
    'visit_note|text|00000000-0000-4000-8000-000000000001|00000000-0000-4000-8000-000000000002|00000000-0000-4000-8000-00000000000c',
};

describe('a value', () => {
  it('gives back any Unicode text of any size', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    const goesRound = (plain: string) => expect(cipher.decrypt(TEXT, cipher.encrypt(TEXT, plain))).toEqual({ kind: 'text', text: plain });
    fc.assert(fc.property(text, goesRound));
  });

  it.each([0, 1, 15, 16, 17, 4_095, 65_536, 1_048_576])('gives back a text of %i bytes and is 45 bytes longer', (length) => {
    const plain = 'x'.repeat(length);
    const value = cipher.encrypt(TEXT, plain);
    expect(value).toHaveLength(length + 45);
    expect(cipher.decrypt(TEXT, value)).toEqual({ kind: 'text', text: plain });
  });

  const awkward = ['\uFEFFbyte order mark', 'nul \0 inside', 'e\u0301 stays two characters', '\u{1F9EC}'];
  it.each(awkward)('gives back %j character by character', (plain) => {
    expect(cipher.decrypt(TEXT, cipher.encrypt(TEXT, plain))).toEqual({ kind: 'text', text: plain });
  });

  it('never holds its text, and is another one every time', () => {
    const values = [cipher.encrypt(TEXT, CANARY), cipher.encrypt(TEXT, CANARY)];
    expect(values[0]).not.toEqual(values[1]);
    expect(values.some((value) => value.includes('canary'))).toBe(false);
  });

  it.each(['\uD800', 'half \uDC00 a pair'])('is not made of %j, which would come back as another string', (text) => {
    expect(() => cipher.encrypt(TEXT, text)).toThrow('field_text_malformed');
  });

  it('names its key', () => {
    expect(keyIdOf(cipher.encrypt(TEXT, ''))).toBe(idOf(12));
    expect(keyIdOf(Buffer.alloc(VALUE_OVERHEAD_BYTES - 1, 1))).toBeUndefined();
    expect(keyIdOf(Buffer.alloc(VALUE_OVERHEAD_BYTES, 2))).toBeUndefined();
  });
});

describe('the format', () => {
  const vectors = [
    { text: '', hex: '010000000000004000800000000000000c000102030405060708090a0b58a723ced704f15961ff250fc7ff9070' },
    {
      text: 'Zo\u00EB: 5 mg, twice daily \u{1F48A}',
      hex:
        '010000000000004000800000000000000c000102030405060708090a0bb49037a4f092adc1831cbbaf1820b287' +
        'ec6c7a628d2fb73e197c45cf17bc756146f8858fd9e7acefbbb6086d',
    },
  ];

  it.each(vectors)('opens the fixed value of $text', ({ text, hex }) => {
    expect(cipher.decrypt(TEXT, Buffer.from(hex, 'hex'))).toEqual({ kind: 'text', text });
  });

  it.each(vectors)('has the fixed value of $text by its description', async ({ text, hex }) => {
    const sealed = await referenceSeal({ ...PARTS, nonce: Buffer.from('000102030405060708090a0b', 'hex') }, Buffer.from(text));
    expect(sealed.toString('hex')).toBe(hex);
  });

  it('is written as it is read', async () => {
    await expect(referenceOpen(PARTS, cipher.encrypt(TEXT, CANARY))).resolves.toEqual(Buffer.from(CANARY));
  });

  it.each(KEY_CLASSES)('derives for the class %s a key of its own', async (keyClass) => {
    const key = bytesOf(20);
    const value = new RecordCipher(ringOf({ [keyClass]: [20] }), PLACE).encrypt({ column: 'text', keyClass }, CANARY);
    const additionalData = PARTS.additionalData.replace(PARTS.keyId, idOf(20));
    const parts = { ...PARTS, dataKey: key, additionalData, info: `phi/v1/${keyClass}` };
    await expect(referenceOpen(parts, value)).resolves.toEqual(Buffer.from(CANARY));
    const others = KEY_CLASSES.filter((other) => other !== keyClass);
    for (const other of others) await expect(referenceOpen({ ...parts, info: `phi/v1/${other}` }, value)).rejects.toThrow();
  });
});

describe('decryption refuses', () => {
  const value = cipher.encrypt(TEXT, CANARY);

  it('every value with one bit changed', () => {
    expect(value.length).toBe(67);
    expect(everyBitFlip(value).map((changed) => cipher.decrypt(TEXT, changed))).toEqual(Array.from({ length: 67 * 8 }, () => REFUSED));
  });

  it('every value cut short or grown, at either end', () => {
    for (let length = 0; length < value.length; length += 1) {
      expect(cipher.decrypt(TEXT, value.subarray(0, length))).toEqual(REFUSED);
      expect(cipher.decrypt(TEXT, value.subarray(value.length - length))).toEqual(REFUSED);
    }
    expect(cipher.decrypt(TEXT, Buffer.concat([value, Buffer.alloc(1)]))).toEqual(REFUSED);
    expect(cipher.decrypt(TEXT, Buffer.concat([Buffer.of(1), value]))).toEqual(REFUSED);
  });

  it('any bytes that were never encrypted', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(cipher.decrypt(TEXT, bytes)).toEqual(REFUSED)));
    const named = fc.uint8Array({ minLength: 28, maxLength: 200 }).map((bytes) => Buffer.concat([value.subarray(0, 17), bytes]));
    fc.assert(fc.property(named, (bytes) => expect(cipher.decrypt(TEXT, bytes)).toEqual(REFUSED)));
  });

  it.each([0, 2, 255])('version %i', (version) => {
    expect(cipher.decrypt(TEXT, Buffer.concat([Buffer.of(version), value.subarray(1)]))).toEqual(REFUSED);
  });

  it.each([
    ['table', { ...PLACE, table: 'appointment' }, TEXT],
    ['column', PLACE, { ...TEXT, column: 'reason' }],
    ['record', { ...PLACE, recordId: idOf(3) }, TEXT],
    ['patient', { ...PLACE, patientId: idOf(3) }, TEXT],
    ['record and patient in each other\u2019s place', { ...PLACE, recordId: PATIENT, patientId: RECORD }, TEXT],
    ['class', PLACE, { ...TEXT, keyClass: 'billing' as const }],
  ])('a value moved to another %s', (_, place, field) => {
    expect(new RecordCipher(ring, place).decrypt(field, value)).toEqual(REFUSED);
  });

  it.each(KEY_CLASSES.filter((other) => other !== 'clinical'))('a value of the class %s in a clinical column', (keyClass) => {
    expect(cipher.decrypt(TEXT, cipher.encrypt({ ...TEXT, keyClass }, CANARY))).toEqual(REFUSED);
  });

  it('a value re-labelled as of another key of the class', () => {
    const relabelled = Buffer.from(value);
    relabelled.set(cipherOf({ clinical: [11] }).encrypt(TEXT, '').subarray(1, 17), 1);
    expect(cipher.decrypt(TEXT, relabelled)).toEqual(REFUSED);
  });

  it('a value under a key that is retired or unknown', () => {
    expect(cipherOf({ clinical: [11] }).decrypt(TEXT, value)).toEqual(REFUSED);
  });

  it.each(['visit_note', '|text|', RECORD, PATIENT, PARTS.keyId])('a value that is not bound to %s, all else being right', async (part) => {
    const forge = (additionalData: string) => referenceSeal({ ...PARTS, additionalData, nonce: Buffer.alloc(12, 7) }, Buffer.from(CANARY));
    expect(cipher.decrypt(TEXT, await forge(PARTS.additionalData))).toEqual({ kind: 'text', text: CANARY });
    expect(cipher.decrypt(TEXT, await forge(PARTS.additionalData.replace(part, '')))).toEqual(REFUSED);
  });
});

describe('keys', () => {
  it('that are read-only still open, while new values name the active one', () => {
    const old = cipherOf({ clinical: [11] }).encrypt(TEXT, CANARY);
    expect(cipher.decrypt(TEXT, old)).toEqual({ kind: 'text', text: CANARY });
    expect(keyIdOf(cipher.encrypt(TEXT, CANARY))).toBe(idOf(12));
  });

  it('are derived once for all fields of a record and class', () => {
    const derive = jest.spyOn(DataKey.prototype, 'derive');
    const record = new RecordCipher(ring, PLACE);
    const values = ['diagnoses', 'prescriptions', 'text'].map((column) => [column, record.encrypt({ ...TEXT, column }, CANARY)] as const);
    for (const [column, value] of values) record.decrypt({ ...TEXT, column }, value);
    record.encrypt({ column: 'name', keyClass: 'identity' }, CANARY);
    expect(derive.mock.calls).toEqual([
      [RECORD, 'phi/v1/clinical'],
      [RECORD, 'phi/v1/identity'],
    ]);
    derive.mockRestore();
  });

  it('that were overwritten neither seal nor open, derived before or not', () => {
    const key = new DataKey({ keyId: idOf(30), keyClass: 'clinical' }, bytesOf(30));
    const keys = new KeyRing(new Map([['clinical', { active: key, all: new Map([[key.keyId, key]]) }]]));
    const used = new RecordCipher(keys, PLACE);
    const value = used.encrypt(TEXT, CANARY);
    key.wipe();
    expect(() => used.encrypt(TEXT, CANARY)).toThrow('data_key_wiped');
    expect(() => used.decrypt(TEXT, value)).toThrow('data_key_wiped');
    expect(() => new RecordCipher(keys, PLACE).encrypt(TEXT, CANARY)).toThrow('data_key_wiped');
  });

  it('of a class that was not asked for do not seal', () => {
    expect(() => cipherOf({ identity: [10] }).encrypt(TEXT, CANARY)).toThrow('key_class_not_open');
  });

  it('do not show in anything printed', () => {
    const shown = everythingOf([ring, cipher, new DataKey({ keyId: idOf(12), keyClass: 'clinical' }, bytesOf(12))]);
    expect(shown).toContain(idOf(12));
    for (const form of [Buffer.from(bytesOf(12)).toString('hex').slice(0, 16), [...bytesOf(12)].slice(0, 4).join(', '), '74 75 76'])
      expect(shown).not.toContain(form);
  });
});

describe('a place', () => {
  it.each(['', 'Patient', 'a|b', 'phi.patient', 'x'.repeat(64)])('is not called %j, in which a separator could hide', (name) => {
    expect(() => new RecordCipher(ring, { ...PLACE, table: name })).toThrow('field_place_malformed');
    expect(() => cipher.encrypt({ ...TEXT, column: name }, CANARY)).toThrow('field_place_malformed');
    expect(() => cipher.decrypt({ ...TEXT, column: name }, cipher.encrypt(TEXT, ''))).toThrow('field_place_malformed');
  });
});

describe('no error', () => {
  it.each<[string, () => unknown]>([
    ['malformed text', () => cipher.encrypt(TEXT, `${CANARY}\uD800`)],
    ['a malformed column', () => cipher.encrypt({ ...TEXT, column: 'canary|' }, CANARY)],
    ['a class that is not open', () => cipherOf({}).encrypt(TEXT, CANARY)],
  ])('holds anything of what it is about: %s', async (_, call) => {
    const error = await thrownBy(call);
    expect(everythingOf(error)).not.toContain('canary');
    expect(error).toMatchObject({ name: 'CodedError' });
    expect(error).not.toHaveProperty('cause');
  });
});

function cipherOf(numbers: Parameters<typeof ringOf>[0]): RecordCipher {
  return new RecordCipher(ringOf(numbers), PLACE);
}
