-- Break-glass for a clinician outside the care team, and the review that follows: 164.312(a)(2)(ii), 164.308(a)(1)(ii)(D).
CALL migration.join_owners();
SET LOCAL ROLE phi_clinician;

-- By id or by exact mrn, because search shows no patient outside the care team. Whoever is in the team already needs no grant, and gets
-- none, so that each one on record is worth a look.
CREATE FUNCTION api.clinician_open_emergency(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_id uuid,
  p_patient uuid, p_mrn_bidx bytea, p_reason_code text, p_reason_text bytea
) RETURNS TABLE (outcome text, id uuid, patient_id uuid, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_patient uuid := COALESCE(p_patient, authz.locate_mrn(p_mrn_bidx));
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', v_patient);
  v_claim authz.claim;
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND NOT v_decision.emergency THEN
    v_decision := ROW('conflict', 'in_care_team', false)::authz.decision;
  ELSIF v_decision.outcome = 'ok' OR v_decision.reason = 'not_related' THEN
    v_decision := ROW('ok', NULL, true)::authz.decision;
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'emergency.open', v_patient, p_id);
      IF v_claim.state = 'reused' THEN
        v_decision := ROW('conflict', 'key_reused', true)::authz.decision;
      ELSE
        IF v_claim.state = 'claimed' THEN
          INSERT INTO authz.emergency_grant (id, sub, patient_id, reason_code, reason_text)
          VALUES (p_id, p_sub, v_patient, p_reason_code, p_reason_text);
          v_decision.reason := p_reason_code;
        ELSE
          v_decision.reason := 'replayed';
        END IF;
        SELECT g.id, g.patient_id, g.expires_at INTO id, patient_id, expires_at
        FROM authz.emergency_grant AS g
        WHERE g.id = v_claim.resource_id AND g.sub = p_sub;
      END IF;
    EXCEPTION
      WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', true)::authz.decision;
      WHEN check_violation OR not_null_violation THEN v_decision := ROW('invalid', 'value_refused', true)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'emergency.override', 'E', 'emergency_grant', id, v_patient, v_decision,
    CASE WHEN v_decision.reason <> 'replayed' THEN ARRAY['reason_text'] END
  );
END
$$;

-- A colleague reads why and judges. Without a code nothing is judged yet: the text is read and that is the event. A grant found unjustified
-- ends at once.
CREATE FUNCTION api.clinician_review_emergency(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_grant uuid, p_outcome text
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, sub uuid, reason_code text, reason_text bytea, granted_at timestamptz,
  expires_at timestamptz, reviewed_by uuid, reviewed_at timestamptz, review_outcome text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'clinician');
  v_grant authz.emergency_grant;
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT g.* INTO v_grant FROM authz.emergency_grant AS g WHERE g.id = p_grant;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'absent', false)::authz.decision;
    ELSIF v_grant.sub = p_sub THEN
      v_decision := ROW('forbidden', 'own_grant', false)::authz.decision;
    ELSIF p_outcome IS NOT NULL THEN
      BEGIN
        UPDATE authz.emergency_grant AS g
        SET
          reviewed_by = p_sub,
          reviewed_at = now(),
          review_outcome = p_outcome,
          expires_at = CASE p_outcome WHEN 'unjustified' THEN LEAST(g.expires_at, now()) ELSE g.expires_at END
        WHERE g.id = p_grant AND g.reviewed_at IS NULL
        RETURNING g.* INTO v_grant;
        IF NOT FOUND THEN
          v_decision := ROW('conflict', 'already_reviewed', false)::authz.decision;
        ELSE
          v_decision.reason := p_outcome;
        END IF;
      EXCEPTION
        WHEN check_violation THEN v_decision := ROW('invalid', 'value_refused', false)::authz.decision;
      END;
    END IF;
  END IF;
  IF v_decision.outcome = 'ok' THEN
    id := v_grant.id;
    patient_id := v_grant.patient_id;
    sub := v_grant.sub;
    reason_code := v_grant.reason_code;
    reason_text := v_grant.reason_text;
    granted_at := v_grant.granted_at;
    expires_at := v_grant.expires_at;
    reviewed_by := v_grant.reviewed_by;
    reviewed_at := v_grant.reviewed_at;
    review_outcome := v_grant.review_outcome;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'emergency.review', CASE WHEN p_outcome IS NULL THEN 'R' ELSE 'E' END, 'emergency_grant',
    p_grant, authz.patient_of('emergency_grant', p_grant), v_decision, ARRAY['reason_text']
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.clinician_open_emergency, api.clinician_review_emergency TO records_api;

SET LOCAL ROLE app_owner;

-- An administrator judges by code and circumstances; the text is clinical and stays out of sight.
CREATE FUNCTION api.admin_review_emergency(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_grant uuid, p_outcome text
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, sub uuid, reason_code text, granted_at timestamptz, expires_at timestamptz,
  reviewed_by uuid, reviewed_at timestamptz, review_outcome text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'admin');
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      UPDATE authz.emergency_grant AS g
      SET
        reviewed_by = CASE WHEN p_outcome IS NULL THEN g.reviewed_by ELSE p_sub END,
        reviewed_at = CASE WHEN p_outcome IS NULL THEN g.reviewed_at ELSE now() END,
        review_outcome = COALESCE(p_outcome, g.review_outcome),
        expires_at = CASE p_outcome WHEN 'unjustified' THEN LEAST(g.expires_at, now()) ELSE g.expires_at END
      WHERE g.id = p_grant AND (p_outcome IS NULL OR g.reviewed_at IS NULL)
      RETURNING
        g.id, g.patient_id, g.sub, g.reason_code, g.granted_at, g.expires_at, g.reviewed_by, g.reviewed_at, g.review_outcome
      INTO id, patient_id, sub, reason_code, granted_at, expires_at, reviewed_by, reviewed_at, review_outcome;
      IF FOUND THEN
        v_decision.reason := p_outcome;
      ELSIF EXISTS (SELECT FROM authz.emergency_grant AS g WHERE g.id = p_grant) THEN
        v_decision := ROW('conflict', 'already_reviewed', false)::authz.decision;
      ELSE
        v_decision := ROW('not_found', 'absent', false)::authz.decision;
      END IF;
    EXCEPTION
      WHEN check_violation THEN v_decision := ROW('invalid', 'value_refused', false)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'admin', p_ip, p_request, 'emergency.review', CASE WHEN p_outcome IS NULL THEN 'R' ELSE 'E' END, 'emergency_grant',
    p_grant, authz.patient_of('emergency_grant', p_grant), v_decision
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.admin_review_emergency TO records_api;

RESET ROLE;
CALL migration.leave_owners();
