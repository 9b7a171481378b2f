import { addedResource } from '../../support/added-resource';
import type { Weakening, WeakeningGroup } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';
import { ALARM_AND_FILTER_ROWS } from './detection-alarms';
import { COORDINATION_RULE_ROWS } from './detection-coordination';
import { HEARTBEAT_NEUTRAL, HEARTBEAT_ROWS } from './detection-heartbeat';

const FIRE = 'liveness/rules-fire';
const ARRIVE = 'liveness/rules-arrive';
const DETAIL = 'liveness/messages-carry-no-detail';
const WORK = 'strength/deploy-work-is-ours';
const CALLED = 'liveness/functions-are-called';
const EXPORT = 'presence/an-export-of-audit';
const CHANGES = 'presence/changes-start-verification';

const rule = (prefix: string): WeakeningRows => new WeakeningRows('AWS::Events::Rule', prefix, `the rule ${prefix}`);
const custom = (type: string): WeakeningRows => new WeakeningRows(`Custom::${type}`, '', `the deploy’s ${type}`);

/** The rules for events of AWS, by the check that misses them. */
const NEWS: Readonly<Record<string, string>> = {
  EventsBackupJobFailed: 'presence/news-of-failed-backups',
  EventsBackupCopyFailed: 'presence/news-of-failed-copies',
  EventsRestoreFailed: 'presence/news-of-failed-restores',
  EventsContainmentEnded: 'presence/news-of-the-end-of-containments',
  EventsContainmentFailed: 'presence/news-of-the-end-of-containments',
  EventsThreatFinding: 'presence/news-of-threats',
  EventsCriticalControlFailed: 'presence/news-of-failed-controls',
  EventsTrailChange: 'presence/immediate-news-of-a-stopped-trail',
  EventsDetectorDisabled: 'presence/immediate-news-of-detectors-switched-off',
  EventsDetectionTampering: 'presence/immediate-news-of-tampered-detections',
  EventsKeyLoss: 'presence/immediate-news-of-keys-at-risk',
  EventsBucketPolicyChange: 'presence/immediate-news-of-opened-buckets',
  EventsSnapshotShared: 'presence/immediate-news-of-shared-snapshots',
  EventsDatabaseExposure: 'presence/immediate-news-of-unprotected-databases',
  EventsBackupLoss: 'presence/immediate-news-of-deleted-backups',
  EventsNetworkOpened: 'presence/immediate-news-of-an-opened-network',
  EventsSecretRead: 'presence/immediate-news-of-secrets-read-elsewhere',
  EventsFieldKeyUse: 'presence/immediate-news-of-strangers-at-keys',
  EventsDocumentAccess: 'presence/immediate-news-of-strangers-at-objects',
  EventsAuditArchiveAccess: 'presence/immediate-news-of-strangers-at-objects',
  EventsUserPoolChange: 'presence/immediate-news-of-changed-sign-ins',
  EventsIdentityChange: 'presence/immediate-news-of-mighty-identities',
  EventsBreakGlassUse: 'presence/immediate-news-of-emergencies',
  EventsRootUse: 'presence/immediate-news-of-changes-by-root',
  EventsManyPatients: 'presence/news-of-many-patients',
  EventsAccessProbing: 'presence/news-of-probing',
  EventsEmergencyAccess: 'presence/news-of-emergency-access',
  EventsAuditTrailGap: 'presence/news-of-a-gap-in-the-audit',
  EventsBaitTouched: 'presence/news-of-touched-bait',
};

const LOOK = 'presence/a-look-for-unusual-access';

/** Rules on what the audit signals send. */
const SIGNALS = Object.entries(NEWS).filter(([name]) => /ManyPatients|AccessProbing|EmergencyAccess|AuditTrailGap|BaitTouched/.test(name));

/** Rules on calls that leave somebody out, by the check that tries others. */
const EXEMPTING = Object.entries(NEWS).filter(([name]) =>
  /TrailChange|Detector|Tampering|KeyLoss|Policy|Snapshot|Database|BackupLoss|Network|Secret|UserPool|Identity|FieldKey|DocumentAccess|ArchiveAccess/.test(name),
);

