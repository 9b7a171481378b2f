-- Who exists in the database and how far each login reaches before any table does: 164.308(a)(4), 164.312(a)(1), 164.312(d).
-- Runs as the instance's master: CREATEROLE and owner of the database, not superuser. Roles are shared by a whole cluster, so every
-- statement also holds where a role exists already.

-- phi_* own the functions of one audience and hold that audience's column grants; audit_owner and app_owner own schemas. None can log in.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('phi_clinician', false), ('phi_billing', false), ('phi_self', false), ('audit_owner', false), ('app_owner', false),
      ('records_api', true), ('audit_exporter', true), ('audit_signals', true), ('session_revoker', true), ('migrator', true)
    ) AS roles(name, may_login)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE format('CREATE ROLE %I', wanted.name);
    END IF;
    EXECUTE format('ALTER ROLE %I %s', wanted.name, CASE WHEN wanted.may_login THEN 'LOGIN' ELSE 'NOLOGIN' END);

    -- A role found in place might have been made with more; taking it over would hand that to the service.
    IF EXISTS (
      SELECT FROM pg_catalog.pg_roles
      WHERE rolname = wanted.name AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
    ) THEN
      RAISE EXCEPTION 'role % has attributes it must not have', wanted.name USING ERRCODE = 'invalid_role_specification';
    END IF;
    IF EXISTS (
      SELECT FROM pg_catalog.pg_auth_members AS m
      JOIN pg_catalog.pg_roles AS granted ON granted.oid = m.roleid
      JOIN pg_catalog.pg_roles AS member ON member.oid = m.member
      WHERE member.rolname = wanted.name AND granted.rolname <> 'rds_iam'
    ) THEN
      RAISE EXCEPTION 'role % is a member of another role', wanted.name USING ERRCODE = 'invalid_role_specification';
    END IF;

    -- On RDS a member of rds_iam logs in with a signed token and with nothing else. Elsewhere the role does not exist.
    IF wanted.may_login AND EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rds_iam') THEN
      EXECUTE format('GRANT rds_iam TO %I', wanted.name);
    END IF;
  END LOOP;
END
$$;

-- Limits belong to the login, because a client that sends SET pins its proxied connection.
-- records_api has no idle_session_timeout: the proxy keeps its connections open between requests.
ALTER ROLE records_api SET statement_timeout = '4s';
ALTER ROLE records_api SET lock_timeout = '1s';
ALTER ROLE records_api SET transaction_timeout = '5s';
ALTER ROLE records_api SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE records_api SET search_path = pg_catalog, pg_temp;

ALTER ROLE audit_exporter SET statement_timeout = '30s';
ALTER ROLE audit_exporter SET lock_timeout = '5s';
ALTER ROLE audit_exporter SET transaction_timeout = '45s';
ALTER ROLE audit_exporter SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE audit_exporter SET idle_session_timeout = '2min';
ALTER ROLE audit_exporter SET search_path = pg_catalog, pg_temp;

ALTER ROLE audit_signals SET statement_timeout = '30s';
ALTER ROLE audit_signals SET lock_timeout = '5s';
ALTER ROLE audit_signals SET transaction_timeout = '45s';
ALTER ROLE audit_signals SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE audit_signals SET idle_session_timeout = '2min';
ALTER ROLE audit_signals SET search_path = pg_catalog, pg_temp;

ALTER ROLE session_revoker SET statement_timeout = '4s';
ALTER ROLE session_revoker SET lock_timeout = '1s';
ALTER ROLE session_revoker SET transaction_timeout = '5s';
ALTER ROLE session_revoker SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE session_revoker SET idle_session_timeout = '2min';
ALTER ROLE session_revoker SET search_path = pg_catalog, pg_temp;

ALTER ROLE migrator SET statement_timeout = '10min';
ALTER ROLE migrator SET lock_timeout = '1min';
ALTER ROLE migrator SET transaction_timeout = '12min';
ALTER ROLE migrator SET idle_in_transaction_session_timeout = '1min';
ALTER ROLE migrator SET idle_session_timeout = '2min';
ALTER ROLE migrator SET search_path = pg_catalog, pg_temp;

-- PUBLIC is every login there will ever be: without this, any of them may connect, make temporary tables that shadow real ones, and use
-- the schema public. A REVOKE by someone who is not the owner only warns, so the result is checked.
DO $$
DECLARE
  login text;
BEGIN
  EXECUTE format('REVOKE CONNECT, TEMP, CREATE ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  FOREACH login IN ARRAY ARRAY['records_api', 'audit_exporter', 'audit_signals', 'session_revoker', 'migrator'] LOOP
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), login);
  END LOOP;
  IF has_database_privilege('public', current_database(), 'CONNECT, TEMP, CREATE')
    OR has_schema_privilege('public', 'public', 'USAGE, CREATE') THEN
    RAISE EXCEPTION 'PUBLIC still holds a privilege' USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$$;

-- A function made later can be executed by nobody until a migration grants it.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Statement audit of the database itself, where the server offers it: 164.312(b). On RDS the parameter group preloads it.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pgaudit') THEN
    CREATE EXTENSION IF NOT EXISTS pgaudit;
  END IF;
END
$$;
