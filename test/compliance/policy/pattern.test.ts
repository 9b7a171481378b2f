import fc from 'fast-check';
import { covers, meet } from '../../../lib/compliance/policy/pattern';

/** Every text of two letters up to eight characters: longer than any witness that two patterns of four need. */
const TEXTS = [
  '',
  ...Array.from({ length: 8 }, (_, at) => at + 1).flatMap((length) =>
    Array.from({ length: 2 ** length }, (_, bits) => bits.toString(2).padStart(length, '0')),
  ),
];

const pattern = fc.string({ unit: fc.constantFrom('0', '1', '*', '?'), maxLength: 4 });

describe('covers', () => {
  it.each([
    ['s3:*', 's3:GetObject', true],
    ['s3:Get*', 's3:PutObject', false],
    ['s3:Get?bject', 's3:GetObject', true],
    ['s3:Get?bject', 's3:GetOObject', false],
    ['arn:aws:s3:::a.b/*', 'arn:aws:s3:::a.b/x/y', true],
    // A dot is a dot: a pattern is no regular expression.
    ['arn:aws:s3:::a.b/*', 'arn:aws:s3:::acb/x', false],
    ['arn:aws:s3:::a/*', 'arn:aws:s3:::a', false],
    ['*', '', true],
    ['*', 'two\nlines', true],
    ['', '', true],
  ])('%s, of %s: %s', (given, value, expected) => {
    expect(covers(given, value)).toBe(expected);
  });

  it('ignores case where it is told to, and nowhere else', () => {
    expect(covers('S3:getobject', 's3:GetObject', true)).toBe(true);
    expect(covers('S3:get*', 's3:GetObject', true)).toBe(true);
    expect(covers('S3:getobject', 's3:GetObject')).toBe(false);
    expect(covers('S3:get*', 's3:GetObject')).toBe(false);
  });

  it('takes a text without wildcards for itself', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (text, other) => covers(text.replace(/[*?]/g, ''), other) === (text.replace(/[*?]/g, '') === other),
      ),
    );
  });

  it('takes whatever fills the stars', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().map((part) => part.replace(/[*?]/g, '')),
          { minLength: 1 },
        ),
        fc.string(),
        (parts, filling) => covers(parts.join('*'), parts.join(filling)),
      ),
    );
  });
});

describe('meet', () => {
  it.each([
    ['s3:Get*', 's3:*Acl', true],
    ['s3:Get*', 's3:Put*', false],
    ['arn:aws:s3:::a/x/*', 'arn:aws:s3:::a/*', true],
    ['arn:aws:s3:::a/x/*', 'arn:aws:s3:::b/*', false],
    ['a*b', 'a*c', false],
    ['arn:aws:logs:*:*:log-group:RDS*', 'arn:aws:logs:us-east-1:1:log-group:trail:*', false],
    ['arn:aws:logs:*:*:log-group:RDS*', 'arn:aws:logs:us-east-1:1:log-group:RDSOSMetrics:*', true],
    ['arn:*:kms:us-*-1:*:key/*', 'arn:aws:kms:*:1:*', true],
    ['arn:aws:kms:us-east-1:*:key/*', 'arn:aws:kms:us-west-2:1:*', false],
    // The key of an object may hold a colon, and stands in the last part.
    ['arn:aws:s3:*:x', 'arn:aws:s3:::bucket/*', true],
    ['arn:aws:s3:*:*:x', 'arn:aws:s3:::bucket/*', true],
    // What has fewer parts is a text like any other.
    ['arn:aws:logs:*', 'arn:aws:logs:us-east-1:1:log-group:trail:*', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(meet(a, b)).toBe(expected);
  });

  it('is exact: two patterns meet when some text is covered by both', () => {
    fc.assert(
      fc.property(pattern, pattern, (a, b) => meet(a, b) === TEXTS.some((text) => covers(a, text) && covers(b, text))),
      { numRuns: 500 },
    );
  });

  it('asks neither pattern first, and takes a text for a pattern of itself', () => {
    fc.assert(fc.property(pattern, pattern, (a, b) => meet(a, b) === meet(b, a)));
    fc.assert(fc.property(pattern, fc.constantFrom(...TEXTS), (a, text) => meet(a, text) === covers(a, text)));
  });

  it('counts case', () => {
    expect(meet('S3:get*', 's3:*Object')).toBe(false);
  });
});
