-- Video sessions, recordings and documents. A grant is written before any address is signed, so an object that was fetched always has one.
-- Object keys follow from ids the database holds and never from what a caller sends: 164.312(a)(1), 164.312(b), 164.312(c)(1).
CALL migration.join_owners();
SET LOCAL ROLE phi_clinician;

CREATE FUNCTION api.clinician_list_sessions(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, appointment_id uuid, clinician_id uuid, started_at timestamptz, ended_at timestamptz,
  recorded boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT
        'ok', t.id, t.patient_id, t.appointment_id, t.clinician_id, t.started_at, t.ended_at, t.recorded
      FROM phi.video_session AS t
      WHERE t.patient_id = p_patient
        AND (t.started_at, t.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY t.started_at DESC, t.id DESC
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
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.access', 'R', 'session', NULL, p_patient, v_decision,
    ARRAY['started_at', 'ended_at', 'recorded']
  );
END
$$;

CREATE FUNCTION api.clinician_create_session(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_patient uuid, p_id uuid,
  p_appointment uuid, p_started_at timestamptz, p_ended_at timestamptz, p_recording_version text
) RETURNS TABLE (outcome text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
  v_claim authz.claim;
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'session.create', p_patient, p_id);
      IF v_claim.state = 'claimed' THEN
        INSERT INTO phi.video_session (id, patient_id, appointment_id, clinician_id, started_at, ended_at, recording_version)
        VALUES (p_id, p_patient, p_appointment, p_sub, p_started_at, p_ended_at, p_recording_version);
        id := p_id;
      ELSIF v_claim.state = 'replayed' THEN
        v_decision.reason := 'replayed';
        id := v_claim.resource_id;
      ELSE
        v_decision := ROW('conflict', 'key_reused', v_decision.emergency)::authz.decision;
      END IF;
    EXCEPTION
      WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', v_decision.emergency)::authz.decision;
      WHEN check_violation OR not_null_violation OR foreign_key_violation THEN
        v_decision := ROW('invalid', 'value_refused', v_decision.emergency)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request,
    CASE v_decision.reason WHEN 'replayed' THEN 'phi.access' ELSE 'phi.change' END,
    CASE v_decision.reason WHEN 'replayed' THEN 'R' ELSE 'C' END,
    'session', id, p_patient, v_decision, CASE WHEN v_decision.reason IS NULL THEN ARRAY['started_at', 'ended_at', 'recording_version'] END
  );
END
$$;

CREATE FUNCTION api.clinician_grant_recording(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_session uuid
) RETURNS TABLE (outcome text, id uuid, object_key text, object_version text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('session', p_session);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT s.id, 'recordings/' || s.id, s.recording_version INTO id, object_key, object_version
    FROM phi.video_session AS s
    WHERE s.id = p_session AND s.recorded;
    IF NOT FOUND THEN
      v_decision.outcome := 'not_found';
      v_decision.reason := 'not_recorded';
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.disclosure.grant', 'E', 'session', p_session, v_patient, v_decision,
    ARRAY['recording_version']
  );
END
$$;

CREATE FUNCTION api.clinician_create_document(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_patient uuid, p_id uuid,
  p_title bytea, p_content_type text, p_size_bytes bigint, p_document_sha256 bytea
) RETURNS TABLE (outcome text, id uuid, object_key text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
  v_claim authz.claim;
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'document.create', p_patient, p_id);
      IF v_claim.state = 'claimed' THEN
        INSERT INTO phi.document (id, patient_id, uploaded_by, title, content_type, size_bytes, sha256)
        VALUES (p_id, p_patient, p_sub, p_title, p_content_type, p_size_bytes, p_document_sha256);
        id := p_id;
        object_key := 'documents/' || p_id;
      ELSIF v_claim.state = 'replayed' THEN
        v_decision.reason := 'replayed';
        id := v_claim.resource_id;
        object_key := 'documents/' || v_claim.resource_id;
      ELSE
        v_decision := ROW('conflict', 'key_reused', v_decision.emergency)::authz.decision;
      END IF;
    EXCEPTION
      WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', v_decision.emergency)::authz.decision;
      WHEN check_violation OR not_null_violation OR foreign_key_violation THEN
        v_decision := ROW('invalid', 'value_refused', v_decision.emergency)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request,
    CASE v_decision.reason WHEN 'replayed' THEN 'phi.access' ELSE 'phi.change' END,
    CASE v_decision.reason WHEN 'replayed' THEN 'R' ELSE 'C' END,
    'document', id, p_patient, v_decision, CASE WHEN v_decision.reason IS NULL THEN ARRAY['title', 'content'] END
  );
END
$$;

CREATE FUNCTION api.clinician_grant_document(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_document uuid
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, uploaded_by uuid, created_at timestamptz, title bytea, content_type text, size_bytes bigint,
  sha256 bytea, object_key text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('document', p_document);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT d.id, d.patient_id, d.uploaded_by, d.created_at, d.title, d.content_type, d.size_bytes, d.sha256, 'documents/' || d.id
    INTO id, patient_id, uploaded_by, created_at, title, content_type, size_bytes, sha256, object_key
    FROM phi.document AS d
    WHERE d.id = p_document;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.disclosure.grant', 'E', 'document', p_document, v_patient, v_decision,
    ARRAY['title', 'content']
  );
END
$$;

GRANT EXECUTE ON FUNCTION
  api.clinician_list_sessions, api.clinician_create_session, api.clinician_grant_recording, api.clinician_create_document,
  api.clinician_grant_document
TO records_api;

SET LOCAL ROLE phi_self;

CREATE FUNCTION api.self_list_sessions(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, appointment_id uuid, clinician_id uuid, started_at timestamptz, ended_at timestamptz,
  recorded boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT
        'ok', t.id, t.patient_id, t.appointment_id, t.clinician_id, t.started_at, t.ended_at, t.recorded
      FROM phi.video_session AS t
      WHERE t.patient_id = p_patient
        AND (t.started_at, t.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY t.started_at DESC, t.id DESC
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
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.access', 'R', 'session', NULL, p_patient, v_decision,
    ARRAY['started_at', 'ended_at', 'recorded']
  );
END
$$;

CREATE FUNCTION api.self_grant_recording(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_session uuid
) RETURNS TABLE (outcome text, id uuid, object_key text, object_version text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('session', p_session);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT s.id, 'recordings/' || s.id, s.recording_version INTO id, object_key, object_version
    FROM phi.video_session AS s
    WHERE s.id = p_session AND s.recorded;
    IF NOT FOUND THEN
      v_decision.outcome := 'not_found';
      v_decision.reason := 'not_recorded';
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.disclosure.grant', 'E', 'session', p_session, v_patient, v_decision,
    ARRAY['recording_version']
  );
END
$$;

CREATE FUNCTION api.self_grant_document(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_document uuid
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, uploaded_by uuid, created_at timestamptz, title bytea, content_type text, size_bytes bigint,
  sha256 bytea, object_key text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('document', p_document);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT d.id, d.patient_id, d.uploaded_by, d.created_at, d.title, d.content_type, d.size_bytes, d.sha256, 'documents/' || d.id
    INTO id, patient_id, uploaded_by, created_at, title, content_type, size_bytes, sha256, object_key
    FROM phi.document AS d
    WHERE d.id = p_document;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.disclosure.grant', 'E', 'document', p_document, v_patient, v_decision,
    ARRAY['title', 'content']
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.self_list_sessions, api.self_grant_recording, api.self_grant_document TO records_api;

RESET ROLE;
CALL migration.leave_owners();
