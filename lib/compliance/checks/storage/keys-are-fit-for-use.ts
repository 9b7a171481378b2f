import type { Check } from '../../check';
import { expectAbsent, expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { once } from '../../model/once';
import { textAt, valueAt } from '../../model/read';
import { identitiesOf } from '../../policy/identities';
import { anyCovers } from '../../policy/pattern';

/** Key specs of 128 bits of strength or more: what is signed or indexed today is kept into the 2030s, past NIST's last day for 112 bits. */
const SPECS = [
  'SYMMETRIC_DEFAULT',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_NIST_EDWARDS25519',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
];

/** What a key must be for, by the calls that roles are allowed to make with it. */
const USES: Readonly<Record<string, string>> = {
  'kms:Sign': 'SIGN_VERIFY',
  'kms:GenerateMac': 'GENERATE_VERIFY_MAC',
  'kms:Decrypt': 'ENCRYPT_DECRYPT',
};

/** A key is on, was made by KMS and nobody else, is strong enough, and can do what roles are to do with it. */
export const keysAreFitForUse: Check = {
  id: 'strength/keys-are-fit-for-use',
  claim:
    'every key is enabled, made by KMS for this Region, of 128 bits of strength or more, and of the use that roles need',
  citations: ['164.312(a)(2)(iv)', '164.312(c)(2)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::KMS::Key'], '164.312(a)(2)(iv)', (key) => [
      ...(valueAt(key, 'Enabled') === undefined ? [] : expectEqual(key, 'Enabled', true)),
      // Imported material goes at once, whatever the waiting period; KMS's own does not.
      ...(valueAt(key, 'Origin') === 'AWS_KMS' ? [] : expectAbsent(key, 'Origin')),
      ...(valueAt(key, 'BypassPolicyLockoutSafetyCheck') === undefined ? [] : expectEqual(key, 'BypassPolicyLockoutSafetyCheck', false)),
      // A copy in another Region has a policy of its own, which has to be seen to be judged.
      ...(environment.of('AWS::KMS::ReplicaKey').length > 0 || valueAt(key, 'MultiRegion') === undefined
        ? []
        : expectEqual(key, 'MultiRegion', false)),
      ...expectSpec(key),
      ...expectUse(environment, key),
    ]),
};

function expectSpec(key: Resource): readonly Fault[] {
  const spec = textAt(key, 'KeySpec') ?? 'SYMMETRIC_DEFAULT';
  return SPECS.includes(spec) ? [] : [{ property: 'KeySpec', value: spec, expected: `one of ${SPECS.join(', ')}` }];
}

function expectUse(environment: EnvironmentModel, key: Resource): readonly Fault[] {
  const arn = environment.arnOf(key);
  const use = textAt(key, 'KeyUsage') ?? 'ENCRYPT_DECRYPT';
  const keys = keysUsedBy(environment);
  return Object.entries(USES).flatMap(([action, needed]): Fault[] =>
    use !== needed && anyCovers(keys.get(action.toLowerCase()) ?? [], arn)
      ? [{ property: 'KeyUsage', value: use, expected: `${needed}: roles may ${action}` }]
      : [],
  );
}

/**
 * The keys, as patterns, that roles may use, by the action in lower case. By name: a role that may do everything with a key, or something
 * with every key, says nothing of what the key is for.
 */
const keysUsedBy = once((environment: EnvironmentModel): ReadonlyMap<string, ReadonlySet<string>> => {
  const keys = new Map(Object.keys(USES).map((action) => [action.toLowerCase(), new Set<string>()]));
  for (const { effect, actions, resources } of identitiesOf(environment).flatMap(({ statements }) => statements)) {
    if (effect !== 'Allow') continue;
    const ofAction = actions.flatMap((action) => keys.get(action.toLowerCase()) ?? []);
    for (const used of ofAction) for (const each of resources) if (each !== '*') used.add(each);
  }
  return keys;
});
