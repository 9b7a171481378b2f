-- Who a caller is, whom the caller may treat, and the row policies that follow: 164.312(a)(1), 164.312(a)(2)(ii), 164.312(d),
-- 164.308(a)(3)(ii)(C), 164.308(a)(4).
CALL migration.join_owners();
SET LOCAL ROLE phi_owner;

-- The role stands here and not only in the token; the link to a record stands here and never in a token.
CREATE TABLE authz.principal (
  sub uuid PRIMARY KEY,
  role text NOT NULL CHECK (role IN ('admin', 'clinician', 'billing', 'patient')),
  patient_id uuid UNIQUE REFERENCES phi.patient,
  disabled_at timestamptz,
  revoked_before timestamptz,
  CONSTRAINT principal_own_record CHECK (role = 'patient' OR patient_id IS NULL)
);

CREATE TABLE authz.care_team (
  patient_id uuid NOT NULL REFERENCES phi.patient,
  sub uuid NOT NULL,
  PRIMARY KEY (patient_id, sub)
);
CREATE INDEX care_team_page ON authz.care_team (sub, patient_id);

-- One clinician, one patient, one hour; the text says why in the clinician's words and is ciphertext like any other text.
CREATE TABLE authz.emergency_grant (
  id uuid PRIMARY KEY,
  sub uuid NOT NULL,
  patient_id uuid NOT NULL REFERENCES phi.patient,
  reason_code text NOT NULL
    CHECK (reason_code IN ('imminent_danger', 'unable_to_consent', 'care_team_unavailable', 'disaster')),
  reason_text bytea NOT NULL CHECK (octet_length(reason_text) >= 45),
  granted_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '60 minutes',
  reviewed_by uuid,
  reviewed_at timestamptz,
  review_outcome text CHECK (review_outcome IN ('justified', 'unjustified', 'inconclusive')),
  CHECK (expires_at <= granted_at + interval '60 minutes'),
  CHECK (reviewed_by <> sub),
  CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL) AND (reviewed_by IS NULL) = (review_outcome IS NULL))
);
CREATE INDEX emergency_grant_live ON authz.emergency_grant (patient_id, sub, expires_at);
ALTER TABLE authz.emergency_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE authz.emergency_grant FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE ON authz.principal TO app_owner;
GRANT SELECT, INSERT, DELETE ON authz.care_team TO app_owner;
GRANT SELECT (id, sub, patient_id, reason_code, granted_at, expires_at, reviewed_by, reviewed_at, review_outcome),
  UPDATE (expires_at, reviewed_by, reviewed_at, review_outcome) ON authz.emergency_grant TO app_owner;
GRANT SELECT (patient_id, sub) ON authz.care_team TO phi_clinician;
GRANT SELECT, INSERT (id, sub, patient_id, reason_code, reason_text),
  UPDATE (expires_at, reviewed_by, reviewed_at, review_outcome) ON authz.emergency_grant TO phi_clinician;

-- The caller as the running function has set it. After a transaction-local setting ends it reads as '' and not as NULL, which a bare cast
-- to uuid does not survive.
CREATE FUNCTION authz.caller() RETURNS uuid
LANGUAGE sql STABLE
AS $$ SELECT NULLIF(current_setting('app.sub', true), '')::uuid $$;

CREATE FUNCTION authz.may_treat(p_patient uuid, p_sub uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (SELECT FROM authz.care_team AS t WHERE t.patient_id = p_patient AND t.sub = p_sub)
    OR EXISTS (
      SELECT FROM authz.emergency_grant AS g WHERE g.patient_id = p_patient AND g.sub = p_sub AND g.expires_at > now()
    );
END
$$;

CREATE FUNCTION authz.own_patient(p_sub uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT p.patient_id FROM authz.principal AS p WHERE p.sub = p_sub AND p.role = 'patient');
END
$$;

-- Is this principal still someone, enabled, not signed out since the token was issued, and of the role the function was written for?
-- Checked inside the statement that reads, so that a withdrawal takes effect at the next request. The second check is the exporter's: where
-- a limit is set, records stay closed while audit rows pile up unexported; administration stays open, to repair it.
CREATE FUNCTION authz.admit(p_sub uuid, p_iat timestamptz, p_role text) RETURNS authz.decision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_role text;
  v_disabled_at timestamptz;
  v_revoked_before timestamptz;
  v_reason text;
BEGIN
  SELECT p.role, p.disabled_at, p.revoked_before INTO v_role, v_disabled_at, v_revoked_before
  FROM authz.principal AS p
  WHERE p.sub = p_sub;
  v_reason := CASE
    WHEN NOT FOUND THEN 'principal_unknown'
    WHEN v_disabled_at IS NOT NULL THEN 'principal_disabled'
    WHEN p_iat IS NULL OR p_iat < v_revoked_before THEN 'token_revoked'
    WHEN v_role IS DISTINCT FROM p_role THEN 'role_mismatch'
  END;
  IF v_reason IS NOT NULL THEN
    RETURN ROW('forbidden', v_reason, false)::authz.decision;
  END IF;
  IF p_role <> 'admin' AND audit.reads_stopped() THEN
    RETURN ROW('unavailable', 'export_stalled', false)::authz.decision;
  END IF;
  RETURN ROW('ok', NULL, false)::authz.decision;
END
$$;

-- The same, and the relation to one patient. Absent and not-yours are one outcome; only the reason, which goes into the audit row, differs.
CREATE FUNCTION authz.admit_to(p_sub uuid, p_iat timestamptz, p_role text, p_patient uuid) RETURNS authz.decision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, p_role);
  v_related boolean;