/** Leaves out whoever has no role, or everybody whose role is of a kind. */
const leavingOut = (name: string, noticedBy: string): readonly Weakening[] =>
  ([
    ['that hears only of those who have a role', [{ 'anything-but': ['arn:aws:iam::111122223333:role/prod-response'] }]],
    ['that leaves out every operator', [{ exists: false }, { 'anything-but': { wildcard: '*operator*' } }]],
  ] as const).map(([what, arn]) =>
    rule(name).edit(what, [], (properties) => {
      const { detail } = properties['EventPattern'] as { detail: { userIdentity: object } };
      detail.userIdentity = { ...detail.userIdentity, sessionContext: { sessionIssuer: { arn } } };
    }, noticedBy),
  );

const TARGET = 'Targets.0';
const THEIRS = 'arn:aws:lambda:us-east-1:444455556666:function:theirs';
const backupEvents = (detail: object): object => ({ source: ['aws.backup'], 'detail-type': ['Backup Job State Change'], detail });

/** Something of what a pattern asks of an event’s detail, changed for the worse. */
const asking = (name: string, what: string, change: (detail: Record<string, unknown>) => void): Weakening =>
  rule(name).edit(what, [], (properties) => change((properties['EventPattern'] as { detail: Record<string, unknown> }).detail), NEWS[name] ?? '');
const onlyPart = (detail: Record<string, unknown>, at: 0 | 1): void => {
  const parts = detail['$or'] as readonly object[];
  delete detail['$or'];
  Object.assign(detail, parts[at]);
};

/** Rules on data that is reached past the service. */
const DATA_ROWS: readonly Weakening[] = [
  ...['EventsFieldKeyUse', 'EventsDocumentAccess', 'EventsAuditArchiveAccess'].flatMap((name) => [
    rule(name).set('State', 'ENABLED', FIRE),
    asking(name, 'of one call', (detail) => (detail['eventName'] = (detail['eventName'] as unknown[]).slice(0, 1))),
  ]),
  asking('EventsFieldKeyUse', 'of another key', (detail) => (detail['resources'] = { ARN: ['arn:aws:kms:us-east-1:111122223333:key/another'] })),
  asking('EventsFieldKeyUse', 'that takes no notice of the way', (detail) => onlyPart(detail, 0)),
  asking('EventsFieldKeyUse', 'that lets in whoever is in the network', (detail) => onlyPart(detail, 1)),
  ...['EventsDocumentAccess', 'EventsAuditArchiveAccess'].map((name) =>
    asking(name, 'of another bucket', (detail) => (detail['requestParameters'] = { bucketName: ['another'] })),
  ),
  asking('EventsDocumentAccess', 'that hears of refusals alone', (detail) => (detail['$or'] = [{ errorCode: [{ exists: true }] }, { errorCode: ['AccessDenied'] }])),
];

