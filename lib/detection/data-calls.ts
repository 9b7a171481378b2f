import { auditExporterRoleName, backupRoleName, breakGlassRoleName, recordsApiRoleName } from '../shared/fixed-names';
import { CloudTrailEvents, onBus } from './cloudtrail-event';
import type { BusDetection, DetectionPlace, Occurrence } from './detection';
import type { WatchedData } from './watched-data';

/** Sees, puts, keeps or takes away objects. The parts of an upload are left out: its beginning is there. */
const OBJECT_CALLS: readonly string[] = [
  'GetObject', 'GetObjectAttributes', 'HeadObject', 'SelectObjectContent', 'ListObjects', 'ListObjectVersions', 'PutObject', 'PutObjectAcl',
  'PutObjectRetention', 'PutObjectLegalHold', 'CopyObject', 'CreateMultipartUpload', 'DeleteObject', 'DeleteObjects', 'RestoreObject',
];

/**
 * Use of PHI and of its audit, past the application, by whoever is not there for it. Nobody is exempt, a deploy and what contains an
 * incident included: neither has anything to do there. 164.312(a)(1), (b), 164.308(a)(1)(ii)(D).
 */
export function dataCalls(place: DetectionPlace, data: WatchedData): readonly BusDetection[] {
  return [fieldKeyUse(place, data), documentAccess(place, data), auditArchiveAccess(place, data)];
}

