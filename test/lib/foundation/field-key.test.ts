import type { Claim } from '../../support/claims';
import { holds, judge, notices } from '../../support/claims';
import { rightCall, wrongCalls } from '../../support/field-key-calls';
import type { Identity, ManagedPolicyProperties } from '../../support/identities';
import { identitiesOf, may } from '../../support/identities';
import type { KeyProperties } from '../../support/keys';
import type { Landscape } from '../../support/landscape';
import type { Principal } from '../../support/policy';
import { decide, role } from '../../support/policy';

const KEY = 'AWS::KMS::Key';
const POLICY = 'AWS::IAM::ManagedPolicy';
/** Every way to use a symmetric key. */
const USES = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Who may use the key, and how. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  'Api/RecordsApiExecutionRole': ['kms:Decrypt'],
  'Data/KeyRotationRotateExecutionRole': ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
};

function keyOf(land: Landscape) {
  return land.of<KeyProperties>(KEY).filter(({ logicalId }) => logicalId.startsWith('KeysFields'));
}

const usedByTwo: Claim = (land) =>
  judge('keys of fields', keyOf(land), () => {
    const uses = (identity: Identity) => USES.filter((action) => may(land, identity, rightCall(land, action)));
    const found = identitiesOf(land).map((identity) => ({ name: identity.role.name.replace(/[0-9A-F]{8}$/, ''), uses: uses(identity) }));
    return [
      ...found
        .filter(({ name, uses: able }) => JSON.stringify(able) !== JSON.stringify(USERS[name] ?? []))
        .map(({ name, uses: able }) => `${name} may ${able.join(', ') || 'do nothing with it'}`),
      ...Object.keys(USERS)
        .filter((name) => !found.some((each) => each.name === name))
        .map((name) => `there is no ${name}`),
    ];
  });

/** The key's own policy holds back whoever an identity policy forgot, an administrator included. */
const refusesForeignContexts: Claim = (land) =>
  judge('keys of fields', keyOf(land), ({ properties }) => {
    const principals: readonly Principal[] = [
      role(land.account, 'administrator'),
      role(land.account, `${land.config.name}-break-glass`),
      { arn: `arn:aws:iam::${land.account}:root`, account: land.account },
    ];
    const verdict = (by: Principal, call: ReturnType<typeof rightCall>) =>
      decide(properties.KeyPolicy.Statement, { ...call, by, resource: '*' });
    // The key's policy asks for application and environment; the roles' policies for the rest.
    const foreign = (action: string) =>
      wrongCalls(land, action).filter(({ what }) => /without a context|another|without (app|env)$/.test(what));
    return [
      ...USES.flatMap((action) =>
        foreign(action).flatMap(({ what, request }) =>
          principals.map((by) => verdict(by, request) !== 'denied' && `does not deny ${action} ${what}`),
        ),
      ),
      verdict(role(land.account, 'administrator'), rightCall(land, 'kms:Decrypt')) !== 'allowed' && 'denies its own context too',
    ];
  });

const demandTheWholeContext: Claim = (land) =>
  Object.keys(USERS).flatMap((name) =>
    judge(
      name,
      identitiesOf(land)
        .filter(({ role: { name: full } }) => full.replace(/[0-9A-F]{8}$/, '') === name)
        .map(({ role: resource }) => resource),
      (resource) => {
        const identity = identitiesOf(land).find(({ role: each }) => each.name === resource.name);
        return USES.flatMap((action) =>
          wrongCalls(land, action).map(({ what, request }) => identity && may(land, identity, request) && `may ${action} ${what}`),
        );
      },
    ),
  );

function conditionOf(policy: ManagedPolicyProperties): Record<string, Record<string, unknown>> {
  const statement = policy.PolicyDocument.Statement.find(({ Sid }) => Sid === 'UnwrapDataKeys');
  return statement?.Condition as Record<string, Record<string, unknown>>;
}

describe('the key of field encryption', () => {
  holds('is used by the API to unwrap, by the rotation to make and unwrap, and by no other role', usedByTwo);
  holds('is refused to everybody of the account who names another application or environment, or none', refusesForeignContexts);
  holds('is used under a context with all four members and no other', demandTheWholeContext);

  notices(
    'an API that may make data keys',
    usedByTwo,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'RecordsApiExecution', ({ PolicyDocument }) =>
        PolicyDocument.Statement.push({ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*' }),
      ),
    /^Foundation\/KeysFields\w+: Api\/RecordsApiExecutionRole may kms:Decrypt, kms:GenerateDataKey$/,
  );
  notices(
    'a break-glass role that reads fields past the API',
    usedByTwo,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'StaffEmergencyKeys', ({ PolicyDocument }) => {
        for (const statement of PolicyDocument.Statement.filter(({ Sid }) => Sid === 'ReadEncryptedStores')) statement.Resource = '*';
      }),
    /Identity\/StaffBreakGlass may kms:Decrypt/,
  );
  notices(
    'an absent context that passes for a good one',
    demandTheWholeContext,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'RecordsApiExecution', (policy) => {
        const condition = conditionOf(policy);
        delete condition['StringEquals'];
        delete condition['Null'];
      }),
    /^Api\/RecordsApiExecutionRole\w+: may kms:Decrypt without a context/,
  );
  notices(
    'a context of any environment',
    demandTheWholeContext,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'RecordsApiExecution', (policy) => {
        delete conditionOf(policy)['StringEquals']?.['kms:EncryptionContext:env'];
      }),
    /may kms:Decrypt with the context of another environment/,
  );
  notices(
    'a context that may carry more',
    demandTheWholeContext,
    (draft) =>
      draft.edit<ManagedPolicyProperties>(POLICY, 'RecordsApiExecution', (policy) => {
        delete conditionOf(policy)['ForAllValues:StringEquals'];
      }),
    /may kms:Decrypt with a further member/,
  );
  notices(
    'a key that any context opens',
    refusesForeignContexts,
    (draft) =>
      draft.edit<KeyProperties>(KEY, 'KeysFields', ({ KeyPolicy }) => {
        KeyPolicy.Statement = KeyPolicy.Statement.filter(({ Sid }) => Sid !== 'DenyForeignEnvironment');
      }),
    /^Foundation\/KeysFields\w+: does not deny kms:Decrypt with the context of another environment/,
  );
});
