import { addedResource } from '../../support/added-resource';
import type { Weakening } from '../../support/weakening';
import { WeakeningRows } from '../../support/weakening-rows';

const FIRE = 'liveness/alarms-fire';
const ARRIVE = 'liveness/alarms-arrive';
const SERVE = 'liveness/filters-serve-alarms';
const WATCHED = 'presence/failures-are-watched';

const alarm = (prefix: string): WeakeningRows => new WeakeningRows('AWS::CloudWatch::Alarm', prefix, `the alarm ${prefix}`);
const filter = (prefix: string): WeakeningRows => new WeakeningRows('AWS::Logs::MetricFilter', `${prefix}Filter`, `the filter ${prefix}`);

/** What each filter and its alarm are for, by the check that misses them. */
const NEWS: Readonly<Record<string, string>> = {
  TrailBreakGlassUse: 'liveness/emergency-use-rings', TrailRootUse: 'presence/news-of-use-of-root', TrailConsoleSignInWithoutMfa: 'presence/news-of-sign-ins-without-mfa',
  TrailConsoleSignInFailures: 'presence/news-of-failed-sign-ins', TrailDeniedCalls: 'presence/news-of-denied-calls', TrailTrailChange: 'presence/news-of-changes-of-the-trail',
  TrailDetectionTampering: 'presence/news-of-disarmed-detections', TrailConfigChange: 'presence/news-of-changes-of-the-recorder', TrailKeyLoss: 'presence/news-of-loss-of-keys',
  TrailBucketPolicyChange: 'presence/news-of-changes-of-buckets', TrailIdentityChange: 'presence/news-of-changes-of-identities', TrailBackupLoss: 'presence/news-of-loss-of-backups',
  TrailDatabaseExposure: 'presence/news-of-changes-of-databases', TrailUserPoolChange: 'presence/news-of-changes-of-user-pools',
  TrailSecurityGroupChange: 'presence/news-of-changes-of-security-groups', TrailRouteChange: 'presence/news-of-changes-of-routes',
  TrailNetworkChange: 'presence/news-of-changes-of-networks', ServiceUnknownTokenKey: 'presence/news-of-forged-tokens', ServiceTokenKeysUnreadable: 'presence/news-of-unreadable-token-keys',
  ServiceUnexpectedLogin: 'presence/news-of-unexpected-logins', ServiceLoginRefused: 'presence/news-of-refused-logins',
  EvidenceAuditExportStalled: 'presence/news-of-stalled-exports-of-audit', EvidenceAuditBatchConflict: 'presence/news-of-altered-archives',
  EvidenceAuditUnavailable: 'presence/news-of-unaudited-requests', EvidenceIntegrityFailure: 'presence/news-of-altered-records',
  EvidenceDataKeysUnavailable: 'presence/news-of-unavailable-data-keys', EvidenceKeyRotationMalformed: 'presence/news-of-malformed-values',
  EvidenceTrailFindings: 'presence/news-of-a-changed-trail', EvidenceTrailUnverified: 'presence/news-of-an-unverified-trail',
};

/** Alarms over metrics of AWS, by the check that misses them. */
const OF_AWS: Readonly<Record<string, string>> = {
  ServiceRecordsErrors: WATCHED, ServiceRecordsThrottles: WATCHED, ServiceRecordsServerErrors: WATCHED, ServiceTokenKeysStale: 'presence/a-refresh-of-token-keys', ServiceLoadBalancerErrors: WATCHED, ServiceTokenKeysRefreshFailed: WATCHED, ServiceDetectionUndelivered: WATCHED, ServiceDetectionFailed: WATCHED,
  ServiceDatabaseStorageLow: WATCHED, EvidenceAuditExportFailed: WATCHED, EvidenceKeyRotationFailed: WATCHED,
  EvidenceAuditSignalsFailed: WATCHED, EvidenceAuditSignalsMissing: 'presence/a-look-for-unusual-access',
  EvidenceTrailGuardianFailed: WATCHED,
};

/** A pattern without the last of its alternatives. */
const shortened = (name: string, noticedBy: string): Weakening =>
  filter(name).edit('without its last alternative', ['FilterPattern'], (properties) => {
    const alternatives = String(properties['FilterPattern']).split(' || ');
    properties['FilterPattern'] = `${alternatives.slice(0, -1).join(' || ')} }`;
  }, noticedBy);

/** The filter of unexpected logins with one change of its pattern. */
const leavingOut = (what: string, from: string, to: string, noticedBy: string): Weakening =>
  filter('ServiceUnexpectedLogin').edit(what, ['FilterPattern'], (properties) => {
    properties['FilterPattern'] = String(properties['FilterPattern']).replace(from, to);
  }, noticedBy);

