import type { Claim } from '../support/claims';
import { holds, judge, notices, unlike } from '../support/claims';
import type { Resource } from '../support/landscape';
import type { PolicyDocument } from '../support/policy';
import { decide, role } from '../support/policy';

interface Key {
  readonly EnableKeyRotation?: boolean;
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
  readonly Enabled?: boolean;
  readonly MultiRegion?: boolean;
  readonly PendingWindowInDays?: number;
  KeyPolicy: PolicyDocument;
}

const KEY = 'AWS::KMS::Key';
/** What loses the data under a key, at once... */
const KEY_LOSS = ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DeleteImportedKeyMaterial'];
/** ...or in time, where KMS rotates the key. */
const ROTATION_LOSS = ['kms:DisableKeyRotation'];

/** Keys of a kind that KMS does not rotate; every other is symmetric. */
const UNROTATED: Readonly<Record<string, readonly [spec: string, usage: string]>> = {
  KeysMrnIndex: ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  KeysSsnIndex: ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  KeysInsuranceIdIndex: ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  KeysBatchSigning: ['RSA_3072', 'SIGN_VERIFY'],
};

function kindOf({ logicalId }: Resource<Key>): readonly [spec: string, usage: string] | undefined {
  return UNROTATED[logicalId.replace(/[0-9A-F]{8}$/, '')];
}

/** KMS refuses a rotation of the other kinds, so a template that asks for one could not be deployed. */
const keysAreOfTheirKind: Claim = (land) => [
  ...judge('keys', land.of<Key>(KEY), (key) => {
    const { EnableKeyRotation, KeySpec, KeyUsage } = key.properties;
    const [spec, usage] = kindOf(key) ?? [];
    return [
      unlike('kind', KeySpec ?? 'SYMMETRIC_DEFAULT', spec ?? 'SYMMETRIC_DEFAULT'),
      unlike('usage', KeyUsage ?? 'ENCRYPT_DECRYPT', usage ?? 'ENCRYPT_DECRYPT'),
      unlike('rotation', EnableKeyRotation ?? false, spec === undefined),
    ];
  }),
  ...Object.keys(UNROTATED)
    .filter((name) => !land.of(KEY).some(({ logicalId }) => logicalId.startsWith(name)))
    .map((name) => `no key ${name}`),
];

const keysLast: Claim = (land) =>
  judge('keys', land.of<Key>(KEY), ({ properties, deletionPolicy, updateReplacePolicy }) => [
    properties.Enabled === false && 'is disabled',
    unlike('pending window', properties.PendingWindowInDays, 30),
    properties.MultiRegion && 'is multi-Region, which cannot be taken back',
    unlike('deletion policy', deletionPolicy, 'Retain'),
    unlike('replacement policy', updateReplacePolicy, 'Retain'),
  ]);

const onlyBreakGlassLosesKeys: Claim = (land) =>
  judge('keys', land.of<Key>(KEY), (key) =>
    [...KEY_LOSS, ...(kindOf(key) ? [] : ROTATION_LOSS)].flatMap((action) => {
      const { properties } = key;
      const verdict = (name: string) => decide(properties.KeyPolicy.Statement, { by: role(land.account, name), action, resource: '*' });
      const others = ['anybody', `cdk-hnb659fds-cfn-exec-role-${land.account}-${land.config.region}`].filter(
        (name) => verdict(name) !== 'denied',
      );
      const root = decide(properties.KeyPolicy.Statement, {
        by: { arn: `arn:aws:iam::${land.account}:root`, account: land.account },
        action,
        resource: '*',
      });
      return [
        ...others.map((name) => `${action} is not denied to ${name}`),
        root !== 'denied' && `${action} is not denied to the root user`,
        verdict(`${land.config.name}-break-glass`) === 'denied' && `${action} is denied to break-glass too`,
      ];
    }),
  );

/** Without it the key can never be changed again, and grants to RDS and AWS Backup fail. */
const accountAdministersKeys: Claim = (land) =>
  judge('keys', land.of<Key>(KEY), ({ properties }) => {
    const statements = properties.KeyPolicy.Statement.filter(
      ({ Principal }) => typeof Principal === 'object' && Principal['AWS'] === `arn:aws:iam::${land.account}:root`,
    );
    return [
      !statements.some(({ Effect, Action, Condition }) => Effect === 'Allow' && Action === 'kms:*' && !Condition) &&
        'the account has lost its administration',
    ];
  });

/** A key policy is limited to 32 KB. */
const policiesFit: Claim = (land) =>
  judge('keys', land.of<Key>(KEY), ({ properties }) => [
    JSON.stringify(properties.KeyPolicy).length > 32_768 && 'its policy exceeds 32 KB',
  ]);

