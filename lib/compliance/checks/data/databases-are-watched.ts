import type { Check } from '../../check';
import { expectAtLeast, expectEqual, expectOneOf, judgeTypes, type Fault } from '../../judge';
import { identityOf } from '../../policy/identities';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, textsAt, valueAt } from '../../model/read';

const EXPORTS: Readonly<Record<string, readonly string[]>> = { postgres: ['postgresql', 'upgrade', 'iam-db-auth-error'] };

/** Authorities that clients trust and that have not run out, as those of 2015 and 2019 have. */
const AUTHORITIES = ['rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'];

/** What the database says reaches the logs, and what it does the metrics. */
export const databasesAreWatched: Check = {
  id: 'strength/databases-are-watched',
  claim:
    'every database exports all logs, reports its system, upgrades a supported engine by itself, and shows a certificate in force',
  citations: ['164.312(b)', '164.308(a)(1)(ii)(D)', '164.308(a)(5)(ii)(B)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance'], '164.312(b)', (database) => [
      ...exportsLogs(database),
      ...expectAtLeast(database, 'MonitoringInterval', 1),
      ...monitoringRole(environment, database),
      ...expectEqual(database, 'EnablePerformanceInsights', true),
      ...expectAtLeast(database, 'PerformanceInsightsRetentionPeriod', 7),
      ...expectEqual(database, 'AutoMinorVersionUpgrade', true),
      ...isSupported(database),
      ...(valueAt(database, 'CACertificateIdentifier') === undefined ? [] : expectOneOf(database, 'CACertificateIdentifier', AUTHORITIES)),
    ]),
};

function exportsLogs(database: Resource): readonly Fault[] {
  const wanted = EXPORTS[String(valueAt(database, 'Engine'))] ?? [];
  const given = textsAt(database, 'EnableCloudwatchLogsExports');
  const left = wanted.filter((name) => !given.includes(name));
  return left.length === 0 ? [] : [{ property: 'EnableCloudwatchLogsExports', value: given, expected: `with ${left.join(', ')}` }];
}

function monitoringRole(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  const role = identityOf(environment, valueAt(database, 'MonitoringRoleArn'));
  return role?.awsManaged.some((name) => name.endsWith('AmazonRDSEnhancedMonitoringRole'))
    ? []
    : [
        {
          property: 'MonitoringRoleArn',
          value: valueAt(database, 'MonitoringRoleArn'),
          expected: 'a role that may write enhanced monitoring',
        },
      ];
}

/** Oldest major versions of PostgreSQL in standard support for a year or more from November 2026. */
const OLDEST_POSTGRES = 15;

function isSupported(database: Resource): readonly Fault[] {
  const version = textAt(database, 'EngineVersion') ?? '';
  const major = Number(version.split('.')[0]);
  const fits = valueAt(database, 'Engine') !== 'postgres' || major >= OLDEST_POSTGRES;
  return [
    // Of another engine these checks know neither logs nor parameters, so nothing would be judged.
    ...expectOneOf(database, 'Engine', Object.keys(EXPORTS)),
    ...(fits ? [] : [{ property: 'EngineVersion', value: version, expected: `PostgreSQL ${OLDEST_POSTGRES} or newer` }]),
    // A minor version named here and upgrades by AWS contradict each other at the next deploy.
    ...(version.includes('.')
      ? [{ property: 'EngineVersion', value: version, expected: 'a major version alone, with automatic minor upgrades' }]
      : []),
  ];
}
