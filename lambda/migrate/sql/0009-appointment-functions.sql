-- Appointments. Times are in the clear, because they are sorted by; why somebody comes is ciphertext: 164.312(a)(1), 164.312(b).
CALL migration.join_owners();
SET LOCAL ROLE phi_clinician;

CREATE FUNCTION api.clinician_list_appointments(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, version integer, patient_id uuid, status text, clinician_id uuid, starts_at timestamptz, ends_at timestamptz,
  reason bytea
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
        'ok', t.id, t.version, t.patient_id, t.status, t.clinician_id, t.starts_at, t.ends_at, t.reason
      FROM phi.appointment AS t
      WHERE t.patient_id = p_patient
        AND (t.starts_at, t.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY t.starts_at DESC, t.id DESC
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
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.access', 'R', 'appointment', NULL, p_patient, v_decision,
    ARRAY['starts_at', 'ends_at', 'reason']
  );
END
$$;

CREATE FUNCTION api.clinician_create_appointment(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_patient uuid, p_id uuid,
  p_starts_at timestamptz, p_ends_at timestamptz, p_reason bytea
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
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'appointment.create', p_patient, p_id);
      IF v_claim.state = 'claimed' THEN
        INSERT INTO phi.appointment (id, patient_id, clinician_id, starts_at, ends_at, reason)
        VALUES (p_id, p_patient, p_sub, p_starts_at, p_ends_at, p_reason);
        id := p_id;
        version := 1;
      ELSIF v_claim.state = 'replayed' THEN
        v_decision.reason := 'replayed';
        SELECT a.id, a.version INTO id, version FROM phi.appointment AS a WHERE a.id = v_claim.resource_id;
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
    'appointment', id, p_patient, v_decision, CASE WHEN v_decision.reason IS NULL THEN ARRAY['starts_at', 'ends_at', 'reason'] END
  );
END
$$;

CREATE FUNCTION api.clinician_update_appointment(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_appointment uuid,
  p_version integer, p_starts_at timestamptz, p_ends_at timestamptz, p_reason bytea
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('appointment', p_appointment);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND v_patient IS DISTINCT FROM p_patient THEN
    v_decision := ROW('not_found', 'not_related', false)::authz.decision;
  END IF;
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      UPDATE phi.appointment AS a
      SET
        version = a.version + 1,
        starts_at = COALESCE(p_starts_at, a.starts_at),
        ends_at = COALESCE(p_ends_at, a.ends_at),
        reason = COALESCE(p_reason, a.reason)
      WHERE a.id = p_appointment AND a.version = p_version AND a.status = 'booked'
      RETURNING a.id, a.version INTO id, version;
      IF NOT FOUND THEN
        v_decision.outcome := CASE
          WHEN EXISTS (SELECT FROM phi.appointment AS a WHERE a.id = p_appointment AND a.status = 'booked') THEN 'stale'
          ELSE 'conflict'
        END;
        v_decision.reason := CASE v_decision.outcome WHEN 'stale' THEN 'version_stale' ELSE 'not_active' END;
      END IF;
    EXCEPTION
      WHEN check_violation THEN
        v_decision.outcome := 'invalid';
        v_decision.reason := 'value_refused';
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.change', 'U', 'appointment', p_appointment, v_patient, v_decision,
    array_remove(ARRAY[
      CASE WHEN p_starts_at IS NOT NULL THEN 'starts_at' END, CASE WHEN p_ends_at IS NOT NULL THEN 'ends_at' END,
      CASE WHEN p_reason IS NOT NULL THEN 'reason' END
    ], NULL)
  );
END
$$;

-- A NULL version cancels whatever version there is.
CREATE FUNCTION api.clinician_cancel_appointment(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_appointment uuid,
  p_version integer, p_reason text
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := authz.patient_of('appointment', p_appointment);
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND v_patient IS DISTINCT FROM p_patient THEN
    v_decision := ROW('not_found', 'not_related', false)::authz.decision;
  END IF;
  IF v_decision.outcome = 'ok' AND (p_reason = ANY ('{patient_request,clinician_request,booked_in_error,other}')) IS NOT TRUE THEN
    v_decision.outcome := 'invalid';
    v_decision.reason := 'code_unknown';
  ELSIF v_decision.outcome = 'ok' THEN
    UPDATE phi.appointment AS a
    SET version = a.version + 1, status = 'cancelled'
    WHERE a.id = p_appointment AND a.version = COALESCE(p_version, a.version) AND a.status = 'booked'
    RETURNING a.id, a.version INTO id, version;
    IF FOUND THEN
      v_decision.reason := p_reason;
    ELSE
      v_decision.outcome := CASE
        WHEN EXISTS (SELECT FROM phi.appointment AS a WHERE a.id = p_appointment AND a.status = 'booked') THEN 'stale'
        ELSE 'conflict'
      END;
      v_decision.reason := CASE v_decision.outcome WHEN 'stale' THEN 'version_stale' ELSE 'not_active' END;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.change', 'D', 'appointment', p_appointment, v_patient, v_decision
  );
END
$$;

GRANT EXECUTE ON FUNCTION
  api.clinician_list_appointments, api.clinician_create_appointment, api.clinician_update_appointment, api.clinician_cancel_appointment
TO records_api;

SET LOCAL ROLE phi_self;

CREATE FUNCTION api.self_list_appointments(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, version integer, patient_id uuid, status text, clinician_id uuid, starts_at timestamptz, ends_at timestamptz,
  reason bytea
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
        'ok', t.id, t.version, t.patient_id, t.status, t.clinician_id, t.starts_at, t.ends_at, t.reason
      FROM phi.appointment AS t
      WHERE t.patient_id = p_patient
        AND (t.starts_at, t.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY t.starts_at DESC, t.id DESC
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
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.access', 'R', 'appointment', NULL, p_patient, v_decision,
    ARRAY['starts_at', 'ends_at', 'reason']
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.self_list_appointments TO records_api;

RESET ROLE;
CALL migration.leave_owners();
