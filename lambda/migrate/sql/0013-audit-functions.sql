-- Reading the trail: the search of the privacy office, the report a person may ask for, the accounting of disclosures, and the count that a
-- breach assessment starts from: 164.308(a)(1)(ii)(D), 164.312(b), 164.402, 164.404, 164.408, 164.528. Names and codes; nothing here can
-- reach a record.
CALL migration.join_owners();
SET LOCAL ROLE audit_owner;

-- A plan that fits every combination of filters fits none, hence a plan for each call; all are a walk along one index.
CREATE FUNCTION api.admin_search_audit(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text,
  p_actor uuid, p_patient uuid, p_type text, p_from timestamptz, p_to timestamptz, p_before bigint, p_limit integer
) RETURNS TABLE (
  outcome text, seq bigint, id uuid, at timestamptz, actor_id text, actor_role text, event_type text, action text, event_outcome text,
  resource_type text, resource_id uuid, patient_id uuid, ip inet, request_id text, purpose text, emergency boolean, fields text[],
  reason text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'admin');
BEGIN
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT
        'ok', e.seq, e.id, e.at, e.actor_id, e.actor_role, e.event_type, e.action::text, e.outcome, e.resource_type, e.resource_id,
        e.patient_id, e.ip, e.request_id, e.purpose, e.emergency, e.fields, e.reason
      FROM audit.event AS e
      WHERE (p_actor IS NULL OR e.actor_id = p_actor::text)
        AND (p_patient IS NULL OR e.patient_id = p_patient)
        AND (p_type IS NULL OR e.event_type = p_type)
        AND (p_from IS NULL OR e.at >= p_from)
        AND (p_to IS NULL OR e.at < p_to)
        AND (p_before IS NULL OR e.seq < p_before)
      ORDER BY e.seq DESC
      LIMIT LEAST(GREATEST(p_limit, 1), 200);
    IF NOT FOUND THEN
      v_decision.reason := 'no_match';
    END IF;
  END IF;
  IF v_decision.outcome <> 'ok' OR v_decision.reason IS NOT NULL THEN
    outcome := v_decision.outcome;
    RETURN NEXT;
  END IF;
  PERFORM audit.write(p_audit, p_sub, 'admin', p_ip, p_request, 'audit.read', 'R', 'audit_event', NULL, p_patient, v_decision);
END
$$;

-- Who was at one person's record. Attempts that were refused disclosed nothing and are not part of it.
CREATE FUNCTION audit.access_report(
  p_sub uuid, p_iat timestamptz, p_role text, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_before bigint, p_limit integer
) RETURNS TABLE (
  outcome text, seq bigint, at timestamptz, actor_id text, actor_role text, event_type text, action text, resource_type text, purpose text,
  emergency boolean
)
LANGUAGE plpgsql
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, p_role, p_patient);
BEGIN
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT 'ok', e.seq, e.at, e.actor_id, e.actor_role, e.event_type, e.action::text, e.resource_type, e.purpose, e.emergency
      FROM audit.event AS e
      WHERE e.patient_id = p_patient AND e.outcome = 'success' AND e.seq < COALESCE(p_before, 9223372036854775807)
      ORDER BY e.seq DESC
      LIMIT LEAST(GREATEST(p_limit, 1), 200);
    IF NOT FOUND THEN
      v_decision.reason := 'no_match';
    END IF;
  END IF;
  IF v_decision.outcome <> 'ok' OR v_decision.reason IS NOT NULL THEN
    outcome := v_decision.outcome;
    RETURN NEXT;
  END IF;
  PERFORM audit.write(p_audit, p_sub, p_role, p_ip, p_request, 'audit.read', 'R', 'access_report', NULL, p_patient, v_decision);
END
$$;

