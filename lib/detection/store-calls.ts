import { CloudTrailEvents, onBus } from './cloudtrail-event';
import type { BusDetection, DetectionPlace } from './detection';

/**
 * Calls that open a store of PHI, or take away its backups. What a deploy does is left out here, but not from the alarms over the trail;
 * to share a snapshot is no part of a deploy. 164.312(a)(1), 164.308(a)(7)(ii)(A).
 */
export function storeCalls(place: DetectionPlace): readonly BusDetection[] {
  return [bucketPolicyChange(place), snapshotShared(place), databaseExposure(place), backupLoss(place)];
}

function bucketPolicyChange(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const requestParameters = { bucketName: 'documents-of-patients' };
  const change = (eventName: string, more: object = {}) => aws.call('s3', eventName, { requestParameters, ...more });
  return {
    id: 'BucketPolicyChange',
    source: 'bus',
    region: 'home',
    description: 'What protects a bucket was changed, and no deploy did it.',
    // Of any bucket: one that somebody adds and opens is a way out for what the others hold.
    pattern: {
      source: ['aws.s3'],
      detail: {
        eventName: [
          'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock',
          'PutAccountPublicAccessBlock',
          'DeleteAccountPublicAccessBlock', 'PutBucketAcl', 'PutBucketVersioning', 'PutBucketObjectLockConfiguration',
          'PutObjectLockConfiguration',
          'PutBucketLifecycle', 'DeleteBucketLifecycle', 'PutBucketEncryption', 'DeleteBucketEncryption', 'PutBucketReplication',
          'DeleteBucket',
        ],
      },
    },
    severity: 'high',
    tier: 'A',
    action: 'block-public-access',
    target: { field: 'bucketName', path: 'detail.requestParameters.bucketName' },
    exempt: ['response', 'deployment'],
    citations: ['164.312(a)(1)', '164.312(c)(1)'],
    fixtures: {
      match: [
        ...[
          'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketAcl',
          'PutBucketVersioning', 'PutBucketObjectLockConfiguration', 'PutBucketLifecycle', 'DeleteBucketEncryption',
        ].map((name) => change(name)),
        ...[aws.root, aws.user, aws.breakGlass].map((userIdentity) => change('PutBucketPolicy', { userIdentity })),
        // Of the whole account: no bucket is named.
        aws.call('s3', 'DeleteAccountPublicAccessBlock'),
      ].map(onBus),
      miss: [
        ...[aws.response, aws.deployment].map((userIdentity) => aws.call('s3', 'PutBucketPolicy', { userIdentity })),
        ...aws.calls('s3', 'PutBucketTagging', 'CreateBucket'),
        aws.mention('PutBucketPolicy'),
      ].map(onBus),
    },
  };
}

function snapshotShared(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const snapshot = { dBSnapshotIdentifier: 'before-the-upgrade' };
  const share = (valuesToAdd: readonly string[] | undefined, more: object = {}) =>
    aws.call('rds', 'ModifyDBSnapshotAttribute', { requestParameters: { ...snapshot, attributeName: 'restore', valuesToAdd }, ...more });
  return {
    id: 'SnapshotShared',
    source: 'bus',
    region: 'home',
    description: 'A snapshot was shared with another account or everybody, exported, or copied by somebody other than AWS Backup.',
    pattern: {
      source: ['aws.rds', 'aws.ec2'],
      detail: {
        $or: [
          {
            eventName: ['ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute'],
            requestParameters: { valuesToAdd: [{ 'anything-but': [place.account] }] },
          },
          { eventName: ['StartExportTask', 'ModifySnapshotAttribute'] },
          { eventName: ['CopyDBSnapshot', 'CopyDBClusterSnapshot'], userIdentity: { invokedBy: [{ exists: false }] } },
        ],
      },
    },
    severity: 'critical',
    tier: 'A',
    action: 'withdraw-snapshot',
    target: { field: 'snapshotId', path: 'detail.requestParameters.dBSnapshotIdentifier' },
    exempt: ['response'],
    citations: ['164.312(a)(1)', '164.308(b)(1)'],
    fixtures: {
      match: [
        share(['all']),
        share([place.account, '999999999999']),
        share(['999999999999'], { userIdentity: aws.user }),
        share(['all'], { userIdentity: aws.deployment }),
        ...aws.calls('rds', 'StartExportTask', 'CopyDBSnapshot'),
        aws.call('ec2', 'ModifySnapshotAttribute'),
      ].map(onBus),
      miss: [
        share([place.account]),
        share(undefined),
        share(['all'], { userIdentity: aws.response }),
        aws.call('rds', 'CopyDBSnapshot', { userIdentity: { ...aws.asRole('backup'), invokedBy: 'backup.amazonaws.com' } }),
        aws.call('rds', 'CreateDBSnapshot'),
      ].map(onBus),
    },
  };
}

