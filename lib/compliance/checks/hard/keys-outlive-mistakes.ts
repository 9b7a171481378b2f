import type { Check } from '../../check';
import { expectAtLeast, judgeTypes, type Fault } from '../../judge';
import { grantsOf, identitiesAllowed, isBreakGlass } from '../../policy/grants';

const LOSING = ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DeleteImportedKeyMaterial'];

/** A key over PHI or archives is not lost to one call: without its key an archive is gone, locked or not. */
export const keysOutliveMistakes: Check = {
  id: 'hard/keys-outlive-mistakes',
  claim: 'every key waits 30 days before it is deleted, and no role but break-glass may delete or disable one',
  citations: ['164.312(a)(2)(iv)', '164.308(a)(7)(i)'],
  severity: 'fatal',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::KMS::Key'], '164.312(a)(2)(iv)', (key) => [
      ...expectAtLeast(key, 'PendingWindowInDays', 30),
      ...LOSING.flatMap((action) =>
        identitiesAllowed(environment, action)
          .filter((identity) => !isBreakGlass(identity.arn) && grantsOf(identity, action, environment.arnOf(key)).length > 0)
          .map(
            ({ role }): Fault => ({ property: 'KeyPolicy', value: `${role.name} may ${action}`, expected: 'nobody but break-glass' }),
          ),
      ),
    ]),
};