const TRANSFORMATION = 'MetricTransformations.0';
const OTHER_GROUP = { 'Fn::ImportValue': 'prod-Api:ExportsOutputRefAuditExporterLogsGroup1FEB088A7C043C4A' };

const FILTER_ROWS: readonly Weakening[] = [
  ...Object.entries(NEWS).flatMap(([name, noticedBy]) => [alarm(name).gone(noticedBy), filter(name).gone(noticedBy)]),
  ...Object.entries(NEWS).filter(([name]) => /Trail(?:.*Change|DetectionTampering|KeyLoss|BackupLoss|DatabaseExposure|BreakGlassUse|DeniedCalls)$/.test(name)).map(([name, noticedBy]) => shortened(name, noticedBy)),
  filter('TrailRootUse').set('FilterPattern', '{ ($.userIdentity.type = "Root") && ($.eventName = "ConsoleLogin") }', 'presence/news-of-use-of-root'),
  filter('TrailDeniedCalls').set('FilterPattern', '{ $.errorCode = "AccessDenied" }', 'presence/news-of-denied-calls'),
  filter('TrailKeyLoss').set('FilterPattern', '{ $.eventName = "*" }', SERVE),
  filter('EvidenceDataKeysUnavailable').set('FilterPattern', '{ $.code = "key_missing" }', 'presence/news-of-unavailable-data-keys'),
  filter('TrailKeyLoss').set('LogGroupName', OTHER_GROUP, 'presence/news-of-loss-of-keys', 'of another log'),
  filter('EvidenceTrailFindings').set('FilterPattern', '{ ($.event = "trail_guardian") && ($.findings >= 5) }', 'presence/news-of-a-changed-trail', 'of five findings or more'),
  filter('EvidenceTrailUnverified').set(`${TRANSFORMATION}.MetricValue`, '0', FIRE),
  filter('EvidenceIntegrityFailure').set('LogGroupName', OTHER_GROUP, 'presence/news-of-altered-records', 'of another log'),
  filter('ServiceDisguisedLogin').gone('presence/news-of-disguised-logins'),
  filter('ServiceDisguisedLogin').set('FilterPattern', '%application_name=user=%', 'presence/news-of-disguised-logins'),
  leavingOut('with a name that hides the longer ones', 'records_api database=records', 'records_api', 'presence/news-of-unexpected-logins'),
  leavingOut('that leaves out somebody', ' -"user=rdsadmin', ' -somebody -"user=rdsadmin', 'presence/news-of-unexpected-logins'),
  leavingOut('that counts a login of its own', ' -"user=key_rotator database=records"', '', SERVE),
  leavingOut('that counts the logins of RDS', ' -"user=rdsadmin database="', '', SERVE),
  filter('ServiceUnexpectedLogin').set('LogGroupName', OTHER_GROUP, 'presence/news-of-unexpected-logins', 'of another log'),
  filter('ServiceLoginRefused').set('FilterPattern', '"password authentication failed for user"', 'presence/news-of-refused-logins'),
  alarm('ServiceLoginRefused').set('Threshold', 15, 'presence/news-of-refused-logins'),
  filter('TrailKeyLoss').set('LogGroupName', '/somewhere/else', SERVE),
  filter('TrailKeyLoss').set(`${TRANSFORMATION}.DefaultValue`, 1, FIRE),
  filter('TrailKeyLoss').set(`${TRANSFORMATION}.MetricName`, 'Unwatched', SERVE),
  filter('TrailKeyLoss').set(`${TRANSFORMATION}.MetricNamespace`, 'Elsewhere', SERVE),
  filter('TrailKeyLoss').set(`${TRANSFORMATION}.MetricValue`, '0', FIRE),
  filter('TrailKeyLoss').add(`${TRANSFORMATION}.Dimensions`, [{ Key: 'User', Value: '$.userIdentity.arn' }], SERVE),
];

const QUERY = 'Metrics.0.Expression';