const nobodyElseIsAllowed: Claim = (land) =>
  judge('keys', land.of<Key>(KEY), ({ properties }) =>
    properties.KeyPolicy.Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Sid, Principal, Condition }) => {
      if (typeof Principal !== 'object') return `${Sid ?? 'a statement'} allows every principal`;
      if (Principal['Service'] !== undefined)
        return !sourceBound(Condition, land.account) && `${Sid ?? 'a statement'} allows a service on behalf of any account`;
      return unlike(`${Sid ?? 'a statement'}'s principal`, Principal['AWS'], `arn:aws:iam::${land.account}:root`);
    }),
  );

/** Every value of one of these condition keys names the account. */
function sourceBound(condition: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined, account: string): boolean {
  const sources = ['aws:SourceAccount', 'aws:SourceArn', 'kms:EncryptionContext:aws:logs:arn'];
  return Object.entries(condition ?? {}).some(
    ([operator, keys]) =>
      ['StringEquals', 'ArnLike', 'ArnEquals'].includes(operator) &&
      Object.entries(keys).some(
        ([key, values]) => sources.includes(key) && [values].flat().every((value) => String(value).split(':').includes(account)),
      ),
  );
}

describe('every key', () => {
  holds('is of its kind, and rotates where KMS can rotate that kind', keysAreOfTheirKind);
  holds('waits 30 days before deletion, and outlives its stack', keysLast);
  holds('can be lost by nobody but break-glass', onlyBreakGlassLosesKeys);
  holds('stays administered by its account, without a condition', accountAdministersKeys);
  holds('allows the account, and services that act for it, and no one else', nobodyElseIsAllowed);
  holds('has a policy that KMS accepts', policiesFit);

  notices(
    'a key that does not rotate',
    keysAreOfTheirKind,
    (draft) => draft.set(KEY, 'KeysTrail', ['EnableKeyRotation'], false),
    /^Foundation\/KeysTrail\w+: rotation is false/,
  );
  notices(
    'a rotation that KMS would refuse',
    keysAreOfTheirKind,
    (draft) => draft.set(KEY, 'KeysSsnIndex', ['EnableKeyRotation'], true),
    /^Foundation\/KeysSsnIndex\w+: rotation is true/,
  );
  notices(
    'a signing key that became one for encryption',
    keysAreOfTheirKind,
    (draft) => draft.set(KEY, 'KeysBatchSigning', ['KeyUsage'], 'ENCRYPT_DECRYPT'),
    /^Foundation\/KeysBatchSigning\w+: usage is "ENCRYPT_DECRYPT"/,
  );
  notices(
    'a signing key that a deploy could disable',
    onlyBreakGlassLosesKeys,
    (draft) =>
      draft.edit<Key>(KEY, 'KeysBatchSigning', ({ KeyPolicy }) => {
        KeyPolicy.Statement = KeyPolicy.Statement.filter(({ Effect }) => Effect === 'Allow');
      }),
    /^Foundation\/KeysBatchSigning\w+: kms:DisableKey is not denied to cdk-hnb659fds-cfn-exec-role/,
  );
  notices(
    'a key that is gone after a week',
    keysLast,
    (draft) => draft.set(KEY, 'KeysRecords', ['PendingWindowInDays'], 7),
    /pending window is 7/,
  );
  notices(
    'a key that goes with its stack',
    keysLast,
    (draft) => draft.amend(KEY, 'KeysBackup', { DeletionPolicy: 'Delete' }),
    /^Foundation\/KeysBackup\w+: deletion policy/,
    'dev',
  );
  notices(
    'a deny with its condition the wrong way round',
    onlyBreakGlassLosesKeys,
    (draft) =>
      draft.edit<Key>(KEY, 'KeysAudit', ({ KeyPolicy }) => {
        for (const statement of KeyPolicy.Statement.filter(({ Effect }) => Effect === 'Deny'))
          statement.Condition = { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/prod-break-glass' } };
      }),
    /^Foundation\/KeysAudit\w+: kms:ScheduleKeyDeletion is not denied to anybody/,
  );
  notices(
    'a service allowed for every account',
    nobodyElseIsAllowed,
    (draft) =>
      draft.edit<Key>(KEY, 'KeysMessaging', ({ KeyPolicy }) => {
        for (const statement of KeyPolicy.Statement.filter(({ Sid }) => Sid === 'AlarmsPublish')) delete statement.Condition;
      }),
    /^Foundation\/KeysMessaging\w+: AlarmsPublish allows a service on behalf of any account/,
  );
});
