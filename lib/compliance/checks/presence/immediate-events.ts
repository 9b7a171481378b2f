import { BY_ROLE, call, calls, type TrailSubject } from './trail-events';

type Json = Readonly<Record<string, unknown>>;

/** Nobody’s role in particular: a person’s, with the session that a call by a role carries. */
const BY_PERSON = {
  ...BY_ROLE,
  sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/some-operator', userName: 'some-operator' } },
};

/** Whoever may do it: a person by a role, a user and root, whose calls name no role at all. */
const ANYBODY: readonly Json[] = [BY_PERSON, { type: 'IAMUser', userName: 'somebody' }, { type: 'Root' }];

/** A call by whoever may do it: a person by a role, a user, root. */
export const byAnybody = (record: Json): readonly Json[] => ANYBODY.map((userIdentity) => ({ ...record, userIdentity }));
const all = (names: Readonly<Record<string, string>>): readonly Json[] => calls(names).flatMap(byAnybody);
const asked = (service: string, eventName: string, requestParameters: Json): readonly Json[] => byAnybody(call(service, eventName, { requestParameters }));

const openTo = (range: Json): Json => ({ groupId: 'sg-1', ipPermissions: { items: [{ ipProtocol: 'tcp', ...range }] } });

/** Calls after which minutes count, or whose single event is what a response begins with: 164.308(a)(6)(ii). */
export const IMMEDIATE_SUBJECTS: readonly TrailSubject[] = [
  {
    name: 'a-stopped-trail',
    when: 'the trail is stopped, deleted or made to record less',
    citation: '164.312(b)',
    records: all({ cloudtrail: 'StopLogging DeleteTrail UpdateTrail PutEventSelectors' }),
  },
  {
    name: 'detectors-switched-off',
    when: 'a detector, hub, recorder or analyzer is switched off, or findings are hidden',
    citation: '164.308(a)(1)(ii)(D)',
    records: [
      ...all({
        guardduty: 'DeleteDetector', securityhub: 'DisableSecurityHub', config: 'StopConfigurationRecorder DeleteDeliveryChannel', 'access-analyzer': 'DeleteAnalyzer',
      }),
      ...asked('guardduty', 'UpdateDetector', { enable: false }),
      ...asked('guardduty', 'CreateFilter', { action: 'ARCHIVE' }),
    ],
  },
  {
    name: 'tampered-detections',
    when: 'a rule, schedule, alarm, topic or workflow that detects or responds is switched off or deleted',
    citation: '164.312(b)',
    records: all({
      events: 'DisableRule DeleteRule RemoveTargets', scheduler: 'DeleteSchedule UpdateSchedule', states: 'DeleteStateMachine UpdateStateMachine',
      monitoring: 'DeleteAlarms DisableAlarmActions', logs: 'DeleteMetricFilter', sns: 'DeleteTopic Unsubscribe',
    }),
  },
  {
    name: 'keys-at-risk',
    when: 'a key is disabled, scheduled for deletion, given another policy, or its use granted',
    citation: '164.312(a)(2)(iv)',
    records: all({ kms: 'PutKeyPolicy DisableKey ScheduleKeyDeletion CreateGrant' }),
  },
  {
    name: 'opened-buckets',
    when: 'what protects a bucket is changed',
    citation: '164.312(a)(1)',
    records: all({
      s3: 'PutBucketPolicy DeleteBucketPolicy PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock PutBucketAcl PutBucketVersioning PutBucketLifecycle '
        + 'PutBucketObjectLockConfiguration DeleteBucketEncryption',
    }),
  },
  {
    name: 'shared-snapshots',
    when: 'a snapshot is shared with somebody else, exported or copied',
    citation: '164.312(a)(1)',
    records: [
      ...asked('rds', 'ModifyDBSnapshotAttribute', { attributeName: 'restore', valuesToAdd: ['all'] }),
      ...asked('rds', 'ModifyDBSnapshotAttribute', { attributeName: 'restore', valuesToAdd: ['999999999999'] }),
      ...all({ rds: 'StartExportTask CopyDBSnapshot', ec2: 'ModifySnapshotAttribute' }),
    ],
  },
  {
    name: 'unprotected-databases',
    when: 'a database is made public or loses its protection or its backups',
    citation: '164.312(a)(1)',
    records: [
      ...[{ publiclyAccessible: true }, { deletionProtection: false }, { backupRetentionPeriod: 0 }].flatMap((parameters) => asked('rds', 'ModifyDBInstance', parameters)),
      ...asked('rds', 'DeleteDBInstance', { skipFinalSnapshot: true }),
    ],
  },
  {
    name: 'deleted-backups',
    when: 'a recovery point or vault is deleted, or a vault opened',
    citation: '164.308(a)(7)(ii)(A)',
    records: all({ backup: 'DeleteRecoveryPoint DeleteBackupVault DeleteBackupVaultLockConfiguration DeleteBackupVaultAccessPolicy PutBackupVaultAccessPolicy' }),
  },
  {
    name: 'an-opened-network',
    when: 'the network is opened to everybody, joined to another, or no longer recorded',
    citation: '164.312(e)(1)',
    records: [
      ...asked('ec2', 'AuthorizeSecurityGroupIngress', openTo({ ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } })),
      ...asked('ec2', 'AuthorizeSecurityGroupIngress', openTo({ ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] } })),
      ...all({ ec2: 'CreateVpcPeeringConnection ModifyVpcEndpoint DeleteFlowLogs' }),
    ],
  },
  {
    name: 'secrets-read-elsewhere',
    when: 'a secret is read from outside the network, or a session on a machine is opened',
    citation: '164.312(d)',
    records: [
      ...byAnybody(call('secretsmanager', 'GetSecretValue', { readOnly: true })),
      ...byAnybody(call('secretsmanager', 'GetSecretValue', { readOnly: true, vpcEndpointId: 'vpce-0fedcba9876543210' })),
      ...all({ ssm: 'StartSession' }),
    ],
  },
  {
    name: 'changed-sign-ins',
    when: 'the rules of signing in are changed, a password set, or somebody given a role',
    citation: '164.312(d)',
    records: [
      ...all({ 'cognito-idp': 'SetUserPoolMfaConfig UpdateUserPool UpdateUserPoolClient CreateIdentityProvider AdminSetUserPassword' }),
      ...asked('cognito-idp', 'AdminAddUserToGroup', { groupName: 'admin' }),
    ],
  },
  {
    name: 'mighty-identities',
    when: 'a user or login is made, a second factor removed, a role opened, or somebody made administrator',
    citation: '164.308(a)(4)(ii)(C)',
    records: [
      ...all({ iam: 'CreateUser CreateAccessKey CreateLoginProfile DeactivateMFADevice UpdateAssumeRolePolicy PutRolePolicy' }),
      ...asked('iam', 'AttachRolePolicy', { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ],
  },
  {
    name: 'changes-by-root',
    when: 'the root user signs in or changes something',
    citation: '164.312(a)(2)(i)',
    records: [
      call('iam', 'CreateAccessKey', { userIdentity: { type: 'Root' } }),
      call('ec2', 'RunInstances', { userIdentity: { type: 'Root' } }),
      call('signin', 'ConsoleLogin', { eventType: 'AwsConsoleSignIn', userIdentity: { type: 'Root' }, responseElements: { ConsoleLogin: 'Success' } }),
    ],
  },
];
