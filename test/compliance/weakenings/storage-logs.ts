import type { Weakening } from '../../support/weakening';
import { addition, WeakeningRows } from '../../support/weakening-rows';

const OUTLIVES = 'strength/stores-outlive-their-stacks';
const KEPT = 'strength/log-groups-are-kept';
const CLASSED = 'strength/stores-say-what-they-hold';
const ELSEWHERE = 'strength/logs-go-nowhere-else';
const STANDS = 'strength/log-groups-stand-where-logs-go';

const group = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::Logs::LogGroup', prefix, `the log group of ${name}`);
const trail = group('AuditTrailEvents', 'the trail');
const firewall = group('FirewallRequests', 'the web ACL');
const statements = group('DatabasePostgresql', 'the database');
const upgrades = group('DatabaseUpgrade', 'upgrades of the database');
const failedLogins = group('DatabaseIamAuthError', 'failed logins');
const metrics = group('DatabaseMetrics', 'the metrics of the database');
const proxy = group('ProxyLogs', 'the proxy');
const api = group('RecordsApiLogs', 'the records API');
const exporter = group('AuditExporterLogs', 'the exporter');

const EVIDENCE = [trail, firewall, statements, upgrades, failedLogins];
const OPERATIONAL = [
  metrics,
  proxy,
  api,
  exporter,
  group('TokenKeysRefresherLogs', 'the refresher of token keys'),
  group('MigrationsMigrateLogs', 'migrations'),
  group('KeyRotationRotateLogs', 'key rotation'),
  group('AdministrationAdministerLogs', 'administration'),
  group('RecordsCloseDefaultGroupLogs', 'the closing of the default group'),
  group('SessionRevokerRevokeLogs', 'the session revoker'),
  group('ContainmentLogs', 'the workflows'),
];

/** Weakenings of log groups. */
export const LOG_ROWS: readonly Weakening[] = [
  ...[...EVIDENCE, ...OPERATIONAL].flatMap((each) => [...each.givenUp(OUTLIVES), each.drop('KmsKeyId', KEPT), each.drop('Tags', CLASSED)]),
  ...EVIDENCE.flatMap((each) => [
    each.set('RetentionInDays', '365', KEPT),
    each.set('Tags', [{ Key: 'DataClass', Value: 'operational' }], CLASSED),
  ]),
  ...OPERATIONAL.map((each) => each.set('RetentionInDays', 30, KEPT)),
  api.set('KmsKeyId', 'alias/aws/logs', KEPT),
  trail.edit(
    'of another class, kept for a year',
    ['Tags', 'RetentionInDays'],
    (properties) => {
      properties['Tags'] = [{ Key: 'DataClass', Value: 'operational' }];
      properties['RetentionInDays'] = 365;
    },
    KEPT,
  ),
  ...[statements, upgrades, failedLogins, metrics, proxy].map((each) => each.set('LogGroupName', '/somewhere/else', STANDS)),
  statements.drop('LogGroupName', STANDS),
  firewall.set('LogGroupName', 'requests', STANDS),
  addition('a subscription that sends a log to somebody', ELSEWHERE, 'Api', 'AWS::Logs::SubscriptionFilter', () => ({
    LogGroupName: '/aws/rds/instance/prod-records/postgresql',
    DestinationArn: 'arn:aws:logs:us-east-1:999999999999:destination:theirs',
  })),
  addition('a policy of the account that sends every log to somebody', ELSEWHERE, 'Api', 'AWS::Logs::AccountPolicy', () => ({
    PolicyType: 'SUBSCRIPTION_FILTER_POLICY',
    PolicyDocument: '{"DestinationArn":"arn:aws:logs:us-east-1:999999999999:destination:theirs"}',
  })),
  trail.add('BearerTokenAuthenticationEnabled', true, KEPT),
  ...[trail, api].map((each) => each.add('LogGroupClass', 'INFREQUENT_ACCESS', 'liveness/filters-serve-alarms')),
];
