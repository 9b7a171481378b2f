import type { Check } from '../../check';
import { expectEqual, judgeEach } from '../../judge';
import { textAt, valueAt } from '../../model/read';

/** Key material that KMS can renew by itself is renewed every year; for HMAC and asymmetric keys KMS offers no such thing. */
export const keysAreRotated: Check = {
  id: 'strength/keys-are-rotated',
  claim: 'every symmetric key is enabled and rotated at least once a year',
  citations: ['164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) => {
    const symmetric = environment
      .of('AWS::KMS::Key')
      .filter((key) => (textAt(key, 'KeySpec') ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT');
    return judgeEach(symmetric, '164.312(a)(2)(iv)', (key) => [
      ...expectEqual(key, 'EnableKeyRotation', true),
      ...(valueAt(key, 'Enabled') === undefined ? [] : expectEqual(key, 'Enabled', true)),
      ...(Number(textAt(key, 'RotationPeriodInDays') ?? 365) <= 365
        ? []
        : [{ property: 'RotationPeriodInDays', value: valueAt(key, 'RotationPeriodInDays'), expected: 'at most 365' }]),
    ]);
  },
};