const ALARM_ROWS: readonly Weakening[] = [
  alarm('ServiceDetectionFailed').set(QUERY, 'SELECT SUM(FailedInvocations) FROM SCHEMA("AWS/Events", EventBusName)', FIRE),
  alarm('ServiceDetectionFailed').set(QUERY, 'SELECT SUM(FailedInvocations) FROM SCHEMA("AWS/Events", RuleName) WHERE RuleName = \'one\'', WATCHED),
  alarm('ServiceDetectionFailed').set(QUERY, 'SELECT SUM(Invocations) FROM SCHEMA("AWS/Events", RuleName)', WATCHED),
  alarm('ServiceDetectionFailed').set('Metrics.0.Period', 7200, FIRE),
  alarm('ServiceDetectionFailed').set('Metrics.0.ReturnData', false, WATCHED),
  alarm('ServiceDetectionFailed').set('Threshold', 10, FIRE),
  ...Object.entries(OF_AWS).map(([name, noticedBy]) => alarm(name).gone(noticedBy)),
  alarm('TrailKeyLoss').set('Threshold', 2, FIRE),
  alarm('TrailDeniedCalls').set('Threshold', 2000, FIRE),
  alarm('ServiceDatabaseStorageLow').set('Threshold', 1_000_000, FIRE),
  alarm('EvidenceAuditExportStalled').set('Threshold', '86400', 'presence/news-of-stalled-exports-of-audit'),
  alarm('TrailKeyLoss').set('ComparisonOperator', 'GreaterThanThreshold', FIRE),
  alarm('ServiceTokenKeysStale').set('ComparisonOperator', 'GreaterThanThreshold', FIRE),
  alarm('TrailKeyLoss').set('Statistic', 'Average', FIRE),
  alarm('TrailKeyLoss').set('Statistic', 'SampleCount', FIRE),
  alarm('ServiceLoadBalancerErrors').set('Statistic', 'Average', FIRE),
  alarm('ServiceDatabaseStorageLow').drop('Statistic', FIRE),
  alarm('EvidenceAuditExportStalled').set('Statistic', 'Average', FIRE),
  alarm('ServiceRecordsErrors').set('Statistic', 'Minimum', FIRE),
  alarm('EvidenceAuditExportFailed').set('Statistic', 'Minimum', FIRE),
  alarm('TrailKeyLoss').set('EvaluationPeriods', 3, FIRE),
  alarm('ServiceLoadBalancerErrors').edit('that waits for three bad periods of five', [], (properties) => Object.assign(properties, { EvaluationPeriods: 5, DatapointsToAlarm: 3 }), FIRE),
  alarm('EvidenceAuditExportFailed').set('EvaluationPeriods', 48, FIRE),
  alarm('TrailKeyLoss').set('Period', 86_400, FIRE),
  alarm('TrailDeniedCalls').set('Period', 60, FIRE),
  alarm('TrailRootUse').set('Period', 0, FIRE),
  alarm('ServiceTokenKeysStale').set('TreatMissingData', 'notBreaching', FIRE),
  alarm('EvidenceAuditExportStalled').set('TreatMissingData', 'notBreaching', FIRE),
  alarm('EvidenceAuditSignalsMissing').set('TreatMissingData', 'notBreaching', FIRE),
  alarm('EvidenceTrailUnverified').set('TreatMissingData', 'notBreaching', FIRE),
  alarm('EvidenceTrailUnverified').set('Threshold', 2, 'presence/news-of-an-unverified-trail'),
  alarm('ServiceDatabaseStorageLow').set('TreatMissingData', 'missing', FIRE),
  alarm('ServiceLoadBalancerErrors').set('TreatMissingData', 'breaching', FIRE),
  alarm('TrailKeyLoss').set('MetricName', 'KeyGain', FIRE),
  alarm('TrailKeyLoss').set('Namespace', 'Elsewhere', FIRE),
  alarm('ServiceRecordsErrors').set('Dimensions.0.Name', 'Resource', FIRE),
  alarm('ServiceRecordsErrors').set('Dimensions.0.Value', 'another-function', FIRE),
  alarm('ServiceRecordsErrors').edit('over all functions', [], (properties) => void delete properties['Dimensions'], FIRE),
  alarm('TrailKeyLoss').add('Dimensions', [{ Name: 'User', Value: 'somebody' }], FIRE),
  alarm('TrailKeyLoss').add('Unit', 'Bytes', FIRE),
  alarm('TrailKeyLoss').add('ActionsEnabled', false, ARRIVE),
  addedResource('a rule that silences alarms', 'Detection', { Type: 'AWS::CloudWatch::AlarmMuteRule', Properties: { Name: 'quiet', Rule: { Schedule: { Expression: 'cron(0 0 * * ? *)', Duration: 'PT24H' } } } }, ARRIVE),
  ...[0, 1].map((at) => alarm('TrailBreakGlassUse').edit(`without action ${at}`, [], (properties) => void (properties['AlarmActions'] as unknown[]).splice(at, 1), 'presence/witnesses-of-emergencies')),
  alarm('TrailKeyLoss').drop('AlarmActions.0', ARRIVE),
  alarm('TrailKeyLoss').set('AlarmActions.0', 'arn:aws:sns:us-east-1:444455556666:theirs', ARRIVE),
];

/** Metric filters, and alarms over their metrics and over those of AWS. */
export const ALARM_AND_FILTER_ROWS: readonly Weakening[] = [...FILTER_ROWS, ...ALARM_ROWS];
