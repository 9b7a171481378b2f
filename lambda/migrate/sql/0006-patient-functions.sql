-- Reading and writing a record as a clinician, and reading one's own as a patient: 164.312(a)(1), 164.312(b), 164.502(b), 164.524.
-- Every function of the schema api follows one pattern: it decides who asks, sets the caller for row security, does one thing, writes the
-- event, and returns an outcome. It raises for nothing that a caller can bring about, since raising would take the event back.
-- A refusal is one row with the outcome and nothing else; so is an empty list.
CALL migration.join_owners();
SET LOCAL ROLE phi_clinician;

CREATE FUNCTION api.clinician_list_patients(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_after uuid, p_limit integer
) RETURNS TABLE (outcome text, id uuid, version integer, status text, name bytea, date_of_birth bytea, mrn bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'clinician');
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      WITH page AS MATERIALIZED (
        SELECT p.id, p.version, p.status, p.name, p.date_of_birth, p.mrn
        FROM authz.care_team AS t
        JOIN phi.patient AS p ON p.id = t.patient_id
        WHERE t.sub = p_sub AND t.patient_id > COALESCE(p_after, '00000000-0000-0000-0000-000000000000')
        ORDER BY t.patient_id
        LIMIT LEAST(GREATEST(p_limit, 1), 100)
      ),
      -- The events come from the very rows that are returned: a second reading might see others.
      logged AS (
        INSERT INTO audit.event (
          id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip, request_id, purpose, fields
        )
        SELECT
          audit.event_id(p_audit, row_number() OVER (ORDER BY page.id)), p_sub::text, 'clinician', 'phi.search', 'E', 'success', 'patient',
          page.id, page.id, p_ip, p_request, 'TREAT', ARRAY['name', 'date_of_birth', 'mrn']
        FROM page
      )
      SELECT 'ok', page.* FROM page ORDER BY page.id;
    IF FOUND THEN
      RETURN;
    END IF;
    v_decision.reason := 'no_match';
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.search', 'E', 'patient', NULL, NULL, v_decision);
END
$$;

CREATE FUNCTION api.clinician_create_patient(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_id uuid,
  p_name bytea, p_date_of_birth bytea, p_address bytea, p_mrn bytea, p_mrn_bidx bytea, p_ssn bytea, p_ssn_bidx bytea,
  p_medical_history bytea, p_diagnoses bytea, p_prescriptions bytea
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'clinician');
  v_claim authz.claim;
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    -- The block is one unit: a record that collides leaves no claim behind. Which column collided is nobody's business, as each is a probe.
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'patient.create', NULL, p_id);
      IF v_claim.state = 'claimed' THEN
        INSERT INTO phi.patient (
          id, name, date_of_birth, address, mrn, mrn_bidx, ssn, ssn_bidx, medical_history, diagnoses, prescriptions
        ) VALUES (
          p_id, p_name, p_date_of_birth, p_address, p_mrn, p_mrn_bidx, p_ssn, p_ssn_bidx, p_medical_history, p_diagnoses, p_prescriptions
        );
        PERFORM authz.found_care_team(p_id, p_sub);
        id := p_id;
        version := 1;
      ELSIF v_claim.state = 'replayed' THEN
        SELECT p.id, p.version INTO id, version FROM phi.patient AS p WHERE p.id = v_claim.resource_id;
        v_decision := CASE
          WHEN FOUND THEN ROW('ok', 'replayed', false)::authz.decision
          ELSE ROW('not_found', 'not_related', false)::authz.decision
        END;
      ELSE
        v_decision := ROW('conflict', 'key_reused', false)::authz.decision;
      END IF;
    EXCEPTION
      WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', false)::authz.decision;
      WHEN check_violation OR not_null_violation THEN v_decision := ROW('invalid', 'value_refused', false)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request,
    CASE v_decision.reason WHEN 'replayed' THEN 'phi.access' ELSE 'phi.change' END,
    CASE v_decision.reason WHEN 'replayed' THEN 'R' ELSE 'C' END,
    'patient', id, id, v_decision,
    CASE WHEN v_decision.reason IS NULL THEN array_remove(ARRAY[
      CASE WHEN p_name IS NOT NULL THEN 'name' END, CASE WHEN p_date_of_birth IS NOT NULL THEN 'date_of_birth' END,
      CASE WHEN p_address IS NOT NULL THEN 'address' END, CASE WHEN p_mrn IS NOT NULL THEN 'mrn' END,
      CASE WHEN p_ssn IS NOT NULL THEN 'ssn' END, CASE WHEN p_medical_history IS NOT NULL THEN 'medical_history' END,
      CASE WHEN p_diagnoses IS NOT NULL THEN 'diagnoses' END, CASE WHEN p_prescriptions IS NOT NULL THEN 'prescriptions' END
    ], NULL) END
  );
END
$$;

CREATE FUNCTION api.clinician_read_patient(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid
) RETURNS TABLE (
  outcome text, id uuid, version integer, status text, name bytea, date_of_birth bytea, address bytea, mrn bytea,
  medical_history bytea, diagnoses bytea, prescriptions bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT p.id, p.version, p.status, p.name, p.date_of_birth, p.address, p.mrn, p.medical_history, p.diagnoses, p.prescriptions
    INTO id, version, status, name, date_of_birth, address, mrn, medical_history, diagnoses, prescriptions
    FROM phi.patient AS p
    WHERE p.id = p_patient;
    -- The relation may have ended since it was checked; row security has the last word.
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.access', 'R', 'patient', p_patient, p_patient, v_decision,
    ARRAY['name', 'date_of_birth', 'address', 'mrn', 'medical_history', 'diagnoses', 'prescriptions']
  );
