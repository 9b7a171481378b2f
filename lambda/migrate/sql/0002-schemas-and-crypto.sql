-- Who owns what, the schemas, and the tables that hold neither a record nor an audit event: 164.308(a)(4), 164.312(a)(1),
-- 164.312(a)(2)(iv).

-- phi_owner owns the tables of records and relationships, and no function that a login may execute; the audience roles own functions and
-- no table. So neither can be used to reach what the other holds. A role found in place is taken over only if it has no power of its own.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'phi_owner') THEN
    CREATE ROLE phi_owner NOLOGIN;
  END IF;
  ALTER ROLE phi_owner NOLOGIN;
  IF EXISTS (
    SELECT FROM pg_catalog.pg_roles
    WHERE rolname = 'phi_owner' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
  ) OR EXISTS (
    SELECT FROM pg_catalog.pg_auth_members AS m JOIN pg_catalog.pg_roles AS member ON member.oid = m.member
    WHERE member.rolname = 'phi_owner'
  ) THEN
    RAISE EXCEPTION 'role phi_owner has powers it must not have' USING ERRCODE = 'invalid_role_specification';
  END IF;
END
$$;

-- An object can be handed to a role only by a member of it. The master is a member while a migration runs and not a moment longer, so that
-- it reaches no record by accident. Every later file begins with the first procedure and ends with the second.
CREATE PROCEDURE migration.join_owners()
LANGUAGE plpgsql
AS $$
DECLARE
  owner_name text;
BEGIN
  FOREACH owner_name IN ARRAY ARRAY['phi_owner', 'phi_clinician', 'phi_billing', 'phi_self', 'audit_owner', 'app_owner'] LOOP
    EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT TRUE, SET TRUE', owner_name);
  END LOOP;
  IF to_regnamespace('api') IS NOT NULL THEN
    GRANT CREATE ON SCHEMA api TO phi_clinician, phi_billing, phi_self, audit_owner;
  END IF;
END
$$;

CREATE PROCEDURE migration.leave_owners()
LANGUAGE plpgsql
AS $$
DECLARE
  owner_name text;
BEGIN
  REVOKE CREATE ON SCHEMA api FROM phi_clinician, phi_billing, phi_self, audit_owner;
  FOREACH owner_name IN ARRAY ARRAY['phi_owner', 'phi_clinician', 'phi_billing', 'phi_self', 'audit_owner', 'app_owner'] LOOP
    EXECUTE format('REVOKE %I FROM CURRENT_USER', owner_name);
  END LOOP;
END
$$;

CALL migration.join_owners();

CREATE SCHEMA phi AUTHORIZATION phi_owner;
CREATE SCHEMA authz AUTHORIZATION phi_owner;
CREATE SCHEMA crypto AUTHORIZATION app_owner;
CREATE SCHEMA api AUTHORIZATION app_owner;
CREATE SCHEMA audit AUTHORIZATION audit_owner;

-- Default privileges belong to the role that creates, so what 0001 set for the master does not cover the owners.
DO $$
DECLARE
  owner_name text;
BEGIN
  FOREACH owner_name IN ARRAY ARRAY['phi_owner', 'phi_clinician', 'phi_billing', 'phi_self', 'audit_owner', 'app_owner'] LOOP
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', owner_name);
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA api TO records_api;
GRANT USAGE ON SCHEMA phi, authz, audit TO phi_clinician, phi_billing, phi_self, app_owner, audit_owner, phi_owner;
GRANT USAGE ON SCHEMA api TO phi_clinician, phi_billing, phi_self, audit_owner, phi_owner;
GRANT USAGE ON SCHEMA audit TO audit_exporter, audit_signals, migrator;
GRANT USAGE ON SCHEMA authz TO session_revoker, migrator;

-- What a check decided: what to tell the caller, what to tell the auditor, and whether it holds by an emergency grant alone.
SET LOCAL ROLE phi_owner;
CREATE TYPE authz.decision AS (outcome text, reason text, emergency boolean);
-- Whether an Idempotency-Key is new (`claimed`), repeats a request (`replayed`) or is used for another one (`reused`).
CREATE TYPE authz.claim AS (state text, resource_id uuid);

SET LOCAL ROLE app_owner;
-- Data keys, wrapped by the key service; the plain key is never here. The newest of a class encrypts, all of them decrypt.
CREATE TABLE crypto.data_key (
  id uuid PRIMARY KEY,
  class text NOT NULL CHECK (class IN ('identity', 'clinical', 'billing')),
  wrapped bytea NOT NULL CHECK (octet_length(wrapped) BETWEEN 32 AND 4096),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at timestamptz
);

-- One row for each Idempotency-Key of a principal in the last week. No body is kept: a digest tells a repetition from another request.
CREATE TABLE api.idempotency (
  sub uuid NOT NULL,
  key uuid NOT NULL,
  request_sha256 bytea NOT NULL CHECK (octet_length(request_sha256) = 32),
  resource_id uuid NOT NULL,
  used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (sub, key)
);
CREATE INDEX ON api.idempotency (sub, used_at);
GRANT SELECT, INSERT, DELETE ON api.idempotency TO phi_owner;

RESET ROLE;
CALL migration.leave_owners();
