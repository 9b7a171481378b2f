-- Principals, care teams, data keys and refusals: what is administered without seeing a record: 164.308(a)(3), 164.308(a)(4),
-- 164.308(a)(5)(ii)(C), 164.312(a)(2)(iv), 164.312(b).
CALL migration.join_owners();
SET LOCAL ROLE app_owner;

CREATE FUNCTION api.me(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_role text
) RETURNS TABLE (outcome text, role text, patient_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, p_role);
BEGIN
  -- A caller may learn that records are closed; who the caller is does not depend on it.
  IF v_decision.outcome = 'unavailable' THEN
    v_decision := ROW('ok', NULL, false)::authz.decision;
  END IF;
  IF v_decision.outcome = 'ok' THEN
    role := p_role;
    patient_id := authz.own_patient(p_sub);
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  -- The one role that comes as a text: what is none of the four is refused like any other and does not get into the trail.
  PERFORM audit.write(
    p_audit, p_sub, CASE WHEN p_role = ANY ('{admin,clinician,billing,patient}') THEN p_role END, p_ip, p_request, 'session', 'R',
    'principal', p_sub, patient_id, v_decision
  );
END
$$;

-- What was refused before any other function could run: a role without the operation, a token that did not hold, keys that were not to be
-- had, a value that did not decrypt. Never a success, so it cannot be used to pass off an access as one. Claims that did not verify do not
-- come here as an actor.
CREATE FUNCTION api.record_denial(
  p_sub uuid, p_role text, p_audit uuid, p_ip inet, p_request text,
  p_type text, p_action text, p_outcome text, p_resource_type text, p_resource uuid, p_patient uuid, p_reason text
) RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF p_outcome = ANY ('{denied,failed}') AND p_reason IS NOT NULL THEN
    PERFORM audit.write(
      p_audit, p_sub, p_role, p_ip, p_request, p_type, p_action, p_resource_type, p_resource, p_patient,
      ROW(CASE p_outcome WHEN 'denied' THEN 'forbidden' ELSE 'failed' END, p_reason, false)::authz.decision
    );
    outcome := 'ok';
  ELSE
    outcome := 'invalid';
  END IF;
  RETURN NEXT;
END
$$;

CREATE FUNCTION api.admin_put_care_team(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_member uuid
) RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'admin', p_patient);
BEGIN
  IF v_decision.outcome = 'ok' THEN
    IF NOT EXISTS (SELECT FROM authz.principal AS p WHERE p.sub = p_member) THEN
      v_decision := ROW('not_found', 'principal_unknown', false)::authz.decision;
    ELSIF NOT EXISTS (SELECT FROM authz.principal AS p WHERE p.sub = p_member AND p.role = 'clinician') THEN
      v_decision := ROW('conflict', 'not_clinician', false)::authz.decision;
    ELSE
      INSERT INTO authz.care_team (patient_id, sub) VALUES (p_patient, p_member) ON CONFLICT DO NOTHING;
      v_decision.reason := CASE WHEN NOT FOUND THEN 'unchanged' END;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'admin', p_ip, p_request, 'authz.change', 'C', 'care_team', p_member, p_patient, v_decision
  );
END
$$;

CREATE FUNCTION api.admin_delete_care_team(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_member uuid
) RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'admin', p_patient);
BEGIN
  IF v_decision.outcome = 'ok' THEN
    DELETE FROM authz.care_team AS t WHERE t.patient_id = p_patient AND t.sub = p_member;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'absent', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'admin', p_ip, p_request, 'authz.change', 'D', 'care_team', p_member, p_patient, v_decision
  );
END
$$;

-- Makes a principal or sets all there is about one. Nobody sets one's own: neither a wider role nor the door locked from inside. Whoever
-- changes role or is disabled loses every session issued so far.
CREATE FUNCTION api.admin_put_principal(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text,
  p_principal uuid, p_role text, p_patient uuid, p_disabled boolean
) RETURNS TABLE (outcome text, created boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'admin');
BEGIN
  IF v_decision.outcome = 'ok' AND p_principal = p_sub THEN
    v_decision := ROW('forbidden', 'own_principal', false)::authz.decision;
  ELSIF v_decision.outcome = 'ok' AND p_patient IS NOT NULL AND NOT EXISTS (SELECT FROM phi.patient AS p WHERE p.id = p_patient) THEN
    v_decision := ROW('not_found', 'absent', false)::authz.decision;
  ELSIF v_decision.outcome = 'ok' THEN
    BEGIN
      INSERT INTO authz.principal AS p (sub, role, patient_id, disabled_at)
      VALUES (p_principal, p_role, p_patient, CASE WHEN p_disabled THEN clock_timestamp() END)
      ON CONFLICT (sub) DO UPDATE SET
        role = EXCLUDED.role,
        patient_id = EXCLUDED.patient_id,
        disabled_at = CASE WHEN p_disabled THEN COALESCE(p.disabled_at, EXCLUDED.disabled_at) END,
        revoked_before = CASE
          WHEN p_disabled OR p.role <> EXCLUDED.role OR p.patient_id IS DISTINCT FROM EXCLUDED.patient_id THEN clock_timestamp()
          ELSE p.revoked_before
        END
      RETURNING xmax = 0 INTO created;
    EXCEPTION
      WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', false)::authz.decision;
      WHEN check_violation OR not_null_violation THEN v_decision := ROW('invalid', 'value_refused', false)::authz.decision;
    END;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'admin', p_ip, p_request, 'authz.change', CASE WHEN created THEN 'C' ELSE 'U' END, 'principal', p_principal, p_patient,
    v_decision
  );
