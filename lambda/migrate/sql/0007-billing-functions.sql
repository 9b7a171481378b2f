-- What billing sees of a record, and what it keeps: 164.502(b), 164.506(c). Billing is bound to no care relation; how many records one
-- person opens is watched instead.
CALL migration.join_owners();
SET LOCAL ROLE phi_billing;

CREATE FUNCTION api.billing_read_patient(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid
) RETURNS TABLE (outcome text, id uuid, version integer, status text, name bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'billing', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT p.id, p.version, p.status, p.name INTO id, version, status, name
    FROM phi.patient AS p
    WHERE p.id = p_patient;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'billing', p_ip, p_request, 'phi.access', 'R', 'patient', p_patient, p_patient, v_decision, ARRAY['name']
  );
END
$$;

CREATE FUNCTION api.billing_read_billing(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid
) RETURNS TABLE (
  outcome text, id uuid, version integer, status text, name bytea, insurance_id bytea, billing_address bytea, payment_history bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'billing', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT p.id, p.version, p.status, p.name, p.insurance_id, p.billing_address, p.payment_history
    INTO id, version, status, name, insurance_id, billing_address, payment_history
    FROM phi.patient AS p
    WHERE p.id = p_patient;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'billing', p_ip, p_request, 'phi.access', 'R', 'billing', p_patient, p_patient, v_decision,
    ARRAY['name', 'insurance_id', 'billing_address', 'payment_history']
  );
END
$$;

-- A NULL leaves the field as it is; the index travels with the value it is of.
CREATE FUNCTION api.billing_update_billing(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_version integer,
  p_insurance_id bytea, p_insurance_bidx bytea, p_billing_address bytea, p_payment_history bytea
) RETURNS TABLE (outcome text, id uuid, version integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'billing', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' AND (p_insurance_id IS NULL) <> (p_insurance_bidx IS NULL) THEN
    v_decision.outcome := 'invalid';
    v_decision.reason := 'value_refused';
  ELSIF v_decision.outcome = 'ok' THEN
    BEGIN
      UPDATE phi.patient AS p
      SET
        version = p.version + 1,
        insurance_id = COALESCE(p_insurance_id, p.insurance_id),
        insurance_bidx = COALESCE(p_insurance_bidx, p.insurance_bidx),
        billing_address = COALESCE(p_billing_address, p.billing_address),
        payment_history = COALESCE(p_payment_history, p.payment_history)
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
    p_audit, p_sub, 'billing', p_ip, p_request, 'phi.change', 'U', 'billing', p_patient, p_patient, v_decision,
    array_remove(ARRAY[
      CASE WHEN p_insurance_id IS NOT NULL THEN 'insurance_id' END, CASE WHEN p_billing_address IS NOT NULL THEN 'billing_address' END,
      CASE WHEN p_payment_history IS NOT NULL THEN 'payment_history' END
    ], NULL)
  );
END
$$;

-- Members of one family may share an insurance id, hence several matches and one event for each; a hundred is beyond any family.
CREATE FUNCTION api.billing_search_patients(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_bidx bytea
) RETURNS TABLE (outcome text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'billing');
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      WITH found AS MATERIALIZED (
        SELECT p.id FROM phi.patient AS p WHERE p.insurance_bidx = p_bidx ORDER BY p.id LIMIT 100
      ),
      logged AS (
        INSERT INTO audit.event (
          id, actor_id, actor_role, event_type, action, outcome, resource_type, resource_id, patient_id, ip, request_id, purpose, fields
        )
        SELECT
          audit.event_id(p_audit, row_number() OVER (ORDER BY found.id)), p_sub::text, 'billing', 'phi.search', 'E', 'success', 'billing',
          found.id, found.id, p_ip, p_request, 'HPAYMT', ARRAY['insurance_id']
        FROM found
      )
      SELECT 'ok', found.id FROM found ORDER BY found.id;
    IF FOUND THEN
      RETURN;
    END IF;
    v_decision.reason := 'no_match';
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'billing', p_ip, p_request, 'phi.search', 'E', 'billing', NULL, NULL, v_decision, ARRAY['insurance_id']
  );
END
$$;

GRANT EXECUTE ON FUNCTION
  api.billing_read_patient, api.billing_read_billing, api.billing_update_billing, api.billing_search_patients
TO records_api;

SET LOCAL ROLE phi_self;

CREATE FUNCTION api.self_read_billing(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid
) RETURNS TABLE (
  outcome text, id uuid, version integer, status text, name bytea, insurance_id bytea, billing_address bytea, payment_history bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'patient', p_patient);
BEGIN
  PERFORM set_config('app.sub', p_sub::text, true);
  IF v_decision.outcome = 'ok' THEN
    SELECT p.id, p.version, p.status, p.name, p.insurance_id, p.billing_address, p.payment_history
    INTO id, version, status, name, insurance_id, billing_address, payment_history
    FROM phi.patient AS p
    WHERE p.id = p_patient;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'not_related', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'patient', p_ip, p_request, 'phi.access', 'R', 'billing', p_patient, p_patient, v_decision,
    ARRAY['name', 'insurance_id', 'billing_address', 'payment_history']
  );
END
$$;

GRANT EXECUTE ON FUNCTION api.self_read_billing TO records_api;

RESET ROLE;
CALL migration.leave_owners();
