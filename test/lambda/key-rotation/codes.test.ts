import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { failureOf, isFailure, ROTATION_FAILURES, ROTATION_NOTES } from '../../../lambda/key-rotation/codes';
import { CodedError } from '../../../lambda/shared/outcome';

const manual = readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'key-rotation.md'), 'utf8');

describe('the codes of the rotation', () => {
  it.each([...ROTATION_NOTES, ...ROTATION_FAILURES])('say in the manual what to do about %s', (code) => {
    expect(manual.slice(manual.indexOf('## What the log says'))).toContain(`\`${code}\``);
  });

  it('are failures or notes, never both', () => {
    expect(ROTATION_NOTES.filter(isFailure)).toEqual([]);
    expect(ROTATION_FAILURES.filter((code) => !isFailure(code))).toEqual([]);
  });

  it.each<[string, unknown, object]>([
    ['a code of ours', new CodedError('key_throttled'), { code: 'key_throttled' }],
    ['a code of somebody else', new CodedError('data_key_wiped'), { code: 'internal_error' }],
    ['an error of the database', Object.assign(new Error('Zzyzx Canary'), { code: '57014' }), { code: 'database_failed', sqlState: '57014' }],
    ['a connection that broke', new Error('Connection terminated unexpectedly'), { code: 'database_failed', sqlState: undefined }],
    ['a fault of the language', new TypeError('Zzyzx Canary'), { code: 'internal_error' }],
  ])('are all that is left of %s', (_, thrown, expected) => {
    expect(failureOf(thrown)).toEqual(expected);
  });
});
