-- Counts for detections: 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii). Numbers and ids of staff; no patient is named, not even by id.
CALL migration.join_owners();
SET LOCAL ROLE audit_owner;

-- Distinct patients that each actor reached, hour by hour.
CREATE FUNCTION audit.count_patients(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (hour timestamptz, actor_id text, actor_role text, patients bigint, events bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT date_trunc('hour', e.at, 'UTC'), e.actor_id, e.actor_role, count(DISTINCT e.patient_id), count(*)
    FROM audit.event AS e
    WHERE e.at >= p_from AND e.at < p_to AND e.outcome = 'success' AND e.event_type LIKE 'phi.%'
    GROUP BY 1, 2, 3
    ORDER BY 4 DESC, 2;
END
$$;

-- Refusals of each actor, and searches and creations that probe: an mrn or ssn tried out shows as a miss or as a collision.
CREATE FUNCTION audit.count_denials(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (actor_id text, actor_role text, denied bigint, misses bigint, collisions bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT
      e.actor_id, e.actor_role,
      count(*) FILTER (WHERE e.outcome = 'denied'),
      count(*) FILTER (WHERE e.reason = 'no_match' AND e.event_type = 'phi.search'),
      count(*) FILTER (WHERE e.reason = 'duplicate')
    FROM audit.event AS e
    WHERE e.at >= p_from AND e.at < p_to AND (e.outcome = 'denied' OR e.reason IN ('no_match', 'duplicate'))
    GROUP BY 1, 2
    ORDER BY 3 DESC, 1;
END
$$;

CREATE FUNCTION audit.count_emergencies(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (actor_id text, grants bigint, accesses bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT
      e.actor_id,
      count(*) FILTER (WHERE e.event_type = 'emergency.override'),
      count(*) FILTER (WHERE e.event_type <> 'emergency.override')
    FROM audit.event AS e
    WHERE e.at >= p_from AND e.at < p_to AND e.emergency AND e.outcome = 'success'
    GROUP BY 1
    ORDER BY 1;
END
$$;

-- Nobody has a reason to touch the record set out as bait, be it with or without success.
CREATE FUNCTION audit.count_honey(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (actor_id text, actor_role text, events bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT e.actor_id, e.actor_role, count(*)
    FROM audit.event AS e
    WHERE e.at >= p_from AND e.at < p_to
      AND e.patient_id = (SELECT s.value::uuid FROM audit.setting AS s WHERE s.name = 'honey_patient')
    GROUP BY 1, 2
    ORDER BY 1;
END
$$;

-- NULL takes the bait away. The event does not say which record it is: whoever reads the trail would know what not to touch.
CREATE FUNCTION audit.set_honey_patient(
  p_patient uuid, p_audit uuid DEFAULT gen_random_uuid(), p_request text DEFAULT 'administer'
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM audit.setting AS s WHERE s.name = 'honey_patient';
  INSERT INTO audit.setting (name, value) SELECT 'honey_patient', p_patient::text WHERE p_patient IS NOT NULL;
  PERFORM audit.write(
    p_audit, NULL, NULL, NULL, p_request, 'authz.change', 'U', 'honey_patient', NULL, NULL,
    ROW('ok', CASE WHEN p_patient IS NULL THEN 'bait_removed' ELSE 'bait_set' END, false)::authz.decision
  );
END
$$;

GRANT EXECUTE ON FUNCTION audit.count_patients, audit.count_denials, audit.count_emergencies, audit.count_honey TO audit_signals;
GRANT EXECUTE ON FUNCTION audit.set_honey_patient TO migrator;

RESET ROLE;
CALL migration.leave_owners();