const RULE_ROWS: readonly Weakening[] = [
  ...DATA_ROWS,
  ...EXEMPTING.flatMap(([name, noticedBy]) => leavingOut(name, noticedBy)),
  rule('EventsSecretRead').set('State', 'ENABLED', FIRE),
  ...Object.entries(NEWS).flatMap(([name, noticedBy]) => [rule(name).gone(noticedBy), rule(name).set('State', 'DISABLED', noticedBy)]),
  rule('EventsBackupJobFailed').set('EventPattern', backupEvents({ state: ['FAILED'] }), 'presence/news-of-failed-backups', 'of some failures only'),
  rule('EventsBackupJobFailed').set('EventPattern', { ...backupEvents({ state: ['FAILED'] }), source: ['our.backup'] }, 'presence/news-of-failed-backups', 'of another source'),
  rule('EventsThreatFinding').set('EventPattern', { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'], detail: { severity: [{ numeric: ['>=', 7] }] } }, 'presence/news-of-threats', 'of high severity only'),
  rule('EventsCriticalControlFailed').edit('for resolved findings', [], (properties) => {
    const { detail } = properties['EventPattern'] as { detail: { findings: object } };
    Object.assign(detail.findings, { Workflow: { Status: ['RESOLVED'] } });
  }, 'presence/news-of-failed-controls'),
  rule('EventsThreatFinding').set('EventPattern', { 'detail-type': ['GuardDuty Finding'] }, FIRE, 'without a source'),
  rule('EventsThreatFinding').add('EventBusName', 'ours', FIRE),
  ...SIGNALS.flatMap(([name, noticedBy]) => [
    rule(name).edit('of another source', [], (properties) => void Object.assign(properties['EventPattern'] as object, { source: ['telehealth.signals'] }), noticedBy),
    rule(name).edit('of another kind', [], (properties) => void Object.assign(properties['EventPattern'] as object, { detail: { rule: ['A0'] } }), noticedBy),
  ]),
  ...['EventsEmergencyAccess', 'EventsBaitTouched'].flatMap((name) => [0, 1].map((at) => rule(name).edit(`that tells one officer less, ${at}`, [], (properties) => void (properties['Targets'] as unknown[]).splice(at, 1), NEWS[name] ?? ''))),
  rule('SignalsSchedule').set('ScheduleExpression', 'rate(1 hour)', LOOK),
  rule('SignalsSchedule').set('State', 'DISABLED', FIRE),
  rule('SignalsSchedule').gone(LOOK),
  rule('AuditSchedule').set('State', 'DISABLED', FIRE),
  rule('AuditSchedule').set('ScheduleExpression', 'rate(1 day)', EXPORT),
  rule('AuditSchedule').gone(EXPORT),
  rule('KeyRotationSchedule').set('ScheduleExpression', 'rate(30 days)', 'presence/a-rotation-of-data-keys'),
  rule('KeyRotationSchedule').gone('presence/a-rotation-of-data-keys'),
  rule('TokenKeysSchedule').set('ScheduleExpression', 'rate(1 day)', 'presence/a-refresh-of-token-keys'),
  rule('TokenKeysSchedule').set('ScheduleExpression', 'cron(0 0 1 1 ? *)', FIRE),
  rule('GuardianSchedule').set('ScheduleExpression', 'rate(1 day)', 'presence/a-verification-of-the-trail'),
  rule('GuardianSchedule').gone('presence/a-verification-of-the-trail'),
  ...['TrailChanged', 'BucketPolicyChanged', 'KeyChanged'].flatMap((name) => [
    rule(`Guardian${name}`).gone(CHANGES),
    rule(`Guardian${name}`).set('State', 'DISABLED', CHANGES),
    rule(`Guardian${name}`).edit('of one call fewer', [], (properties) => void (properties['EventPattern'] as { detail: { eventName: unknown[] } }).detail.eventName.pop(), CHANGES),
  ]),
  ...[0, 1].map((at) => rule('GuardianKeyChanged').edit(`without the key’s name ${at}`, [], (properties) => {
    (properties['EventPattern'] as { detail: { requestParameters: { keyId: unknown[] } } }).detail.requestParameters.keyId.splice(at, 1);
  }, CHANGES)),
  rule('GuardianBucketPolicyChanged').edit('of another bucket', [], (properties) => {
    (properties['EventPattern'] as { detail: { requestParameters: object } }).detail.requestParameters = { bucketName: ['another'] };
  }, CHANGES),

  rule('EventsThreatFinding').set(`${TARGET}.Arn`, 'arn:aws:sns:us-east-1:444455556666:theirs', ARRIVE),
  rule('EventsThreatFinding').set(`${TARGET}.RoleArn`, 'arn:aws:iam::111122223333:role/anything', ARRIVE),
  rule('EventsThreatFinding').set(`${TARGET}.DeadLetterConfig.Arn`, 'arn:aws:sqs:us-east-1:444455556666:theirs', ARRIVE),
  rule('AuditSchedule').set(`${TARGET}.Arn`, THEIRS, ARRIVE),
  rule('EventsThreatFinding').set(`${TARGET}.RetryPolicy.MaximumRetryAttempts`, 0, ARRIVE),
  rule('EventsThreatFinding').set(`${TARGET}.RetryPolicy.MaximumEventAgeInSeconds`, 1, ARRIVE),
  rule('EventsThreatFinding').edit('without a target', [], (properties) => void delete properties['Targets'], ARRIVE),

  ...['account', 'region', 'time', 'id'].map((name) => rule('EventsThreatFinding').set(`${TARGET}.InputTransformer.InputPathsMap.${name}`, '$.detail', DETAIL)),
  rule('EventsManyPatients').set(`${TARGET}.InputTransformer.InputPathsMap.detail-actorId`, '$.detail', DETAIL),
  rule('EventsManyPatients').set(`${TARGET}.InputTransformer.InputPathsMap.detail-actorRole`, '$.detail.counts', DETAIL),
  rule('EventsThreatFinding').add(`${TARGET}.InputTransformer.InputPathsMap.who`, '$.detail.actorId', DETAIL),
  rule('EventsManyPatients').edit('that names whom any event is about', [], (properties) => void (properties['EventPattern'] as { source: unknown[] }).source.push('aws.guardduty'), DETAIL),
  rule('EventsThreatFinding').set(`${TARGET}.InputTransformer.InputTemplate`, '"<aws.events.event.json>"', DETAIL),
  rule('EventsThreatFinding').edit('that mails the whole event', [], (properties) => void delete (properties['Targets'] as Record<string, unknown>[])[0]?.['InputTransformer'], DETAIL),
];

const WORK_ROWS: readonly Weakening[] = [
  addedResource('events that anybody may send', 'Detection', { Type: 'AWS::Events::EventBusPolicy', Properties: { StatementId: 'any', Action: 'events:PutEvents', Principal: '*' } }, 'liveness/events-are-of-aws'),
  addedResource('events that another account may send', 'Detection', {
    Type: 'AWS::Events::EventBusPolicy',
    Properties: { StatementId: 'theirs', Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'events:PutEvents', Resource: '*' } },
  }, 'liveness/events-are-of-aws'),
  ...['TokenKeys', 'SchemaMigrations', 'DataKeys', 'AuditSettings'].map((type) => custom(type).set('ServiceToken', THEIRS, WORK)),
  custom('SchemaMigrations').set('MigrationsSha256', 'latest', WORK),
  custom('SchemaMigrations').drop('MigrationsSha256', WORK),
  custom('SchemaMigrations').gone(CALLED),
  custom('AuditSettings').gone(CALLED),
];

/** Event rules, metric filters, alarms and the work of a deploy. */
export const DETECTION_WEAKENINGS: WeakeningGroup = {
  types: [
    'AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::CloudWatch::Alarm', 'AWS::Logs::MetricFilter', 'Custom::TokenKeys', 'Custom::SchemaMigrations', 'Custom::DataKeys', 'Custom::AuditSettings',
  ],
  rows: [...RULE_ROWS, ...COORDINATION_RULE_ROWS, ...HEARTBEAT_ROWS, ...ALARM_AND_FILTER_ROWS, ...WORK_ROWS],
  neutral: [
    ...HEARTBEAT_NEUTRAL,
    { patterns: ['AWS::CloudWatch::Alarm Metrics.*.Id'], because: 'Tells the queries of one alarm apart, of which there is one.' },
    { patterns: ['AWS::Events::Rule Description', 'AWS::CloudWatch::Alarm AlarmDescription'], because: 'A text for people, who find the runbook by the name of the alarm too.' },
    { patterns: ['AWS::Events::Rule Tags', 'AWS::CloudWatch::Alarm Tags'], because: 'The environment, for people and bills; neither holds data, so neither has a class.' },
    { patterns: ['AWS::Events::Rule Targets.*.Id'], because: 'Tells the targets of one rule apart, and has no meaning beside.' },
    { patterns: ['AWS::Events::Rule Targets.*.Input'], because: 'What a heartbeat says, which nobody reads, and what the rotation is asked for: the function refuses anything but what is due and a rotation of all keys, which is more of the same.' },
    { patterns: ['Custom::* ServiceTimeout'], because: 'How long CloudFormation waits: one too short fails the deploy, and says so.' },
    { patterns: ['Custom::* DeletionPolicy', 'Custom::* UpdateReplacePolicy'], because: 'There is nothing behind it to keep or to lose: it stands for work done at a deploy, whose deletion undoes nothing.' },
    {
      patterns: ['Custom::TokenKeys UserPoolId', 'Custom::TokenKeys Parameter*'],
      because: 'The function reads none of these: a changed one only makes CloudFormation ask for a refresh that the schedule does every quarter of an hour anyway.',
    },
  ],
};
