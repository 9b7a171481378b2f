import type { Check } from '../../check';
import { expectEqual, judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { isJson } from '../../model/template';
import { textAt, valueAt } from '../../model/read';

/** What each parameter must be: an exact value, or one of several. */
const PARAMETERS: Readonly<Record<string, { readonly fits: (value: string) => boolean; readonly expected: string }>> = {
  'rds.force_ssl': equal('1'),
  ssl_min_protocol_version: among('TLSv1.2', 'TLSv1.3'),
  password_encryption: equal('scram-sha-256'),
  shared_preload_libraries: {
    fits: (value) =>
      value
        .split(',')
        .map((name) => name.trim())
        .includes('pgaudit'),
    expected: 'with pgaudit',
  },
  'pgaudit.log': { fits: auditsEverybody, expected: 'with ddl, role, write and read, or all' },
  'pgaudit.log_parameter': among('0', 'off'),
  log_connections: among('1', 'on', 'all', 'receipt,authentication,authorization'),
  log_disconnections: among('1', 'on'),
  log_statement: among('none', 'ddl'),
  log_error_verbosity: equal('terse'),
  log_parameter_max_length: equal('0'),
  log_parameter_max_length_on_error: equal('0'),
  log_min_duration_statement: equal('-1'),
  log_min_error_statement: among('panic', 'fatal', 'log'),
  // A transaction left open holds its locks, and what it read.
  idle_in_transaction_session_timeout: {
    fits: (value) => Number(value) > 0 && Number(value) <= 300_000,
    expected: '1 to 300000 (five minutes)',
  },
};

/** Parameters that are best left alone, and what they must be where somebody sets them: each can silence the audit or log values. */
const WHERE_SET: typeof PARAMETERS = {
  log_min_messages: among('debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'info', 'notice', 'warning', 'error', 'log'),
  'pgaudit.log_level': equal('log'),
  'pgaudit.log_client': among('0', 'off'),
  'auto_explain.log_min_duration': equal('-1'),
  'rds.accepted_password_auth_method': equal('scram'),
};

/** What people and roles do, in every kind of statement that reads, writes or changes who may. */
function auditsEverybody(value: string): boolean {
  const classes = value.split(',').map((name) => name.trim());
  const isLeftOut = classes.some((name) => name.startsWith('-') && name !== '-misc');
  return !isLeftOut && (classes.includes('all') || ['ddl', 'role', 'write', 'read'].every((name) => classes.includes(name)));
}

function equal(expected: string): { fits: (value: string) => boolean; expected: string } {
  return { fits: (value) => value === expected, expected };
}

function among(...allowed: readonly string[]): { fits: (value: string) => boolean; expected: string } {
  return { fits: (value) => allowed.includes(value), expected: `one of ${allowed.join(', ')}` };
}

/** The database says who came and what was asked, and never a value: in the parameter group that it really uses. */
export const databasesLogNoValues: Check = {
  id: 'strength/databases-log-no-values',
  claim:
    'every PostgreSQL has parameters of its own that audit statements and connections and keep values out of logs, as its proxy does',
  citations: ['164.312(b)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBInstance', 'AWS::RDS::DBProxy'], '164.312(b)', (resource) =>
      resource.type === 'AWS::RDS::DBProxy' ? logsNoStatements(resource) : faultsOf(environment, resource),
    ),
};

function faultsOf(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  const group = environment.at(textAt(database, 'DBParameterGroupName'), 'AWS::RDS::DBParameterGroup');
  if (!group)
    return [
      {
        property: 'DBParameterGroupName',
        value: valueAt(database, 'DBParameterGroupName'),
        expected: 'a parameter group of these templates',
      },
    ];
  const parameters = valueAt(group, 'Parameters');
  const given = isJson(parameters) ? parameters : {};
  const family = `postgres${String(valueAt(database, 'EngineVersion')).split('.')[0]}`;
  return [
    ...(valueAt(group, 'Family') === family
      ? []
      : [{ property: 'DBParameterGroupName Family', value: valueAt(group, 'Family'), expected: family }]),
    ...Object.entries(PARAMETERS).flatMap(([name, { fits, expected }]): Fault[] =>
      fits(textOf(given[name])) ? [] : [{ property: `DBParameterGroupName ${name}`, value: given[name], expected }],
    ),
    ...Object.entries(WHERE_SET).flatMap(([name, { fits, expected }]): Fault[] =>
      given[name] === undefined || fits(textOf(given[name]))
        ? []
        : [{ property: `DBParameterGroupName ${name}`, value: given[name], expected }],
    ),
  ];
}

/** Numbers and booleans are parameters too; what is absent or unknown is no value that fits. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Debug logging of a proxy writes every statement, with its values, into the proxy's log group. */
function logsNoStatements(proxy: Resource): readonly Fault[] {
  return valueAt(proxy, 'DebugLogging') === undefined ? [] : expectEqual(proxy, 'DebugLogging', false);
}