BEGIN
  IF v_decision.outcome <> 'ok' THEN
    RETURN v_decision;
  END IF;
  IF p_role = 'clinician' THEN
    v_related := EXISTS (SELECT FROM authz.care_team AS t WHERE t.patient_id = p_patient AND t.sub = p_sub);
    IF NOT v_related THEN
      v_related := authz.may_treat(p_patient, p_sub);
      v_decision.emergency := v_related;
    END IF;
  ELSIF p_role = 'patient' THEN
    v_related := COALESCE(authz.own_patient(p_sub) = p_patient, false);
  ELSE
    v_related := true;
  END IF;
  IF p_role IN ('clinician', 'patient') AND v_related THEN
    RETURN v_decision;
  END IF;
  IF NOT EXISTS (SELECT FROM phi.patient AS p WHERE p.id = p_patient) THEN
    RETURN ROW('not_found', 'absent', false)::authz.decision;
  END IF;
  RETURN CASE WHEN v_related THEN v_decision ELSE ROW('not_found', 'not_related', false)::authz.decision END;
END
$$;

-- Whose a thing is, whoever asks: the audit row of a refusal names the patient, the answer does not.
CREATE FUNCTION authz.patient_of(p_resource text, p_id uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN CASE p_resource
    WHEN 'note' THEN (SELECT n.patient_id FROM phi.visit_note AS n WHERE n.id = p_id LIMIT 1)
    WHEN 'appointment' THEN (SELECT a.patient_id FROM phi.appointment AS a WHERE a.id = p_id)
    WHEN 'session' THEN (SELECT s.patient_id FROM phi.video_session AS s WHERE s.id = p_id)
    WHEN 'document' THEN (SELECT d.patient_id FROM phi.document AS d WHERE d.id = p_id)
    WHEN 'emergency_grant' THEN (SELECT g.patient_id FROM authz.emergency_grant AS g WHERE g.id = p_id)
  END;
END
$$;

-- For an emergency alone: search shows a clinician no patient outside the care team.
CREATE FUNCTION authz.locate_mrn(p_mrn_bidx bytea) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT p.id FROM phi.patient AS p WHERE p.mrn_bidx = p_mrn_bidx);
END
$$;

