-- Who rotates data keys, and how far that reaches: 164.312(a)(1), 164.312(a)(2)(iv), 164.312(c)(1), 164.308(a)(4).

-- phi_rotation owns the functions of the next file and no table; key_rotator may execute them and nothing else.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN SELECT * FROM (VALUES ('phi_rotation', false), ('key_rotator', true)) AS roles(name, may_login) LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE format('CREATE ROLE %I', wanted.name);
    END IF;
    EXECUTE format('ALTER ROLE %I %s', wanted.name, CASE WHEN wanted.may_login THEN 'LOGIN' ELSE 'NOLOGIN' END);
    IF EXISTS (
      SELECT FROM pg_catalog.pg_roles
      WHERE rolname = wanted.name AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
    ) OR EXISTS (
      SELECT FROM pg_catalog.pg_auth_members AS m
      JOIN pg_catalog.pg_roles AS granted ON granted.oid = m.roleid
      JOIN pg_catalog.pg_roles AS member ON member.oid = m.member
      WHERE member.rolname = wanted.name AND granted.rolname <> 'rds_iam'
    ) THEN
      RAISE EXCEPTION 'role % has powers it must not have', wanted.name USING ERRCODE = 'invalid_role_specification';
    END IF;
    IF wanted.may_login AND EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'rds_iam') THEN
      EXECUTE format('GRANT rds_iam TO %I', wanted.name);
    END IF;
  END LOOP;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO key_rotator', current_database());
END
$$;

-- Retiring a key looks at every value of its class, hence the long limit. A lock is waited for longer than any request holds one.
ALTER ROLE key_rotator SET statement_timeout = '10min';
ALTER ROLE key_rotator SET lock_timeout = '10s';
ALTER ROLE key_rotator SET transaction_timeout = '12min';
ALTER ROLE key_rotator SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE key_rotator SET idle_session_timeout = '2min';
ALTER ROLE key_rotator SET search_path = pg_catalog, pg_temp;

-- The new owner is joined and left like the others.
CREATE OR REPLACE PROCEDURE migration.join_owners()
LANGUAGE plpgsql
AS $$
DECLARE
  owner_name text;
BEGIN
  FOREACH owner_name IN ARRAY
    ARRAY['phi_owner', 'phi_clinician', 'phi_billing', 'phi_self', 'phi_rotation', 'audit_owner', 'app_owner']
  LOOP
    EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT TRUE, SET TRUE', owner_name);
  END LOOP;
  GRANT CREATE ON SCHEMA api TO phi_clinician, phi_billing, phi_self, audit_owner;
  GRANT CREATE ON SCHEMA crypto TO phi_rotation;
END
$$;

CREATE OR REPLACE PROCEDURE migration.leave_owners()
LANGUAGE plpgsql
AS $$
DECLARE
  owner_name text;
BEGIN
  REVOKE CREATE ON SCHEMA api FROM phi_clinician, phi_billing, phi_self, audit_owner;
  REVOKE CREATE ON SCHEMA crypto FROM phi_rotation;
  FOREACH owner_name IN ARRAY
    ARRAY['phi_owner', 'phi_clinician', 'phi_billing', 'phi_self', 'phi_rotation', 'audit_owner', 'app_owner']
  LOOP
    EXECUTE format('REVOKE %I FROM CURRENT_USER', owner_name);
  END LOOP;
END
$$;

CALL migration.join_owners();
ALTER DEFAULT PRIVILEGES FOR ROLE phi_rotation REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
SET LOCAL ROLE app_owner;

GRANT USAGE ON SCHEMA crypto TO key_rotator, phi_rotation;
GRANT SELECT, UPDATE (retired_at) ON crypto.data_key TO phi_rotation;
GRANT EXECUTE ON FUNCTION crypto.add_data_key TO key_rotator;

-- How far the last pass over the values of a class has come, so that one that is interrupted goes on where it was. `moved` counts values
-- found under another key than the pass's, `stuck` those that could not be rewritten: a pass is clean when both are zero.
CREATE TABLE crypto.rotation_pass (
  class text PRIMARY KEY CHECK (class IN ('identity', 'clinical', 'billing')),
  key_id uuid NOT NULL REFERENCES crypto.data_key,
  started_at timestamptz NOT NULL,
  finished boolean NOT NULL,
  at_table text CHECK (at_table ~ '^[a-z_]{1,40}$'),
  after_id uuid,
  after_version integer,
  moved bigint NOT NULL CHECK (moved >= 0),
  stuck bigint NOT NULL CHECK (stuck >= 0)
);
GRANT SELECT, INSERT, UPDATE ON crypto.rotation_pass TO phi_rotation;

SET LOCAL ROLE phi_owner;

GRANT USAGE ON SCHEMA phi, authz TO phi_rotation;
GRANT SELECT (
  id, name, date_of_birth, address, mrn, ssn, medical_history, diagnoses, prescriptions, insurance_id, billing_address, payment_history
), UPDATE (
  name, date_of_birth, address, mrn, ssn, medical_history, diagnoses, prescriptions, insurance_id, billing_address, payment_history
) ON phi.patient TO phi_rotation;
GRANT SELECT (id, version, patient_id, body), UPDATE (body) ON phi.visit_note TO phi_rotation;
GRANT SELECT (id, patient_id, reason), UPDATE (reason) ON phi.appointment TO phi_rotation;
GRANT SELECT (id, patient_id, title), UPDATE (title) ON phi.document TO phi_rotation;
GRANT SELECT (id, reason_text), UPDATE (reason_text) ON authz.emergency_grant TO phi_rotation;

CREATE POLICY rotation ON phi.patient TO phi_rotation USING (true);
CREATE POLICY rotation ON phi.visit_note TO phi_rotation USING (true);
CREATE POLICY rotation ON phi.appointment TO phi_rotation USING (true);
CREATE POLICY rotation ON phi.document TO phi_rotation USING (true);
CREATE POLICY rotation ON authz.emergency_grant TO phi_rotation USING (true);

SET LOCAL ROLE audit_owner;

GRANT USAGE ON SCHEMA audit TO phi_rotation;
GRANT INSERT (
  id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip, request_id, purpose, emergency,
  fields, reason
) ON audit.event TO phi_rotation;
GRANT EXECUTE ON FUNCTION audit.write, audit.holds_codes_only TO phi_rotation;
GRANT SELECT (id, patient_id, recipient), UPDATE (recipient) ON audit.disclosure TO phi_rotation;

-- The accounting of disclosures stays append-only but for one thing: the rotation may put a recipient under another key. The first trigger
-- refuses the statement, be it of an administrator or without a row to change; the second every row in which anything else differs.
CREATE FUNCTION audit.refuse_but_rotation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_user <> 'phi_rotation' THEN
    RAISE EXCEPTION 'append-only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION audit.refuse_but_recipient() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_rest audit.disclosure := NEW;
BEGIN
  v_rest.recipient := OLD.recipient;
  IF v_rest IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'append-only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER append_only ON audit.disclosure;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON audit.disclosure
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER rotation_only BEFORE UPDATE ON audit.disclosure
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_but_rotation();
CREATE TRIGGER recipient_only BEFORE UPDATE ON audit.disclosure
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_but_recipient();
ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER rotation_only;
ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER recipient_only;

RESET ROLE;
CALL migration.leave_owners();
