import { locationIn } from '../../lib/evidence/origin';
import { stableJson } from '../../lib/evidence/pack-file';
import { uuidOf } from '../../lib/evidence/uuid';

test('identifiers are UUIDs of version 5, equal for equal names and for no others', () => {
  expect(uuidOf('a', 'b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidOf('a', 'b')).toBe(uuidOf('a', 'b'));
  expect(uuidOf('a', 'b')).not.toBe(uuidOf('ab'));
});

test('JSON has its keys sorted at every depth, and lists as they are', () => {
  expect(stableJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{\n "b": [\n  {\n   "c": 2,\n   "d": 1\n  }\n ]\n}\n');
});

describe('a place in the sources', () => {
  test('is relative to the repository, wherever that was', () => {
    const trace = 'new Bucket2 in aws-cdk-lib...\nnew SecureBucket (/srv/lib/x/lib/shared/secure-bucket.ts:51:20)\n<anonymous> (/srv/lib/x/bin/app.ts:11:81)';
    expect(locationIn(trace)).toEqual({ file: 'lib/shared/secure-bucket.ts', line: 51 });
    expect(locationIn('at x (/srv/lib/x/lib/a.ts:3:1)\n at baselineApp (/srv/lib/x/bin/baseline-app.ts:1:1)')).toEqual({ file: 'lib/a.ts', line: 3 });
  });

  test('is not the one function through which every finding is accepted', () => {
    const trace = '    at acceptFinding (/w/lib/shared/accept-finding.ts:60:28)\n    at SecureBucket.accept (/w/lib/shared/secure-bucket.ts:127:18)\n at <anonymous> (/w/bin/app.ts:1:1)';
    expect(locationIn(trace)).toEqual({ file: 'lib/shared/secure-bucket.ts', line: 127 });
  });

  test('is none for a trace without frames of the sources, or with a path that says too much', () => {
    expect(locationIn('...node internals, ts-node...')).toBeUndefined();
    expect(locationIn('at x (/secret/place/other.ts:1:1)')).toBeUndefined();
    expect(locationIn('at x (/w/node_modules/y/lib/z.ts:1:1)\n at <anonymous> (/w/bin/app.ts:3:1)')).toEqual({ file: 'bin/app.ts', line: 3 });
  });
});