-- The creator of a record is the first of its care team. A record that has a team already is left alone, so this adds nobody to another's.
CREATE FUNCTION authz.found_care_team(p_patient uuid, p_sub uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO authz.care_team (patient_id, sub)
  SELECT p_patient, p_sub
  WHERE NOT EXISTS (SELECT FROM authz.care_team AS t WHERE t.patient_id = p_patient);
END
$$;

-- Takes an Idempotency-Key in the transaction of the creation: a second request waits here for the first one to commit or fail. The digest
-- covers the operation and the patient besides the body, so a key cannot be carried over to another of either. Whoever uses a key sweeps
-- away those of their own that are over a week old: no client repeats a request for that long.
CREATE FUNCTION authz.claim_key(p_sub uuid, p_key uuid, p_sha256 bytea, p_operation text, p_patient uuid, p_resource uuid)
RETURNS authz.claim
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_sha256 bytea := sha256(p_sha256 || convert_to(p_operation || ':' || COALESCE(p_patient::text, ''), 'UTF8'));
  v_resource uuid;
BEGIN
  IF p_key IS NULL THEN
    RETURN ROW('claimed', p_resource)::authz.claim;
  END IF;
  DELETE FROM api.idempotency AS i WHERE i.sub = p_sub AND i.used_at < now() - interval '7 days';
  INSERT INTO api.idempotency (sub, key, request_sha256, resource_id)
  VALUES (p_sub, p_key, v_sha256, p_resource)
  ON CONFLICT (sub, key) DO NOTHING;
  IF FOUND THEN
    RETURN ROW('claimed', p_resource)::authz.claim;
  END IF;
  SELECT i.resource_id INTO v_resource
  FROM api.idempotency AS i
  WHERE i.sub = p_sub AND i.key = p_key AND i.request_sha256 = v_sha256;
  RETURN CASE WHEN FOUND THEN ROW('replayed', v_resource)::authz.claim ELSE ROW('reused', NULL)::authz.claim END;
END
$$;

GRANT EXECUTE ON FUNCTION authz.caller, authz.admit, authz.admit_to, authz.patient_of
  TO phi_clinician, phi_billing, phi_self, app_owner, audit_owner;
GRANT EXECUTE ON FUNCTION authz.may_treat, authz.locate_mrn, authz.found_care_team TO phi_clinician;
GRANT EXECUTE ON FUNCTION authz.own_patient TO phi_self, app_owner;
GRANT EXECUTE ON FUNCTION authz.claim_key TO phi_clinician, audit_owner;

-- Finding ids is the owner's whole use of these tables, and the column grants keep it to that.
CREATE POLICY locate ON phi.patient FOR SELECT TO phi_owner USING (true);
CREATE POLICY locate ON phi.visit_note FOR SELECT TO phi_owner USING (true);
CREATE POLICY locate ON phi.appointment FOR SELECT TO phi_owner USING (true);
CREATE POLICY locate ON phi.video_session FOR SELECT TO phi_owner USING (true);
CREATE POLICY locate ON phi.document FOR SELECT TO phi_owner USING (true);
CREATE POLICY locate ON authz.emergency_grant FOR SELECT TO phi_owner USING (true);
CREATE POLICY existence ON phi.patient FOR SELECT TO app_owner USING (true);

CREATE POLICY team ON phi.patient FOR SELECT TO phi_clinician USING (authz.may_treat(id, authz.caller()));
CREATE POLICY team_creates ON phi.patient FOR INSERT TO phi_clinician WITH CHECK (version = 1 AND status = 'active');
CREATE POLICY team_changes ON phi.patient FOR UPDATE TO phi_clinician USING (authz.may_treat(id, authz.caller()));
CREATE POLICY billing ON phi.patient FOR SELECT TO phi_billing USING (true);
CREATE POLICY billing_changes ON phi.patient FOR UPDATE TO phi_billing USING (true);
-- The scalar subquery is evaluated once for a statement, not once for a row.
CREATE POLICY own ON phi.patient FOR SELECT TO phi_self USING (id = (SELECT authz.own_patient(authz.caller())));

CREATE POLICY team ON phi.visit_note FOR SELECT TO phi_clinician USING (authz.may_treat(patient_id, authz.caller()));
CREATE POLICY team_creates ON phi.visit_note FOR INSERT TO phi_clinician
  WITH CHECK (authz.may_treat(patient_id, authz.caller()) AND author_id = authz.caller());
CREATE POLICY own ON phi.visit_note FOR SELECT TO phi_self USING (patient_id = (SELECT authz.own_patient(authz.caller())));

CREATE POLICY team ON phi.appointment FOR SELECT TO phi_clinician USING (authz.may_treat(patient_id, authz.caller()));
CREATE POLICY team_creates ON phi.appointment FOR INSERT TO phi_clinician
  WITH CHECK (authz.may_treat(patient_id, authz.caller()) AND clinician_id = authz.caller());
CREATE POLICY team_changes ON phi.appointment FOR UPDATE TO phi_clinician USING (authz.may_treat(patient_id, authz.caller()));
CREATE POLICY own ON phi.appointment FOR SELECT TO phi_self USING (patient_id = (SELECT authz.own_patient(authz.caller())));

CREATE POLICY team ON phi.video_session FOR SELECT TO phi_clinician USING (authz.may_treat(patient_id, authz.caller()));
CREATE POLICY team_creates ON phi.video_session FOR INSERT TO phi_clinician
  WITH CHECK (authz.may_treat(patient_id, authz.caller()) AND clinician_id = authz.caller());
CREATE POLICY own ON phi.video_session FOR SELECT TO phi_self USING (patient_id = (SELECT authz.own_patient(authz.caller())));

CREATE POLICY team ON phi.document FOR SELECT TO phi_clinician USING (authz.may_treat(patient_id, authz.caller()));
CREATE POLICY team_creates ON phi.document FOR INSERT TO phi_clinician
  WITH CHECK (authz.may_treat(patient_id, authz.caller()) AND uploaded_by = authz.caller());
CREATE POLICY own ON phi.document FOR SELECT TO phi_self USING (patient_id = (SELECT authz.own_patient(authz.caller())));

-- Nobody reviews an own grant, and nobody but a clinician holds one.
CREATE POLICY oversight ON authz.emergency_grant FOR SELECT TO app_owner, phi_clinician USING (true);
CREATE POLICY open_own ON authz.emergency_grant FOR INSERT TO phi_clinician WITH CHECK (sub = authz.caller());
CREATE POLICY review ON authz.emergency_grant FOR UPDATE TO app_owner, phi_clinician USING (sub <> authz.caller());

RESET ROLE;
CALL migration.leave_owners();
