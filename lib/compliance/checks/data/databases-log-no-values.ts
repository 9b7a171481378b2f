import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { isJson } from '../../model/template';
import { textAt, valueAt } from '../../model/read';

/** What each parameter must be: an exact value, or one of several. */
const PARAMETERS: Readonly<Record<string, { readonly fits: (value: string) => boolean; readonly expected: string }>> = {
  'rds.force_ssl': equal('1'),
  ssl_min_protocol_version: among('TLSv1.2', 'TLSv1.3'),
  password_encryption: equal('scram-sha-256'),
  shared_preload_libraries: { fits: (value) => value.split(',').map((name) => name.trim()).includes('pgaudit'), expected: 'with pgaudit' },
  'pgaudit.log': { fits: (value) => /\b(?:all|ddl|role)\b/.test(value), expected: 'with ddl and role, or all' },
  'pgaudit.log_parameter': among('0', 'off'),
  log_connections: among('1', 'on', 'all', 'receipt,authentication,authorization'),
  log_disconnections: among('1', 'on'),
  log_statement: among('none', 'ddl'),
  log_error_verbosity: equal('terse'),
  log_parameter_max_length: equal('0'),
  log_parameter_max_length_on_error: equal('0'),
  log_min_duration_statement: equal('-1'),
  log_min_error_statement: among('panic', 'fatal', 'log'),
};

function equal(expected: string): { fits: (value: string) => boolean; expected: string } {
  return { fits: (value) => value === expected, expected };
}

function among(...allowed: readonly string[]): { fits: (value: string) => boolean; expected: string } {
  return { fits: (value) => allowed.includes(value), expected: `one of ${allowed.join(', ')}` };
}

/** The database says who came and what was asked, and never a value: in the parameter group that it really uses. */
export const databasesLogNoValues: Check = {
  id: 'strength/databases-log-no-values',
  claim: 'every PostgreSQL uses a parameter group of its own that audits statements and connections and keeps values out of the log',
  citations: ['164.312(b)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) => judgeTypes(environment, ['AWS::RDS::DBInstance'], '164.312(b)', (database) => faultsOf(environment, database)),
};

function faultsOf(environment: EnvironmentModel, database: Resource): readonly Fault[] {
  const group = environment.at(textAt(database, 'DBParameterGroupName'), 'AWS::RDS::DBParameterGroup');
  if (!group) return [{ property: 'DBParameterGroupName', value: valueAt(database, 'DBParameterGroupName'), expected: 'a parameter group of these templates' }];
  const parameters = valueAt(group, 'Parameters');
  const given = isJson(parameters) ? parameters : {};
  const family = `postgres${String(valueAt(database, 'EngineVersion')).split('.')[0]}`;
  return [
    ...(valueAt(group, 'Family') === family ? [] : [{ property: 'DBParameterGroupName Family', value: valueAt(group, 'Family'), expected: family }]),
    ...Object.entries(PARAMETERS).flatMap(([name, { fits, expected }]): Fault[] =>
      fits(textOf(given[name])) ? [] : [{ property: `DBParameterGroupName ${name}`, value: given[name], expected }],
    ),
  ];
}

/** Numbers and booleans are parameters too; what is absent or unknown is no value that fits. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