function databaseExposure(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  const modify = (requestParameters: object, more: object = {}) => aws.call('rds', 'ModifyDBInstance', { requestParameters, ...more });
  return {
    id: 'DatabaseExposure',
    source: 'bus',
    region: 'home',
    description: 'The database was made public, its protection or its backups switched off, or deleted without a last snapshot.',
    pattern: {
      source: ['aws.rds'],
      detail: {
        $or: [
          { eventName: ['ModifyDBInstance'], requestParameters: { publiclyAccessible: [true] } },
          { eventName: ['ModifyDBInstance'], requestParameters: { deletionProtection: [false] } },
          { eventName: ['ModifyDBInstance'], requestParameters: { backupRetentionPeriod: [0] } },
          { eventName: ['DeleteDBInstance'], requestParameters: { skipFinalSnapshot: [true] } },
        ],
      },
    },
    severity: 'high',
    tier: 'B',
    action: 'isolate-database',
    exempt: ['response', 'deployment'],
    citations: ['164.312(a)(1)', '164.308(a)(7)(ii)(A)'],
    fixtures: {
      match: [
        modify({ publiclyAccessible: true }),
        modify({ deletionProtection: false }, { userIdentity: aws.user }),
        modify({ backupRetentionPeriod: 0 }, { userIdentity: aws.breakGlass }),
        aws.call('rds', 'DeleteDBInstance', { requestParameters: { skipFinalSnapshot: true } }),
      ].map(onBus),
      miss: [
        modify({ backupRetentionPeriod: 35, deletionProtection: true, publiclyAccessible: false }),
        modify({ deletionProtection: false }, { userIdentity: aws.deployment }),
        modify({ publiclyAccessible: true }, { userIdentity: aws.response }),
        aws.call('rds', 'DeleteDBInstance', { requestParameters: { skipFinalSnapshot: false } }),
        aws.call('rds', 'RebootDBInstance'),
      ].map(onBus),
    },
  };
}

function backupLoss(place: DetectionPlace): BusDetection {
  const aws = new CloudTrailEvents(place);
  return {
    id: 'BackupLoss',
    source: 'bus',
    region: 'home',
    description: 'A recovery point or vault was deleted or opened, and no deploy did it.',
    pattern: {
      source: ['aws.backup'],
      detail: {
        eventName: [
          'DeleteRecoveryPoint', { prefix: 'DeleteBackupVault' }, 'PutBackupVaultAccessPolicy', 'PutBackupVaultLockConfiguration',
        ],
      },
    },
    severity: 'high',
    tier: 'B',
    action: 'revoke-role-sessions',
    target: { field: 'roleName', path: 'detail.userIdentity.sessionContext.sessionIssuer.userName' },
    exempt: ['response', 'deployment'],
    citations: ['164.308(a)(7)(ii)(A)'],
    fixtures: {
      match: [
        ...aws.calls('backup', 'DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration'),
        ...aws.calls('backup', 'PutBackupVaultAccessPolicy'),
        ...[aws.root, aws.user, aws.breakGlass].map((userIdentity) => aws.call('backup', 'DeleteRecoveryPoint', { userIdentity })),
      ].map(onBus),
      miss: [
        ...[aws.response, aws.deployment].map((userIdentity) => aws.call('backup', 'DeleteBackupVaultAccessPolicy', { userIdentity })),
        ...aws.calls('backup', 'StartBackupJob', 'CreateBackupVault'),
        aws.mention('DeleteRecoveryPoint'),
      ].map(onBus),
    },
  };
}
