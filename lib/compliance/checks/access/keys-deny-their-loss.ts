import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { decide } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';

/** What makes a key, and with it everything under it, unreadable. */
const LOSING = ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DeleteImportedKeyMaterial'];

/** Each key refuses by itself, whatever a role is allowed: a key lost is an archive lost. */
export const keysDenyTheirLoss: Check = {
  id: 'access/keys-deny-their-loss',
  claim: 'the policy of every key denies everybody but break-glass to delete it and to disable it',
  citations: ['164.312(a)(2)(iv)', '164.308(a)(7)(i)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::KMS::Key'], '164.312(a)(2)(iv)', (key): readonly Fault[] => {
      const { account } = environment.place;
      const callers = ['role/somebody', 'root'].map(
        (name) => ({ kind: 'identity', arn: `arn:aws:iam::${account}:${name}`, account }) as const,
      );
      const statements = policyOf(environment, key);
      return LOSING
        .filter((action) => callers.some((by) => decide(statements, { by, action, resource: environment.arnOf(key) }) !== 'denied'))
        .map((action) => ({ property: 'KeyPolicy', value: `${action} is not denied`, expected: 'denied to everybody but break-glass' }));
    }),
};
