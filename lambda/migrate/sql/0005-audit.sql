-- The audit trail inside the database: 164.312(b), 164.312(c)(1), 164.316(b)(2)(i), 164.528.
CALL migration.join_owners();
SET LOCAL ROLE audit_owner;

-- Names and codes, never values: every text of an event is held to a closed list or to the shape of a code, so that a sentence or a value
-- cannot be stored even by a function that tries. One compiled function, because PostgreSQL reads and prepares a table's CHECK expressions
-- anew for every statement, and a dozen of them cost more than the insert: docs/decisions/0023. What is NULL passes, as in any constraint.
CREATE FUNCTION audit.holds_codes_only(
  p_actor_id text, p_actor_role text, p_event_type text, p_action text, p_outcome text, p_resource_type text, p_request_id text,
  p_purpose text, p_fields text[], p_reason text
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
  RETURN (octet_length(p_actor_id) = 36 AND p_actor_id ~ '^[0-9a-f-]+$') IS NOT FALSE
    AND (p_actor_role IN ('admin', 'clinician', 'billing', 'patient')) IS NOT FALSE
    AND (p_event_type IN (
      'session', 'phi.search', 'phi.access', 'phi.change', 'phi.disclosure.grant', 'emergency.override', 'emergency.review',
      'audit.read', 'disclosure', 'breach', 'authz.change', 'key.change', 'integrity.failure'
    )) IS NOT FALSE
    AND (p_action IN ('C', 'R', 'U', 'D', 'E')) IS NOT FALSE
    AND (p_outcome IN ('success', 'denied', 'failed')) IS NOT FALSE
    AND (p_resource_type ~ '^[a-z_]{1,40}$') IS NOT FALSE
    -- A bounded repetition of this length is the dearest thing in a pattern.
    AND (octet_length(p_request_id) <= 64 AND p_request_id ~ '^[A-Za-z0-9-]+$') IS NOT FALSE
    AND (p_purpose IN ('TREAT', 'HPAYMT', 'HOPERAT', 'PATRQT', 'BTG')) IS NOT FALSE
    AND (array_to_string(p_fields, ',', '?') ~ '^([a-z_]{1,40}(,[a-z_]{1,40})*)?$') IS NOT FALSE
    AND (p_reason ~ '^[a-z_]{1,40}$') IS NOT FALSE;
END
$$;

CREATE TABLE audit.event (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_id text,
  actor_role text,
  event_type text NOT NULL,
  action char(1) NOT NULL,
  outcome text NOT NULL,
  resource_type text NOT NULL,
  resource_id uuid,
  patient_id uuid,
  ip inet,
  request_id text NOT NULL,
  purpose text,
  emergency boolean NOT NULL DEFAULT false,
  fields text[],
  reason text,
  CONSTRAINT event_codes CHECK (audit.holds_codes_only(
    actor_id, actor_role, event_type, action, outcome, resource_type, request_id, purpose, fields, reason
  ))
);
-- A search pages by (actor | patient | type, seq). Rows arrive in order of time and nearly in order of transaction, so a BRIN over the time
-- costs next to nothing per insert, and the index over xid grows at its right edge only.
CREATE INDEX event_actor ON audit.event (actor_id, seq);
CREATE INDEX event_patient ON audit.event (patient_id, seq) WHERE patient_id IS NOT NULL;
CREATE INDEX event_type ON audit.event (event_type, seq);
CREATE INDEX event_at ON audit.event USING brin (at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX event_xid ON audit.event (xid);

CREATE TABLE audit.batch (
  no bigint PRIMARY KEY,
  epoch uuid NOT NULL,
  from_xid xid8 NOT NULL,
  to_xid xid8 NOT NULL,
  prev text NOT NULL,
  digest text CHECK (digest ~ '^[0-9a-f]{64}$'),
  n integer CHECK (n >= 0),
  planned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at timestamptz,
  CHECK ((done_at IS NULL) = (digest IS NULL) AND (done_at IS NULL) = (n IS NULL))
);

-- Accounting of disclosures: date, recipient, what, why: 164.528(b)(2). The recipient is a name somebody typed, hence ciphertext.
CREATE TABLE audit.disclosure (
  id uuid PRIMARY KEY,
  patient_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_by uuid NOT NULL,
  disclosed_at timestamptz(3) NOT NULL,
  recipient bytea NOT NULL CHECK (octet_length(recipient) >= 45),
  data_classes text[] NOT NULL
    CHECK (cardinality(data_classes) > 0 AND data_classes <@ ARRAY['identity', 'clinical', 'billing']),
  purpose text NOT NULL CHECK (
    purpose IN (
      'required_by_law', 'public_health', 'oversight', 'judicial', 'law_enforcement', 'decedent', 'research', 'safety', 'government',
      'workers_compensation', 'impermissible'
    )
  )
);
CREATE INDEX disclosure_page ON audit.disclosure (patient_id, disclosed_at, id);

-- What an assessment found on the day it was made; a later one is another row.
CREATE TABLE audit.breach_assessment (
  id uuid PRIMARY KEY,
  assessed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  assessed_by uuid NOT NULL,
  discovered_at timestamptz NOT NULL,
  window_from timestamptz NOT NULL,
  window_to timestamptz NOT NULL,
  actor_id uuid,
  patients uuid[],
  key_exposure text NOT NULL CHECK (key_exposure IN ('none', 'unknown', 'exposed')),
  individuals integer NOT NULL,
  events integer NOT NULL,
  data_classes text[] NOT NULL,
  fields text[] NOT NULL,
  first_event_at timestamptz,
  last_event_at timestamptz,
  CHECK (window_to > window_from)
);

-- To which class of data a field name of the trail belongs. The policy table says the same, and a test compares them.
CREATE TABLE audit.field_class (
  field text PRIMARY KEY CHECK (field ~ '^[a-z_]{1,40}$'),
  class text NOT NULL CHECK (class IN ('identity', 'clinical', 'billing'))
);
INSERT INTO audit.field_class (field, class) VALUES
  ('name', 'identity'), ('date_of_birth', 'identity'), ('address', 'identity'), ('mrn', 'identity'), ('ssn', 'identity'),
  ('medical_history', 'clinical'), ('diagnoses', 'clinical'), ('prescriptions', 'clinical'),
  ('insurance_id', 'billing'), ('billing_address', 'billing'), ('payment_history', 'billing'),
  ('body', 'clinical'), ('starts_at', 'clinical'), ('ends_at', 'clinical'), ('reason', 'clinical'),
  ('started_at', 'clinical'), ('ended_at', 'clinical'), ('recorded', 'clinical'), ('recording_version', 'clinical'),
  ('title', 'clinical'), ('content', 'clinical'), ('reason_text', 'clinical'), ('recipient', 'identity');

-- Settings of one deployment. `epoch` names the chain of batches; `stop_reads_after` is absent unless a deployment asks for it.
CREATE TABLE audit.setting (
  name text PRIMARY KEY CHECK (name IN ('epoch', 'epoch_prev', 'stop_reads_after', 'honey_patient')),
  value text NOT NULL
);
INSERT INTO audit.setting (name, value) VALUES ('epoch', gen_random_uuid()::text), ('epoch_prev', repeat('0', 64));

-- ALWAYS, so that session_replication_role = replica does not switch them off. An administrator can still drop them: the exported, signed
-- and locked copy is what holds against an administrator.
CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.event
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.event ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.disclosure
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.disclosure ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.breach_assessment
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.breach_assessment ENABLE ALWAYS TRIGGER append_only;

-- Order, time and transaction of an event are the database's to say, so no other role may set them. Nor may any read what it wrote.
GRANT INSERT (
  id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip, request_id, purpose, emergency,
  fields, reason
) ON audit.event TO phi_clinician, phi_billing, phi_self, app_owner, phi_owner;
GRANT SELECT ON audit.event, audit.batch TO audit_exporter;

-- Ids of the events of one answer: the first is the id the caller logs, the others follow from it, so that a log line and the number of its
-- events name all of them.
CREATE FUNCTION audit.event_id(p_audit uuid, p_n bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE p_n
    WHEN 1 THEN p_audit
    ELSE encode(substr(sha256(convert_to(p_audit::text || ':' || p_n::text, 'UTF8')), 1, 16), 'hex')::uuid
  END
$$;

-- Writes one event with the rights of the function that calls it. Field names are kept for a success only: nothing else disclosed any.
CREATE FUNCTION audit.write(
  p_audit uuid, p_sub uuid, p_role text, p_ip inet, p_request text, p_type text, p_action text, p_resource_type text, p_resource uuid,
  p_patient uuid, p_decision authz.decision, p_fields text[] DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO audit.event (
    id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip, request_id, purpose, emergency,
    fields, reason
  ) VALUES (
    p_audit, p_sub::text, p_role, p_type, p_action,
    CASE p_decision.outcome WHEN 'ok' THEN 'success' WHEN 'forbidden' THEN 'denied' WHEN 'not_found' THEN 'denied' ELSE 'failed' END,
    p_resource_type, p_resource, p_patient, p_ip, p_request,
    CASE p_role
      WHEN 'clinician' THEN CASE WHEN p_decision.emergency THEN 'BTG' ELSE 'TREAT' END
      WHEN 'billing' THEN 'HPAYMT'
      WHEN 'patient' THEN 'PATRQT'
      WHEN 'admin' THEN 'HOPERAT'
    END,
    p_decision.emergency,
    CASE WHEN p_decision.outcome = 'ok' THEN p_fields END,
    p_decision.reason
  );
END
$$;

-- Time of the oldest event that no finished batch holds, by order of transaction; NULL when there is none.
CREATE FUNCTION audit.oldest_unexported() RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_done xid8 := (SELECT b.to_xid FROM audit.batch AS b WHERE b.done_at IS NOT NULL ORDER BY b.no DESC LIMIT 1);
BEGIN
  RETURN (SELECT e.at FROM audit.event AS e WHERE e.xid >= COALESCE(v_done, '0'::xid8) ORDER BY e.xid LIMIT 1);
END
$$;

-- Off unless a deployment sets a limit: stopping care is worse than a late export.
CREATE FUNCTION audit.reads_stopped() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_limit interval := (SELECT s.value::interval FROM audit.setting AS s WHERE s.name = 'stop_reads_after');
BEGIN
  RETURN v_limit IS NOT NULL AND COALESCE(audit.oldest_unexported() < clock_timestamp() - v_limit, false);
END
$$;

GRANT EXECUTE ON FUNCTION audit.event_id, audit.write, audit.holds_codes_only TO phi_clinician, phi_billing, phi_self, app_owner, phi_owner;
GRANT EXECUTE ON FUNCTION audit.reads_stopped TO phi_owner;
GRANT EXECUTE ON FUNCTION audit.oldest_unexported TO audit_exporter, audit_signals;

RESET ROLE;
CALL migration.leave_owners();
