-- Containment of one principal, for a login that may do nothing else: 164.308(a)(3)(ii)(C), 164.308(a)(6)(ii).
CALL migration.join_owners();
SET LOCAL ROLE phi_owner;

-- What a containment finds, to be put back afterwards. Role and times, no value of a record; no row for nobody.
CREATE FUNCTION authz.read_standing(p_principal uuid)
RETURNS TABLE (role text, disabled_at timestamptz, revoked_before timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT p.role, p.disabled_at, p.revoked_before FROM authz.principal AS p WHERE p.sub = p_principal;
END
$$;

-- Closes the door, and ends the sessions that are open; or opens it again, for sessions to come. Repeated, it changes nothing but the
-- time until which sessions are over.
CREATE FUNCTION authz.set_disabled(p_principal uuid, p_disabled boolean, p_audit uuid, p_request text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := ROW('ok', CASE WHEN p_disabled THEN 'principal_disabled' ELSE 'principal_enabled' END, false)::authz.decision;
BEGIN
  UPDATE authz.principal AS p SET
    disabled_at = CASE WHEN p_disabled THEN COALESCE(p.disabled_at, clock_timestamp()) END,
    revoked_before = CASE WHEN p_disabled THEN clock_timestamp() ELSE p.revoked_before END
  WHERE p.sub = p_principal;
  IF NOT FOUND THEN
    v_decision := ROW('not_found', 'absent', false)::authz.decision;
  END IF;
  PERFORM audit.write(p_audit, NULL, NULL, NULL, p_request, 'authz.change', 'U', 'principal', p_principal, NULL, v_decision);
  RETURN v_decision.outcome;
END
$$;

GRANT EXECUTE ON FUNCTION authz.read_standing, authz.set_disabled TO session_revoker;

RESET ROLE;
CALL migration.leave_owners();