END
$$;

-- A NULL leaves the field as it is. Whoever comes with an old version is told so and changes nothing.
CREATE FUNCTION api.clinician_update_patient(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_version integer,
  p_medical_history bytea, p_diagnoses bytea, p_prescriptions bytea
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      UPDATE phi.patient AS p
      SET
        version = p.version + 1,
        medical_history = COALESCE(p_medical_history, p.medical_history),
        diagnoses = COALESCE(p_diagnoses, p.diagnoses),
        prescriptions = COALESCE(p_prescriptions, p.prescriptions)
      WHERE p.id = p_patient AND p.version = p_version AND p.status = 'active'
      RETURNING p.id, p.version INTO id, version;
      IF NOT FOUND THEN
        v_decision.outcome := CASE
          WHEN EXISTS (SELECT FROM phi.patient AS p WHERE p.id = p_patient AND p.status = 'active') THEN 'stale'
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
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.change', 'U', 'patient', p_patient, p_patient, v_decision,
    array_remove(ARRAY[
      CASE WHEN p_medical_history IS NOT NULL THEN 'medical_history' END, CASE WHEN p_diagnoses IS NOT NULL THEN 'diagnoses' END,
      CASE WHEN p_prescriptions IS NOT NULL THEN 'prescriptions' END
    ], NULL)
  );
END
$$;

-- Nothing is erased: the record is marked and stays readable, with the mark. A NULL version marks whatever version there is.
CREATE FUNCTION api.clinician_void_patient(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_version integer, p_reason text
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'clinician', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND (p_reason = ANY ('{wrong_patient,duplicate,test_data,other}')) IS NOT TRUE THEN
    v_decision.outcome := 'invalid';
    v_decision.reason := 'code_unknown';
  ELSIF v_decision.outcome = 'ok' THEN
    UPDATE phi.patient AS p
    SET version = p.version + 1, status = 'entered_in_error'
    WHERE p.id = p_patient AND p.version = COALESCE(p_version, p.version) AND p.status = 'active'
    RETURNING p.id, p.version INTO id, version;
    IF FOUND THEN
      v_decision.reason := p_reason;
    ELSE
      v_decision.outcome := CASE
        WHEN EXISTS (SELECT FROM phi.patient AS p WHERE p.id = p_patient AND p.status = 'active') THEN 'stale'
        ELSE 'conflict'
      END;
      v_decision.reason := CASE v_decision.outcome WHEN 'stale' THEN 'version_stale' ELSE 'not_active' END;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.change', 'D', 'patient', p_patient, p_patient, v_decision
  );
END
$$;

-- Row security hides patients outside the care team, so a miss and somebody else's patient are the same answer by construction.
CREATE FUNCTION api.clinician_search_patients(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_field text, p_bidx bytea
) RETURNS TABLE (outcome text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'clinician');
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND (p_field = ANY ('{mrn,ssn}')) IS NOT TRUE THEN
    v_decision.outcome := 'invalid';
    v_decision.reason := 'field_refused';
  ELSIF v_decision.outcome = 'ok' THEN
    IF p_field = 'mrn' THEN
      SELECT p.id INTO id FROM phi.patient AS p WHERE p.mrn_bidx = p_bidx;
    ELSE
      SELECT p.id INTO id FROM phi.patient AS p WHERE p.ssn_bidx = p_bidx;
    END IF;
    IF NOT FOUND THEN
      v_decision.reason := 'no_match';
    ELSIF NOT EXISTS (SELECT FROM authz.care_team AS t WHERE t.patient_id = clinician_search_patients.id AND t.sub = p_sub) THEN
      v_decision.emergency := true;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'clinician', p_ip, p_request, 'phi.search', 'E', 'patient', id, id, v_decision,
    CASE p_field WHEN 'mrn' THEN ARRAY['mrn'] WHEN 'ssn' THEN ARRAY['ssn'] END
  );
END
$$;

GRANT EXECUTE ON FUNCTION
  api.clinician_list_patients, api.clinician_create_patient, api.clinician_read_patient, api.clinician_update_patient,
  api.clinician_void_patient, api.clinician_search_patients
TO records_api;

SET LOCAL ROLE phi_self;

CREATE FUNCTION api.self_read_patient(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid
) RETURNS TABLE (
  outcome text, id uuid, version integer, status text, name bytea, date_of_birth bytea, address bytea, mrn bytea,
  medical_history bytea, diagnoses bytea, prescriptions bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT p.id, p.version, p.status, p.name, p.date_of_birth, p.address, p.mrn, p.medical_history, p.diagnoses, p.prescriptions
    INTO id, version, status, name, date_of_birth, address, mrn, medical_history, diagnoses, prescriptions
    FROM phi.patient AS p
    WHERE p.id = p_patient;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.access', 'R', 'patient', p_patient, p_patient, v_decision,
    ARRAY['name', 'date_of_birth', 'address', 'mrn', 'medical_history', 'diagnoses', 'prescriptions']
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.self_read_patient TO records_api;

RESET ROLE;
CALL migration.leave_owners();
