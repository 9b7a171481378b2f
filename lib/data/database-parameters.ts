/**
 * Parameters of the database, each for a reason.
 *
 * The log carries who connected and what was run, never a value: every value reaches the server as a parameter, and no
 * setting below lets a parameter or a failing row be printed. 164.312(b), 164.312(e)(1).
 */
export const DATABASE_PARAMETERS: Readonly<Record<string, string>> = {
  // Refuses a connection without TLS, and TLS below 1.2.
  'rds.force_ssl': '1',
  ssl_min_protocol_version: 'TLSv1.2',
  password_encryption: 'scram-sha-256',

  // Static: in force after the first reboot, which the first boot of a new instance is.
  shared_preload_libraries: 'pg_stat_statements,pgaudit',
  'pgaudit.log': 'ddl,role,write,read',
  'pgaudit.log_parameter': '0',
  'pgaudit.log_catalog': '0',

  log_connections: '1',
  log_disconnections: '1',
  // pgaudit logs statements; this one would log them a second time.
  log_statement: 'none',

  // DETAIL would print the failing row.
  log_error_verbosity: 'terse',
  // Zero bytes of each bound parameter, in statements and in errors.
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // Performance Insights shows slow statements from pg_stat_statements, in normalised form.
  log_min_duration_statement: '-1',
  log_min_error_statement: 'panic',

  // Releases the locks, and the oldest snapshot, of a client that went away.
  idle_in_transaction_session_timeout: '60000',
};
