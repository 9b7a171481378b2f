import type { Check } from '../../check';
import { expectAbsent, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, numberAt, textAt, textsAt, valueAt } from '../../model/read';

/** Minor versions of PostgreSQL that RDS has created no instance of since 1 May 2026, by the last one of each major. */
const LAST_REFUSED: Readonly<Record<string, number>> = { '14': 17, '15': 12, '16': 8, '17': 4 };

/** Below this, gp3 on PostgreSQL has fixed figures. */
const STRIPED_GIB = 400;

/** What RDS refuses when it makes an instance, an hour into a deployment. */
export const databasesCanBeCreated: Check = {
  id: 'deploy/databases-can-be-created',
  claim: 'every database has a version, storage, zone and windows that RDS takes, and a parameter group of its engine and major version',
  citations: ['164.308(a)(7)(i)', '164.308(a)(8)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance'], '164.308(a)(7)(i)', (database) => [
      ...faultsOfVersion(database),
      ...faultsOfStorage(database),
      ...(flagAt(database, 'MultiAZ') === true ? expectAbsent(database, 'AvailabilityZone') : []),
      ...faultsOfInsights(database),
      ...faultsOfWindows(database),
      ...faultsOfParameters(environment, database),
    ]),
};

function faultsOfVersion(database: Resource): readonly Fault[] {
  const version = textAt(database, 'EngineVersion') ?? '';
  const [major = '', minor] = version.split('.');
  const refused = LAST_REFUSED[major];
  if (valueAt(database, 'Engine') !== 'postgres' || refused === undefined) return [];
  return minor !== undefined && Number(minor) <= refused
    ? [{ property: 'EngineVersion', value: version, expected: 'a version that is not retired' }]
    : [];
}

function faultsOfStorage(database: Resource): readonly Fault[] {
  const size = numberAt(database, 'AllocatedStorage') ?? 0;
  const most = numberAt(database, 'MaxAllocatedStorage');
  const isSmall = textAt(database, 'StorageType') === 'gp3' && size < STRIPED_GIB;
  return [
    ...(isSmall ? [...expectAbsent(database, 'Iops'), ...expectAbsent(database, 'StorageThroughput')] : []),
    ...(most === undefined || most > size
      ? []
      : [{ property: 'MaxAllocatedStorage', value: most, expected: `more than the ${size} allocated` }]),
  ];
}

function faultsOfInsights(database: Resource): readonly Fault[] {
  if (textAt(database, 'DatabaseInsightsMode') !== 'advanced') return [];
  const days = numberAt(database, 'PerformanceInsightsRetentionPeriod') ?? 7;
  return days >= 465
    ? []
    : [{ property: 'PerformanceInsightsRetentionPeriod', value: days, expected: 'at least 465 with advanced insights' }];
}

function faultsOfWindows(database: Resource): readonly Fault[] {
  const [backup, maintenance] = ['PreferredBackupWindow', 'PreferredMaintenanceWindow'].map((property) => textAt(database, property));
  if (backup === undefined || maintenance === undefined) return [];
  const [from = 0, to = 0] = minutesIn(backup);
  const [start = 0, end = 0] = minutesIn(maintenance);
  return from < end && start < to
    ? [{ property: 'PreferredBackupWindow', value: backup, expected: `a window apart from ${maintenance}` }]
    : [];
}

/** Minutes of the day of `05:00-05:30` or `sun:05:00-sun:05:30`. */
function minutesIn(window: string): number[] {
  return [...window.matchAll(/(\d\d):(\d\d)/g)].map(([, hours, minutes]) => Number(hours) * 60 + Number(minutes));
}

/** A group of another major is refused, and extensions that are asked for and not loaded do nothing. */
function faultsOfParameters(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  const group = environment.at(textAt(database, 'DBParameterGroupName'), 'AWS::RDS::DBParameterGroup');
  if (!group) return [];
  const family = `${textAt(database, 'Engine') ?? ''}${(textAt(database, 'EngineVersion') ?? '').split('.')[0] ?? ''}`;
  const parameters = Object.keys(valueAt(group, 'Parameters') ?? {});
  const loaded = textsAt(group, 'Parameters.shared_preload_libraries').flatMap((libraries) => libraries.split(','));
  const isAsked = parameters.some((name) => name.startsWith('pgaudit.'));
  return [
    ...(textAt(group, 'Family') === family
      ? []
      : [{ property: 'DBParameterGroupName', value: textAt(group, 'Family'), expected: `a group of the family ${family}` }]),
    ...(isAsked && !loaded.includes('pgaudit')
      ? [{ property: 'DBParameterGroupName shared_preload_libraries', value: loaded, expected: 'with pgaudit, which the group sets' }]
      : []),
  ];
}
