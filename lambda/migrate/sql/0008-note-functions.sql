-- Visit notes: written by the care team, read by it and by the patient, amended by a further version and never changed: 164.312(c)(1),
-- 164.526.
CALL migration.join_owners();
SET LOCAL ROLE phi_clinician;

-- Newest first, latest version of each. The page is of one patient, so it is one event.
CREATE FUNCTION api.clinician_list_notes(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, version integer, patient_id uuid, author_id uuid, created_at timestamptz, written_at timestamptz, body bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT 'ok', n.id, n.version, n.patient_id, n.author_id, n.created_at, n.written_at, n.body
      FROM phi.visit_note AS n
      WHERE n.patient_id = p_patient
        AND (n.created_at, n.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        AND NOT EXISTS (
          SELECT FROM phi.visit_note AS later
          WHERE later.patient_id = p_patient AND later.created_at = n.created_at AND later.id = n.id AND later.version > n.version
        )
      ORDER BY n.created_at DESC, n.id DESC
      LIMIT LEAST(GREATEST(p_limit, 1), 100);
    IF NOT FOUND THEN
      v_decision.reason := 'no_match';
    END IF;
  END IF;
  IF v_decision.outcome <> 'ok' OR v_decision.reason IS NOT NULL THEN
    outcome := v_decision.outcome;
    RETURN NEXT;
  END IF;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.access', 'R', 'note', NULL, p_patient, v_decision, ARRAY['body']
  );
END
$$;

CREATE FUNCTION api.clinician_read_note(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_note uuid
) RETURNS TABLE (
  outcome text, id uuid, version integer, patient_id uuid, author_id uuid, created_at timestamptz, written_at timestamptz, body bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('note', p_note);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT n.id, n.version, n.patient_id, n.author_id, n.created_at, n.written_at, n.body
    INTO id, version, patient_id, author_id, created_at, written_at, body
    FROM phi.visit_note AS n
    WHERE n.id = p_note
    ORDER BY n.version DESC
    LIMIT 1;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.access', 'R', 'note', p_note, v_patient, v_decision, ARRAY['body']
  );
END
$$;

CREATE FUNCTION api.clinician_create_note(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_patient uuid, p_id uuid,
  p_body bytea
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
  v_claim authz.claim;
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'note.create', p_patient, p_id);
      IF v_claim.state = 'claimed' THEN
        INSERT INTO phi.visit_note (id, patient_id, author_id, body) VALUES (p_id, p_patient, p_sub, p_body);
        id := p_id;
        version := 1;
      ELSIF v_claim.state = 'replayed' THEN
        v_decision.reason := 'replayed';
        SELECT n.id, n.version INTO id, version
        FROM phi.visit_note AS n
        WHERE n.id = v_claim.resource_id
        ORDER BY n.version DESC
        LIMIT 1;
      ELSE
        v_decision := ROW('conflict', 'key_reused', v_decision.emergency)::authz.decision;
      END IF;
    EXCEPTION
      WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', v_decision.emergency)::authz.decision;
      WHEN check_violation OR not_null_violation THEN
        v_decision := ROW('invalid', 'value_refused', v_decision.emergency)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request,
    CASE v_decision.reason WHEN 'replayed' THEN 'phi.access' ELSE 'phi.change' END,
    CASE v_decision.reason WHEN 'replayed' THEN 'R' ELSE 'C' END,
    'note', id, p_patient, v_decision, CASE WHEN v_decision.reason IS NULL THEN ARRAY['body'] END
  );
END
$$;

-- Of two writers who saw the same version one adds the next; the other's row has the same key and is not added. The patient is named,
-- because the text was encrypted for that patient: a note of another one is not found.
CREATE FUNCTION api.clinician_amend_note(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_note uuid, p_version integer,
  p_body bytea
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('note', p_note);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND v_patient IS DISTINCT FROM p_patient THEN
    v_decision := ROW('not_found', 'not_related', false)::authz.decision;
  END IF;
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      INSERT INTO phi.visit_note (id, version, patient_id, author_id, created_at, body)
      SELECT latest.id, latest.version + 1, latest.patient_id, p_sub, latest.created_at, p_body
      FROM (SELECT n.id, n.version, n.patient_id, n.created_at FROM phi.visit_note AS n WHERE n.id = p_note ORDER BY n.version DESC LIMIT 1)
        AS latest
      WHERE latest.version = p_version
      ON CONFLICT DO NOTHING;
      IF FOUND THEN
        id := p_note;
        version := p_version + 1;
      ELSE
        v_decision.outcome := 'stale';
        v_decision.reason := 'version_stale';
      END IF;
    EXCEPTION
      WHEN check_violation OR not_null_violation THEN
        v_decision.outcome := 'invalid';
        v_decision.reason := 'value_refused';
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.change', 'U', 'note', p_note, v_patient, v_decision, ARRAY['body']
  );
END
$$;

GRANT EXECUTE ON FUNCTION
  api.clinician_list_notes, api.clinician_read_note, api.clinician_create_note, api.clinician_amend_note
TO records_api;

SET LOCAL ROLE phi_self;

CREATE FUNCTION api.self_list_notes(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, version integer, patient_id uuid, author_id uuid, created_at timestamptz, written_at timestamptz, body bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT 'ok', n.id, n.version, n.patient_id, n.author_id, n.created_at, n.written_at, n.body
      FROM phi.visit_note AS n
      WHERE n.patient_id = p_patient
        AND (n.created_at, n.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        AND NOT EXISTS (
          SELECT FROM phi.visit_note AS later
          WHERE later.patient_id = p_patient AND later.created_at = n.created_at AND later.id = n.id AND later.version > n.version
        )
      ORDER BY n.created_at DESC, n.id DESC
      LIMIT LEAST(GREATEST(p_limit, 1), 100);
    IF NOT FOUND THEN
      v_decision.reason := 'no_match';
    END IF;
  END IF;
  IF v_decision.outcome <> 'ok' OR v_decision.reason IS NOT NULL THEN
    outcome := v_decision.outcome;
    RETURN NEXT;
  END IF;
  PERFORM audit.write(
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.access', 'R', 'note', NULL, p_patient, v_decision, ARRAY['body']
  );
END
$$;

CREATE FUNCTION api.self_read_note(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_note uuid
) RETURNS TABLE (
  outcome text, id uuid, version integer, patient_id uuid, author_id uuid, created_at timestamptz, written_at timestamptz, body bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('note', p_note);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT n.id, n.version, n.patient_id, n.author_id, n.created_at, n.written_at, n.body
    INTO id, version, patient_id, author_id, created_at, written_at, body
    FROM phi.visit_note AS n
    WHERE n.id = p_note
    ORDER BY n.version DESC
    LIMIT 1;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.access', 'R', 'note', p_note, v_patient, v_decision, ARRAY['body']
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.self_list_notes, api.self_read_note TO records_api;

RESET ROLE;
CALL migration.leave_owners();
