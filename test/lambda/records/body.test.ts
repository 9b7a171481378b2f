import { MAX_BODY_BYTES } from '../../../lambda/records/body';
import { readRequest } from '../../../lambda/records/edge';
import { albEvent, bytesPost, jsonPost } from '../../support/alb-event';

const outcome = (event: unknown): unknown => {
  const read = readRequest(event);
  return read.kind === 'refused' ? read.code : read.request.body;
};

/** A JSON object of exactly `bytes` bytes. */
const objectOf = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;

describe('a body', () => {
  it.each([
    ['as text', jsonPost('{"a":["\u00e9","\u{1f600}"],"b":null}')],
    ['as bytes', bytesPost(Buffer.from('{"a":["\u00e9","\u{1f600}"],"b":null}'))],
    ['with its length announced', jsonPost('{"a":["\u00e9","\u{1f600}"],"b":null}', { 'content-length': ['28'] })],
    [
      'with its character set named',
      jsonPost('{"a":["\u00e9","\u{1f600}"],"b":null}', { 'content-type': ['Application/JSON; charset=UTF-8'] }),
    ],
  ])('is read %s', (_, event) => {
    expect(outcome(event)).toEqual({ a: ['\u00e9', '\u{1f600}'], b: null });
  });

  it.each([
    ['an empty text', jsonPost('')],
    ['null', jsonPost('', {}, { body: null })],
    ['an announced length of 0', jsonPost('', { 'content-length': ['0'] })],
  ])('may be absent: %s', (_, event) => {
    expect(outcome(event)).toBeUndefined();
  });

  it.each(['{}', ' ', 'x'])('of a GET is refused: %j', (body) => {
    expect(outcome(albEvent({ body, isBase64Encoded: false }, { 'content-type': ['application/json'] }))).toBe('body_not_allowed');
  });

  it('of exactly 64 KiB is read, as text and as bytes', () => {
    const body = objectOf(MAX_BODY_BYTES);
    expect([outcome(jsonPost(body)), outcome(bytesPost(Buffer.from(body)))]).toEqual([JSON.parse(body), JSON.parse(body)]);
  });

  it.each([
    ['64 KiB + 1 as text', jsonPost(objectOf(MAX_BODY_BYTES + 1))],
    ['64 KiB + 1 as bytes', bytesPost(Buffer.from(objectOf(MAX_BODY_BYTES + 1)))],
    ['fewer characters, but more bytes', jsonPost(JSON.stringify({ a: '\u20ac'.repeat(MAX_BODY_BYTES / 2) }))],
    ['a megabyte', jsonPost(objectOf(1_000_000))],
    ['a megabyte of base64', bytesPost(Buffer.alloc(700_000))],
  ])('is too large at %s', (_, event) => {
    expect(outcome(event)).toBe('body_too_large');
  });

  it.each([
    ['understated', jsonPost('{"a":1}', { 'content-length': ['1'] })],
    ['overstated', jsonPost('{"a":1}', { 'content-length': ['1000000'] })],
    ['negative', jsonPost('{"a":1}', { 'content-length': ['-1'] })],
    ['not a number', jsonPost('{"a":1}', { 'content-length': ['7, 7'] })],
    ['in hexadecimal', jsonPost('{"a":1}', { 'content-length': ['0x7'] })],
    ['announced for no body', jsonPost('', { 'content-length': ['7'] })],
    ['garbage for no body', jsonPost('', { 'content-length': ['x'] })],
  ])('is refused when its length is %s', (_, event) => {
    expect(outcome(event)).toBe('body_length_mismatch');
  });

  it.each([
    ['text under a base64 flag', jsonPost('{"a":1}', {}, { isBase64Encoded: true })],
    ['garbage', jsonPost('e30=e30=', {}, { isBase64Encoded: true })],
    ['the URL alphabet', jsonPost('eyJhIjoiPz8_In0', {}, { isBase64Encoded: true })],
    ['missing padding', jsonPost('e30', {}, { isBase64Encoded: true })],
    ['a line break', jsonPost('e30=\n', {}, { isBase64Encoded: true })],
    ['bits that carry nothing', jsonPost('e31=', {}, { isBase64Encoded: true })],
  ])('is refused when its base64 is not: %s', (_, event) => {
    expect(outcome(event)).toBe('body_not_bytes');
  });

  it('is refused when base64 comes under a flag that says text', () => {
    expect(outcome(jsonPost(Buffer.from('{"a":1}').toString('base64')))).toBe('body_not_json');
  });

  it.each([
    ['none', {}],
    ['text/plain', { 'content-type': ['text/plain'] }],
    ['a form', { 'content-type': ['application/x-www-form-urlencoded'] }],
    ['another character set', { 'content-type': ['application/json; charset=utf-16'] }],
    ['a list', { 'content-type': ['application/json, text/html'] }],
    ['a JSON dialect', { 'content-type': ['application/merge-patch+json'] }],
  ])('is refused with a content type other than JSON: %s', (_, headers) => {
    expect(outcome(albEvent({ httpMethod: 'POST', body: '{"a":1}', isBase64Encoded: false }, headers))).toBe('body_content_type');
  });

  it('is refused when compressed', () => {
    expect(outcome(jsonPost('{"a":1}', { 'content-encoding': ['gzip'] }))).toBe('body_content_encoding');
  });

  it.each([
    ['bytes that are not UTF-8', bytesPost(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]))],
    ['an overlong spelling', bytesPost(Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]))],
    ['an encoded surrogate', bytesPost(Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]))],
    ['UTF-16', bytesPost(Buffer.from('\ufeff{"a":1}', 'utf16le'))],
    ['a byte order mark in bytes', bytesPost(Buffer.from('\ufeff{"a":1}'))],
    ['a byte order mark in text', jsonPost('\ufeff{"a":1}')],
    ['a replacement character where bytes were lost', jsonPost('{"a":"M\ufffdller"}')],
    ['a lone surrogate in text', jsonPost('{"a":"\ud800"}')],
  ])('is refused with %s', (_, event) => {
    expect(outcome(event)).toBe('body_encoding');
  });
});
