import type { Weakening } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

const OUTLIVES = 'strength/stores-outlive-their-stacks';
const ROTATED = 'strength/keys-are-rotated';
const FIT = 'strength/keys-are-fit-for-use';
const KEPT = 'hard/keys-outlive-mistakes';
const CLASSED = 'strength/stores-say-what-they-hold';

const key = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::KMS::Key', prefix, `the key ${name}`);
const SYMMETRIC = [
  key('KeysRecords', 'of records'),
  key('KeysFields', 'of fields'),
  key('KeysTrail', 'of the trail'),
  key('KeysAudit', 'of audit'),
  key('KeysEvidence', 'of the record of incidents'),
  key('KeysLogs', 'of logs'),
  key('KeysMessaging', 'of messages'),
  key('KeysBackup', 'of backups'),
  key('Key961B73FD', 'of copies of backups'),
];
const INDEXES = [
  key('KeysMrnIndex', 'of the index of record numbers'),
  key('KeysSsnIndex', 'of the index of social security numbers'),
  key('KeysInsuranceIdIndex', 'of the index of insurance numbers'),
];
const signing = key('KeysBatchSigning', 'that signs batches');

/** Weakenings of keys. */
export const KEY_ROWS: readonly Weakening[] = [
  ...[...SYMMETRIC, ...INDEXES, signing].flatMap((each) => [
    ...each.givenUp(OUTLIVES),
    each.set('PendingWindowInDays', '7', KEPT),
    each.drop('PendingWindowInDays', KEPT),
    each.drop('Tags', CLASSED),
    each.add('Enabled', 'false', FIT),
    each.add('Origin', 'EXTERNAL', FIT),
    each.add('BypassPolicyLockoutSafetyCheck', true, FIT),
    each.add('MultiRegion', true, FIT),
  ]),
  ...SYMMETRIC.flatMap((each) => [
    each.set('EnableKeyRotation', 'false', ROTATED),
    each.drop('EnableKeyRotation', ROTATED),
    each.add('RotationPeriodInDays', 2560, ROTATED),
  ]),
  ...INDEXES.flatMap((each) => [each.set('KeySpec', 'HMAC_224', FIT), each.drop('KeySpec', ROTATED), each.drop('KeyUsage', FIT)]),
  signing.set('KeySpec', 'RSA_2048', FIT),
  signing.set('KeyUsage', 'ENCRYPT_DECRYPT', FIT),
  key('KeysRecords', 'of records').set('Tags', [{ Key: 'DataClass', Value: 'operational' }], 'strength/buckets-use-a-customer-key'),
  key('KeysTrail', 'of the trail').set('Tags', [{ Key: 'DataClass', Value: 'operational' }], 'strength/trails-are-encrypted-and-kept'),
];