/** Matches whoever has another role, or none: root, users and services name no such role. */
function outside(roleArns: readonly string[]): Readonly<Record<string, unknown>> {
  return { sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': roleArns }] } } };
}

/** A session of a role that may be known by a token alone. */
function session(aws: CloudTrailEvents, roleArn: string): Occurrence {
  return { ...aws.asRole('some'), sessionContext: { sessionIssuer: { type: 'Role', arn: roleArn } } };
}

function fieldKeyUse(place: DetectionPlace, { fieldKeyArn, kmsEndpointId, keyRotationRoleArn }: WatchedData): BusDetection {
  const aws = new CloudTrailEvents(place);
  const api = aws.roleArn(recordsApiRoleName(place.environment));
  const use = (eventName: string, more: object = {}) =>
    aws.call('kms', eventName, { readOnly: true, resources: [{ ARN: fieldKeyArn }], vpcEndpointId: kmsEndpointId, ...more });
  const elsewhere = { vpcEndpointId: 'vpce-0123456789abcdef0' };
  return {
    id: 'FieldKeyUse',
    source: 'bus',
    region: 'home',
    description: 'The key of encrypted fields was used by somebody other than the service, or from outside the network.',
    pattern: {
      source: ['aws.kms'],
      detail: {
        eventName: ['Decrypt', 'Encrypt', { prefix: 'GenerateDataKey' }, { prefix: 'ReEncrypt' }],
        resources: { ARN: [fieldKeyArn] },
        $or: [
          { userIdentity: outside([api, keyRotationRoleArn]) },
          // The credentials of the service are as good to whoever has stolen them.
          { vpcEndpointId: [{ exists: false }, { 'anything-but': [kmsEndpointId] }] },
        ],
      },
    },
    readOnlyCalls: true,
    severity: 'critical',
    tier: 'B',
    action: 'revoke-role-sessions',
    target: { field: 'roleName', path: 'detail.userIdentity.sessionContext.sessionIssuer.userName' },
    exempt: [],
    citations: ['164.312(a)(1)', '164.312(a)(2)(iv)'],
    fixtures: {
      match: [
        ...['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom'].map((name) => use(name)),
        use('ReEncrypt', { resources: [{ ARN: `${fieldKeyArn}-of-theirs` }, { ARN: fieldKeyArn }] }),
        ...[aws.root, aws.user, aws.breakGlass, aws.deployment, aws.response].map((userIdentity) => use('Decrypt', { userIdentity })),
        ...[api, keyRotationRoleArn].map((arn) => use('Decrypt', { userIdentity: session(aws, arn), ...elsewhere })),
        aws.call('kms', 'Decrypt', { readOnly: true, resources: [{ ARN: fieldKeyArn }], userIdentity: session(aws, api) }),
      ].map(onBus),
      miss: [
        use('Decrypt', { userIdentity: session(aws, api) }),
        ...['Decrypt', 'GenerateDataKeyWithoutPlaintext'].map((name) => use(name, { userIdentity: session(aws, keyRotationRoleArn) })),
        use('Decrypt', { resources: [{ ARN: `${fieldKeyArn}-of-documents` }] }),
        use('DescribeKey'),
      ].map(onBus),
    },
  };
}

function documentAccess(place: DetectionPlace, { documentBucketName, recordingWriterRoleName }: WatchedData): BusDetection {
  const aws = new CloudTrailEvents(place);
  const writers = recordingWriterRoleName === undefined ? [] : [recordingWriterRoleName];
  // Whoever breaks the glass is told of by BreakGlassUse, once, and not at each document of a restore.
  const names = [recordsApiRoleName, backupRoleName, breakGlassRoleName].map((name) => name(place.environment));
  const expected = [...names, ...writers].map((name) => aws.roleArn(name));
  const touch = objectCall(aws, documentBucketName);
  const anonymous = { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
  return {
    id: 'DocumentAccess',
    source: 'bus',
    region: 'home',
    description: 'A document or recording was opened, listed, changed or deleted past the service, or somebody of the account tried to.',
    pattern: {
      source: ['aws.s3'],
      detail: {
        eventName: OBJECT_CALLS,
        requestParameters: { bucketName: [documentBucketName] },
        userIdentity: outside(expected),
        // Clients know the bucket's name from their addresses: what strangers ask in vain would let anybody fill the officer's mailbox.
        $or: [{ errorCode: [{ exists: false }] }, { userIdentity: { accountId: [place.account] } }],
      },
    },
    readOnlyCalls: true,
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: [],
    citations: ['164.312(a)(1)', '164.308(a)(1)(ii)(D)'],
    fixtures: {
      match: [
        ...OBJECT_CALLS.map((name) => touch(name)),
        touch('GetObject', { errorCode: 'AccessDenied' }),
        ...[aws.root, aws.user, aws.deployment, aws.response, anonymous].map((userIdentity) => touch('GetObject', { userIdentity })),
        touch('GetObject', { userIdentity: session(aws, `${aws.roleArn(recordsApiRoleName(place.environment))}-2`) }),
      ].map(onBus),
      miss: [
        ...expected.map((arn) => touch('PutObject', { userIdentity: session(aws, arn) })),
        touch('GetObject', { userIdentity: anonymous, errorCode: 'AccessDenied' }),
        objectCall(aws, `${documentBucketName}-restored`)('GetObject'),
        touch('GetBucketLocation'),
      ].map(onBus),
    },
  };
}

function auditArchiveAccess(place: DetectionPlace, { auditBucketName, auditReaderRoleArns }: WatchedData): BusDetection {
  const aws = new CloudTrailEvents(place);
  const names = [auditExporterRoleName, backupRoleName, breakGlassRoleName].map((name) => name(place.environment));
  const expected = [...names.map((name) => aws.roleArn(name)), ...auditReaderRoleArns];
  const touch = objectCall(aws, auditBucketName);
  return {
    id: 'AuditArchiveAccess',
    source: 'bus',
    region: 'home',
    description: 'The archive of the audit of the application was touched by somebody who is not there for it, or who tried to.',
    pattern: {
      source: ['aws.s3'],
      detail: { eventName: OBJECT_CALLS, requestParameters: { bucketName: [auditBucketName] }, userIdentity: outside(expected) },
    },
    readOnlyCalls: true,
    severity: 'high',
    tier: 'C',
    action: 'none',
    exempt: [],
    citations: ['164.312(b)', '164.312(c)(1)'],
    fixtures: {
      match: [
        ...OBJECT_CALLS.map((name) => touch(name)),
        touch('PutObject', { errorCode: 'AccessDenied' }),
        ...[aws.root, aws.user, aws.deployment, aws.response].map((userIdentity) => touch('GetObject', { userIdentity })),
        touch('GetObject', { userIdentity: session(aws, aws.roleArn(recordsApiRoleName(place.environment))) }),
      ].map(onBus),
      miss: [
        ...expected.map((arn) => touch('GetObject', { userIdentity: session(aws, arn) })),
        objectCall(aws, `${auditBucketName}-restored`)('GetObject'),
        touch('GetBucketPolicy'),
      ].map(onBus),
    },
  };
}

/** Builds data events of one bucket, by an operator unless `more` says otherwise. */
function objectCall(aws: CloudTrailEvents, bucketName: string): (eventName: string, more?: Occurrence) => Occurrence {
  const data = { eventCategory: 'Data', managementEvent: false };
  return (eventName, more = {}) =>
    aws.call('s3', eventName, { ...data, readOnly: /^(?:Get|Head|List|Select)/.test(eventName), requestParameters: { bucketName, key: 'some' }, ...more });
}
