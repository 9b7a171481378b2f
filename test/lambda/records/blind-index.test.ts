import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { blindIndex, normalise } from '../../../lambda/records/blind-index';
import { INDEXED_COLUMNS, type MacProvider } from '../../../lambda/records/ports';
import { CodedError } from '../../../lambda/shared/outcome';
import { everythingOf } from '../../support/crypto-keys';

const SSN = '078051120';
const BLANKS = [' ', '\t', '\u00A0', '\u2009', '\u3000', '\uFEFF', '\u200B', '\u200E'];
const DASHES = ['-', '\u00AD', '\u2010', '\u2011', '\u2013', '\u2014', '\u2212', '\uFF0D'];
const SEPARATORS = [...BLANKS, ...DASHES];

const separated = (characters: fc.Arbitrary<readonly string[]>) =>
  characters.chain((all) =>
    fc
      .array(fc.array(fc.constantFrom(...SEPARATORS), { maxLength: 3 }), { minLength: all.length + 1, maxLength: all.length + 1 })
      .map((gaps) => ({ plain: all.join(''), typed: gaps.map((gap, at) => gap.join('') + (all[at] ?? '')).join('') })),
  );
const digits = fc.array(fc.constantFrom(...'0123456789'), { minLength: 9, maxLength: 9 });
const letters = fc.array(fc.constantFrom(...'0123456789ABCXYZ'), { minLength: 1, maxLength: 20 });
const fullWidth = (text: string): string => text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

/** A key per column, as both providers have. */
const provider: MacProvider = {
  mac: (column, message) => Promise.resolve(createHmac('sha256', `key of ${column}`).update(message).digest()),
};

describe('a normal form', () => {
  it.each(INDEXED_COLUMNS)('of a normal form is itself, for any text: %s', (column) => {
    const near = fc.constantFrom(...'09aZ\u0131\u017F\u212A\uFF11\u0661 -\u0301');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: near }));
    fc.assert(
      fc.property(text, (value) => {
        const once = normalise(column, value);
        if (once === undefined) return;
        expect(normalise(column, once)).toBe(once);
        expect(once).toMatch(column === 'ssn' ? /^[0-9]{9}$/ : /^[0-9A-Z]{1,64}$/);
      }),
    );
  });

  it('of an ssn is its nine digits, however they are grouped', () => {
    fc.assert(fc.property(separated(digits), ({ plain, typed }) => expect(normalise('ssn', typed)).toBe(plain)));
  });

  it.each(['mrn', 'insurance_id'] as const)('of an %s is its letters and digits, in upper case', (column) => {
    fc.assert(
      fc.property(separated(letters), ({ plain, typed }) => {
        expect(normalise(column, typed)).toBe(plain);
        expect(normalise(column, typed.toLowerCase())).toBe(plain);
      }),
    );
  });

  it.each(INDEXED_COLUMNS)('is the same for full-width characters: %s', (column) => {
    fc.assert(fc.property(digits, (all) => expect(normalise(column, fullWidth(all.join('')))).toBe(all.join(''))));
  });

  it('keeps leading zeros, which make another number', () => {
    expect([normalise('mrn', '0042'), normalise('mrn', '42')]).toEqual(['0042', '42']);
  });

  const arabicIndic = '\u0660\u0667\u0668\u0660\u0665\u0661\u0661\u0662\u0660';
  it.each(['', '-', '07805112', '0780511200', '07805112O', arabicIndic, '078.05.1120', '078051120\n1'])(
    'is refused to %j as an ssn',
    (value) => expect(normalise('ssn', value)).toBeUndefined(),
  );

  it.each(['', ' - ', 'A/1', 'A.1', 'A_1', 'M\u0131', '\u0391', 'stra\u00DFe', 'A\0', 'A\u0301', '\uD800', 'A'.repeat(65)])(
    'is refused to %j as an mrn and an insurance id',
    (value) => expect([normalise('mrn', value), normalise('insurance_id', value)]).toEqual([undefined, undefined]),
  );
});

describe('a blind index', () => {
  it('is the HMAC of the normal form, all 32 bytes of it', async () => {
    const expected = createHmac('sha256', 'key of ssn').update(SSN).digest();
    await expect(blindIndex(provider, 'ssn', ' 078-05-1120')).resolves.toEqual({ kind: 'index', bytes: expected });
    expect(expected).toHaveLength(32);
  });

  it('is the same for every spelling, and another one in every column', async () => {
    const indexes = await Promise.all([
      ...['078-05-1120', '078 05 1120', fullWidth(SSN)].map((value) => blindIndex(provider, 'ssn', value)),
      ...INDEXED_COLUMNS.map((column) => blindIndex(provider, column, SSN)),
    ]);
    expect(new Set(indexes.map((index) => (index.kind === 'index' ? Buffer.from(index.bytes).toString('hex') : ''))).size).toBe(3);
  });

  it('is not asked for of a value that cannot be one', async () => {
    const mac = jest.fn();
    await expect(blindIndex({ mac }, 'ssn', 'canary')).resolves.toEqual({ kind: 'refused', code: 'index_value_malformed' });
    expect(mac).not.toHaveBeenCalled();
  });

  it.each([0, 16, 31, 33])('is refused when the provider returns %i bytes', async (length) => {
    const outcome = blindIndex({ mac: () => Promise.resolve(new Uint8Array(length)) }, 'ssn', SSN);
    await expect(outcome).resolves.toEqual({ kind: 'refused', code: 'key_invalid' });
  });

  it.each([
    ['key_throttled', 'known', new CodedError('key_throttled')],
    ['key_unavailable', 'unknown', new CodedError(`canary ${SSN}`)],
    ['key_unavailable', 'plain', new Error(`canary ${SSN}`)],
  ])('is refused with %s and nothing else of a %s error', async (code, _, error) => {
    const throwing = () => {
      throw error;
    };
    for (const mac of [() => Promise.reject(error), throwing]) {
      const outcome = await blindIndex({ mac }, 'ssn', SSN);
      expect(outcome).toEqual({ kind: 'refused', code });
      expect(everythingOf(outcome)).not.toContain(SSN);
    }
  });
});
