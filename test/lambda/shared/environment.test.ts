import { parsePort } from '../../../lambda/shared/database';
import { readEnvironment } from '../../../lambda/shared/environment';
import { assertNever, CodedError } from '../../../lambda/shared/outcome';

describe('what a function is started with', () => {
  it('is read by name, and nothing else is', () => {
    expect(readEnvironment(['A', 'B'], { A: '1', B: '2', C: '3' })).toEqual({ A: '1', B: '2' });
  });

  it('is refused with every missing name at once', () => {
    expect(() => readEnvironment(['A', 'B', 'C'], { B: '', C: '3' })).toThrow('A, B');
  });

  it.each(['', '0', '65536', '5432 ', '-1', '5.5', '0x15', '1e3', '999999'])('%j is not a port', (text) => {
    expect(() => parsePort(text)).toThrow('database_port_invalid');
  });

  it('takes a port as a number', () => {
    expect([parsePort('1'), parsePort('15432'), parsePort('65535')]).toEqual([1, 15_432, 65_535]);
  });
});

describe('a coded error', () => {
  it('holds its code and nothing that Lambda would print besides', () => {
    const error = new CodedError('jwks_empty');
    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: 'CodedError',
      code: 'jwks_empty',
      message: 'jwks_empty',
    });
  });

  it('is what a variant that should not exist ends in', () => {
    expect(() => assertNever('surprise' as never)).toThrow('unreachable_variant');
  });
});
