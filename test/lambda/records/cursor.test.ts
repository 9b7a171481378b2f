import fc from 'fast-check';
import { CURSOR_LIFETIME_MS, Cursors, MAX_CURSOR_LENGTH, type CursorScope } from '../../../lambda/records/cursor';
import { bytesOf, everyBitFlip, everythingOf, idOf, ringOf, thrownBy } from '../../support/crypto-keys';
import { referenceOpen, referenceSeal } from '../../support/crypto-reference';

const START = 1_800_000_000_000;
const SCOPE: CursorScope = { sub: idOf(1), route: 'appointments.list', filters: { patient: idOf(2), status: 'booked' } };
const POSITION = JSON.stringify(['2026-03-01T09:00:00Z', idOf(3)]);
const refused = (code: string) => ({ kind: 'refused', code });

const ring = ringOf({ clinical: [10, 11], identity: [12] });
const cursors = new Cursors(ring, 'clinical');
const cursor = cursors.seal(SCOPE, POSITION, START);
const open = (text: string, scope = SCOPE, nowMs = START) => cursors.open(scope, text, nowMs);

const PARTS = {
  dataKey: bytesOf(11),
  salt: idOf(1),
  info: 'cursor/v1/clinical',
  keyId: idOf(11),
  additionalData: `${idOf(1)}|appointments.list|[["patient","${idOf(2)}"],["status","booked"]]|${idOf(11)}`,
};

describe('a cursor', () => {
  it('goes on where it stopped, for any position', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((position) => Buffer.byteLength(position) <= 512);
    fc.assert(fc.property(text, (position) => expect(open(cursors.seal(SCOPE, position, START))).toEqual({ kind: 'position', position })));
  });

  it('shows nothing of the position, and is text that needs no escaping in a query', () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('2026');
  });

  it('is never longer than it may be', () => {
    expect(cursors.seal(SCOPE, 'x'.repeat(512), START)).toHaveLength(MAX_CURSOR_LENGTH);
    expect(() => cursors.seal(SCOPE, 'x'.repeat(513), START)).toThrow('cursor_position_too_large');
    expect(() => cursors.seal(SCOPE, '\u00E9'.repeat(257), START)).toThrow('cursor_position_too_large');
  });

  it('does not depend on the order in which filters are given', () => {
    const filters = { status: 'booked', patient: idOf(2) };
    expect(open(cursor, { ...SCOPE, filters })).toEqual({ kind: 'position', position: POSITION });
  });

  it('made before a rotation goes on after it', () => {
    const before = new Cursors(ringOf({ clinical: [10] }), 'clinical').seal(SCOPE, POSITION, START);
    expect(open(before)).toEqual({ kind: 'position', position: POSITION });
  });

  it('has a fixed format', async () => {
    const fixed =
      'AQAAAAAAAEAAgAAAAAAAAAsAAQIDBAUGBwgJCgtEJ088VvayWj2_npvbcHyNdHPNtXPj2tpTo249WZML1wcxYCmu1rTLgGVieyuF' +
      'CBbxxyTLiiu3Wvx0ybe0bAlYVVzoQz4wSfgC5B-3Wq0_JWA-w1OU';
    const content = Buffer.concat([Buffer.from('01a3185c5000', 'hex'), Buffer.from(POSITION)]);
    const sealed = await referenceSeal({ ...PARTS, nonce: Buffer.from('000102030405060708090a0b', 'hex') }, content);
    expect(sealed.toString('base64url')).toBe(fixed);
    expect(open(fixed)).toEqual({ kind: 'position', position: POSITION });
    await expect(referenceOpen(PARTS, Buffer.from(cursor, 'base64url'))).resolves.toEqual(content);
  });
});