CREATE FUNCTION api.self_access_report(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_before bigint, p_limit integer
) RETURNS TABLE (
  outcome text, seq bigint, at timestamptz, actor_id text, actor_role text, event_type text, action text, resource_type text, purpose text,
  emergency boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT * FROM audit.access_report(p_sub, p_iat, 'patient', p_audit, p_ip, p_request, p_patient, p_before, p_limit);
END
$$;

CREATE FUNCTION api.admin_access_report(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid, p_before bigint, p_limit integer
) RETURNS TABLE (
  outcome text, seq bigint, at timestamptz, actor_id text, actor_role text, event_type text, action text, resource_type text, purpose text,
  emergency boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT * FROM audit.access_report(p_sub, p_iat, 'admin', p_audit, p_ip, p_request, p_patient, p_before, p_limit);
END
$$;

CREATE FUNCTION api.admin_list_disclosures(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_patient uuid,
  p_before timestamptz, p_before_id uuid, p_limit integer
) RETURNS TABLE (
  outcome text, id uuid, patient_id uuid, recorded_at timestamptz, recorded_by uuid, disclosed_at timestamptz, recipient bytea,
  data_classes text[], purpose text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'admin', p_patient);
BEGIN
  IF v_decision.outcome = 'ok' THEN
    RETURN QUERY
      SELECT 'ok', d.id, d.patient_id, d.recorded_at, d.recorded_by, d.disclosed_at, d.recipient, d.data_classes, d.purpose
      FROM audit.disclosure AS d
      WHERE d.patient_id = p_patient
        AND (d.disclosed_at, d.id) < (COALESCE(p_before, 'infinity'), COALESCE(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      ORDER BY d.disclosed_at DESC, d.id DESC
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
    p_audit, p_sub, 'admin', p_ip, p_request, 'disclosure', 'R', 'disclosure', NULL, p_patient, v_decision, ARRAY['recipient']
  );
END
$$;

CREATE FUNCTION api.admin_create_disclosure(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_patient uuid, p_id uuid,
  p_disclosed_at timestamptz, p_recipient bytea, p_data_classes text[], p_purpose text
) RETURNS TABLE (outcome text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit_to(p_sub, p_iat, 'admin', p_patient);
  v_claim authz.claim;
BEGIN
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'disclosure.create', p_patient, p_id);
      IF v_claim.state = 'claimed' THEN
        INSERT INTO audit.disclosure (id, patient_id, recorded_by, disclosed_at, recipient, data_classes, purpose)
        VALUES (p_id, p_patient, p_sub, p_disclosed_at, p_recipient, p_data_classes, p_purpose);
        id := p_id;
      ELSIF v_claim.state = 'replayed' THEN
        v_decision.reason := 'replayed';
        id := v_claim.resource_id;
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
    p_audit, p_sub, 'admin', p_ip, p_request, 'disclosure', CASE v_decision.reason WHEN 'replayed' THEN 'R' ELSE 'C' END, 'disclosure', id,
    p_patient, v_decision, CASE WHEN v_decision.reason IS NULL THEN ARRAY['recipient'] END
  );
END
$$;

-- Counts persons, not rows, and tells the classes of data from the names of the fields that successful events carry. What was refused
-- exposed nothing and is not counted. A NULL actor or NULL patients means any.
CREATE FUNCTION api.admin_assess_breach(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_key uuid, p_sha256 bytea, p_id uuid,
  p_discovered_at timestamptz, p_from timestamptz, p_to timestamptz, p_actor uuid, p_patients uuid[], p_key_exposure text
) RETURNS TABLE (outcome text, id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'admin');
  v_claim authz.claim;
BEGIN
  IF v_decision.outcome = 'ok' THEN
    BEGIN
      v_claim := authz.claim_key(p_sub, p_key, p_sha256, 'breach.assess', NULL, p_id);
      IF v_claim.state = 'claimed' THEN
        -- Grouped before anything is unnested: a million events are some ten thousand groups.
        WITH exposed AS MATERIALIZED (
          SELECT e.patient_id, e.fields, count(*) AS events, min(e.at) AS first_at, max(e.at) AS last_at
          FROM audit.event AS e
          WHERE e.at >= p_from AND e.at < p_to AND e.outcome = 'success' AND e.patient_id IS NOT NULL AND cardinality(e.fields) > 0
            AND (p_actor IS NULL OR e.actor_id = p_actor::text)
            AND (p_patients IS NULL OR e.patient_id = ANY (p_patients))
          GROUP BY e.patient_id, e.fields
        ),
        named AS MATERIALIZED (
          SELECT DISTINCT f.field
          FROM (SELECT DISTINCT exposed.fields FROM exposed) AS sets CROSS JOIN LATERAL unnest(sets.fields) AS f (field)
        )
        INSERT INTO audit.breach_assessment (
          id, assessed_by, discovered_at, window_from, window_to, actor_id, patients, key_exposure,
          individuals, events, data_classes, fields, first_event_at, last_event_at
        )
        SELECT
          p_id, p_sub, p_discovered_at, p_from, p_to, p_actor, p_patients, p_key_exposure,
          count(DISTINCT exposed.patient_id), COALESCE(sum(exposed.events), 0),
          ARRAY(SELECT DISTINCT c.class FROM named JOIN audit.field_class AS c ON c.field = named.field ORDER BY c.class),
          ARRAY(SELECT named.field FROM named ORDER BY named.field),
          min(exposed.first_at), max(exposed.last_at)
        FROM exposed;
        id := p_id;
      ELSIF v_claim.state = 'replayed' THEN
        v_decision.reason := 'replayed';
        id := v_claim.resource_id;
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
    p_audit, p_sub, 'admin', p_ip, p_request, 'breach', CASE v_decision.reason WHEN 'replayed' THEN 'R' ELSE 'C' END, 'breach_assessment',
    id, NULL, v_decision
  );
END
$$;

-- With the last days for notice: individuals 60 days after discovery (164.404(b)); media above 500 (164.406); the Secretary with the
-- individuals from 500 up, else 60 days after the year of discovery (164.408(c)). "Without unreasonable delay" is sooner than all of them.
CREATE FUNCTION api.admin_read_breach(
  p_sub uuid, p_iat timestamptz, p_audit uuid, p_ip inet, p_request text, p_assessment uuid
) RETURNS TABLE (
  outcome text, id uuid, assessed_at timestamptz, assessed_by uuid, discovered_at timestamptz, window_from timestamptz,
  window_to timestamptz, actor_id uuid, patients uuid[], key_exposure text, individuals integer, events integer, data_classes text[],
  fields text[], first_event_at timestamptz, last_event_at timestamptz, notify_individuals_by timestamptz, notify_secretary_by timestamptz,
  notify_media boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := authz.admit(p_sub, p_iat, 'admin');
BEGIN
  IF v_decision.outcome = 'ok' THEN
    SELECT
      b.id, b.assessed_at, b.assessed_by, b.discovered_at, b.window_from, b.window_to, b.actor_id, b.patients, b.key_exposure,
      b.individuals, b.events, b.data_classes, b.fields, b.first_event_at, b.last_event_at,
      b.discovered_at + interval '60 days',
      CASE
        WHEN b.individuals >= 500 THEN b.discovered_at + interval '60 days'
        ELSE date_trunc('year', b.discovered_at, 'UTC') + interval '1 year' + interval '60 days'
      END,
      b.individuals > 500
    INTO
      id, assessed_at, assessed_by, discovered_at, window_from, window_to, actor_id, patients, key_exposure,
      individuals, events, data_classes, fields, first_event_at, last_event_at,
      notify_individuals_by, notify_secretary_by, notify_media
    FROM audit.breach_assessment AS b
    WHERE b.id = p_assessment;
    IF NOT FOUND THEN
      v_decision := ROW('not_found', 'absent', false)::authz.decision;
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(
    p_audit, p_sub, 'admin', p_ip, p_request, 'breach', 'R', 'breach_assessment', p_assessment, NULL, v_decision
  );
END
$$;

GRANT EXECUTE ON FUNCTION
  api.admin_search_audit, api.self_access_report, api.admin_access_report, api.admin_list_disclosures, api.admin_create_disclosure,
  api.admin_assess_breach, api.admin_read_breach
TO records_api;

RESET ROLE;
CALL migration.leave_owners();
