import fc from 'fast-check';
import { csvFile } from '../../lib/evidence/csv';
import { cellsOf } from '../support/csv';

const textOf = (...rows: readonly (readonly string[])[]): string => csvFile('x.csv', ['a', 'b'], rows).text;

test('writes RFC 4180: CRLF, quotes doubled, quotes around what needs them', () => {
  expect(textOf(['plain', 'a "word", and\nmore'])).toBe('a,b\r\nplain,"a ""word"", and\nmore"\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])('makes text of %j, which a spreadsheet would run', (cell) => {
  expect(cellsOf(textOf([cell, '']))[1]?.[0]).toBe(`'${cell}`);
});

test('gives back every cell that is no formula, whatever it holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), { maxLength: 5 }), (rows) => {
      const read = cellsOf(textOf(...rows)).slice(1);
      const bare = (cells: readonly string[]): string[] => cells.map((cell) => cell.replace(/^'/, ''));
      expect(read.map(bare)).toEqual(rows.map(bare));
    }),
    { numRuns: 40 },
  );
});

test('refuses a row of another length, which would shift every cell after it', () => {
  expect(() => textOf(['alone'])).toThrow('2 columns, and a row of 1');
});

test('writes numbers and booleans as they are, so that a count stays a count', () => {
  expect(csvFile('x.csv', ['n', 'b'], [[-1, true]]).text).toBe('n,b\r\n-1,true\r\n');
});