describe('a cursor is refused', () => {
  it('with any one bit changed', () => {
    const changed = everyBitFlip(Buffer.from(cursor, 'base64url')).map((bytes) => open(bytes.toString('base64url')).kind);
    expect(changed).toEqual(Array.from({ length: 114 * 8 }, () => 'refused'));
  });

  it('with any one character changed, left out or added, even where Node would read the same bytes', () => {
    for (let at = 0; at < cursor.length; at += 1) {
      for (const other of ['A', 'B', '_', '=', '%', ' ', '\n', ''].filter((character) => character !== cursor[at])) {
        expect([at, other, open(cursor.slice(0, at) + other + cursor.slice(at + 1)).kind]).toEqual([at, other, 'refused']);
      }
    }
    for (const grown of [`${cursor}=`, `${cursor}A`, ` ${cursor}`, `${cursor}\n`]) expect(open(grown)).toEqual(refused('cursor_malformed'));
  });

  it('for any text that was never a cursor', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(open(text).kind).toBe('refused')));
    fc.assert(fc.property(fc.base64String(), (text) => expect(open(text).kind).toBe('refused')));
  });

  it.each(['', 'A', 'A'.repeat(MAX_CURSOR_LENGTH + 1), 'A'.repeat(1_000_000)])('when it is too short or too long to be one', (text) => {
    expect(open(text)).toEqual(refused('cursor_malformed'));
  });

  it('when it is longer than any cursor made here, though all else is right', async () => {
    const content = Buffer.concat([Buffer.from('01a3185c5000', 'hex'), Buffer.alloc(513, 'x')]);
    const sealed = await referenceSeal({ ...PARTS, nonce: Buffer.alloc(12, 7) }, content);
    expect(open(sealed.toString('base64url'))).toEqual(refused('cursor_malformed'));
    const longest = await referenceSeal({ ...PARTS, nonce: Buffer.alloc(12, 7) }, content.subarray(0, 6 + 512));
    expect(open(longest.toString('base64url')).kind).toBe('position');
  });

  it.each<[string, CursorScope]>([
    ['user', { ...SCOPE, sub: idOf(9) }],
    ['route', { ...SCOPE, route: 'notes.list' }],
    ['filter value', { ...SCOPE, filters: { ...SCOPE.filters, status: 'held' } }],
    ['filter name', { ...SCOPE, filters: { patient: idOf(2), state: 'booked' } }],
    ['filter fewer', { ...SCOPE, filters: { patient: idOf(2) } }],
    ['filter more', { ...SCOPE, filters: { ...SCOPE.filters, extra: '' } }],
    ['split of the same filter text', { ...SCOPE, filters: { [`patient","${idOf(2)}"],["status`]: 'booked' } }],
  ])('for another %s', (_, scope) => {
    expect(open(cursor, scope)).toEqual(refused('cursor_mismatch'));
  });

  it('when its key is not the right one: retired, or of another class', () => {
    expect(new Cursors(ringOf({ clinical: [10] }), 'clinical').open(SCOPE, cursor, START)).toEqual(refused('cursor_mismatch'));
    expect(new Cursors(ring, 'identity').open(SCOPE, cursor, START)).toEqual(refused('cursor_mismatch'));
  });

  it('from ten minutes after it was made, to the millisecond', () => {
    expect(open(cursor, SCOPE, START + CURSOR_LIFETIME_MS - 1).kind).toBe('position');
    expect(open(cursor, SCOPE, START + CURSOR_LIFETIME_MS)).toEqual(refused('cursor_expired'));
    expect(open(cursor, SCOPE, Number.MAX_SAFE_INTEGER)).toEqual(refused('cursor_expired'));
  });

  it('when it comes from further in the future than clocks differ', () => {
    expect(open(cursor, SCOPE, START - 5_000).kind).toBe('position');
    expect(open(cursor, SCOPE, START - 5_001)).toEqual(refused('cursor_not_yet_valid'));
  });

  it('when its own keys sealed something too short to hold a time', async () => {
    const sealed = await referenceSeal({ ...PARTS, nonce: Buffer.alloc(12, 7) }, Buffer.alloc(5));
    expect(open(sealed.toString('base64url'))).toEqual(refused('cursor_mismatch'));
  });
});

it('a route with a separator in it is a fault, not a scope', () => {
  expect(() => cursors.seal({ ...SCOPE, route: 'a|b' }, POSITION, START)).toThrow('cursor_route_malformed');
  expect(() => open(cursor, { ...SCOPE, route: 'a|b' })).toThrow('cursor_route_malformed');
});

it.each<[string, () => unknown]>([
  ['a position too large', () => cursors.seal(SCOPE, 'canary'.repeat(100), START)],
  ['a malformed route', () => cursors.seal({ ...SCOPE, route: 'canary|' }, 'canary', START)],
  ['a class that is not open', () => new Cursors(ring, 'billing').seal(SCOPE, 'canary', START)],
])('no error holds the position: %s', async (_, call) => {
  expect(everythingOf(await thrownBy(call))).not.toContain('canary');
});