END
$$;

-- Wrapped keys are no secret without the key service. They are read before and apart from any record, so no event is due.
CREATE FUNCTION api.read_data_keys(p_class text)
RETURNS TABLE (id uuid, class text, wrapped bytea, created_at timestamptz, retired_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT k.id, k.class, k.wrapped, k.created_at, k.retired_at
    FROM crypto.data_key AS k
    WHERE k.class = p_class
    ORDER BY k.created_at, k.id;
END
$$;

-- Adds a key if the newest usable one is still the one the caller saw (NULL: none), so that of several that find none only one adds. The
-- API makes no keys, so this is not for its login.
CREATE FUNCTION crypto.add_data_key(
  p_audit uuid, p_request text, p_class text, p_id uuid, p_wrapped bytea, p_newest uuid
) RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := ROW('ok', NULL, false)::authz.decision;
BEGIN
  BEGIN
    LOCK TABLE crypto.data_key IN SHARE ROW EXCLUSIVE MODE;
    IF p_newest IS DISTINCT FROM (
      SELECT k.id FROM crypto.data_key AS k
      WHERE k.class = p_class AND k.retired_at IS NULL
      ORDER BY k.created_at DESC, k.id DESC
      LIMIT 1
    ) THEN
      v_decision := ROW('stale', 'version_stale', false)::authz.decision;
    ELSE
      INSERT INTO crypto.data_key (id, class, wrapped) VALUES (p_id, p_class, p_wrapped);
    END IF;
  EXCEPTION
    WHEN unique_violation THEN v_decision := ROW('conflict', 'duplicate', false)::authz.decision;
    WHEN check_violation OR not_null_violation THEN v_decision := ROW('invalid', 'value_refused', false)::authz.decision;
  END;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(p_audit, NULL, NULL, NULL, p_request, 'key.change', 'C', 'data_key', p_id, NULL, v_decision);
END
$$;

GRANT EXECUTE ON FUNCTION
  api.me, api.record_denial, api.admin_put_care_team, api.admin_delete_care_team, api.admin_put_principal, api.read_data_keys
TO records_api;

SET LOCAL ROLE phi_owner;

-- The first administrator cannot be made by one. Works once, and not through the API.
CREATE FUNCTION authz.bootstrap_admin(p_admin uuid, p_audit uuid, p_request text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := ROW('ok', 'first_admin', false)::authz.decision;
BEGIN
  LOCK TABLE authz.principal IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM authz.principal AS p WHERE p.role = 'admin' OR p.sub = p_admin) THEN
    v_decision := ROW('conflict', 'duplicate', false)::authz.decision;
  ELSE
    INSERT INTO authz.principal (sub, role) VALUES (p_admin, 'admin');
  END IF;
  PERFORM audit.write(p_audit, NULL, NULL, NULL, p_request, 'authz.change', 'C', 'principal', p_admin, NULL, v_decision);
  RETURN v_decision.outcome;
END
$$;
GRANT EXECUTE ON FUNCTION authz.bootstrap_admin TO migrator;

-- Containment: ends every session issued so far, at the next request: 164.308(a)(3)(ii)(C), 164.308(a)(6)(ii).
CREATE FUNCTION authz.revoke_sessions(p_principal uuid, p_audit uuid, p_request text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := ROW('ok', 'sessions_revoked', false)::authz.decision;
BEGIN
  UPDATE authz.principal AS p SET revoked_before = clock_timestamp() WHERE p.sub = p_principal;
  IF NOT FOUND THEN
    v_decision := ROW('not_found', 'absent', false)::authz.decision;
  END IF;
  PERFORM audit.write(p_audit, NULL, NULL, NULL, p_request, 'authz.change', 'U', 'principal', p_principal, NULL, v_decision);
  RETURN v_decision.outcome;
END
$$;
GRANT EXECUTE ON FUNCTION authz.revoke_sessions TO session_revoker;

RESET ROLE;
CALL migration.leave_owners();
