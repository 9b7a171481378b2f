-- Unusual access, window by window of transactions: 164.308(a)(1)(ii)(D), 164.308(a)(6)(ii), 164.312(b). As in the export, a window ends at
-- the oldest transaction still running, so that an event is in exactly one, however late it commits. What spans windows, as an hour does,
-- is counted as it stood before the window and as it stands after it: a limit is crossed in one window, and told once.
CALL migration.join_owners();
SET LOCAL ROLE audit_owner;

-- One row: where the last finished window ended, and the window begun after it until it is finished.
CREATE TABLE audit.signal_window (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  from_xid xid8 NOT NULL,
  from_batch bigint NOT NULL,
  from_at timestamptz NOT NULL,
  to_xid xid8,
  to_batch bigint,
  to_at timestamptz,
  more boolean NOT NULL DEFAULT false,
  CHECK ((to_xid IS NULL) = (to_batch IS NULL) AND (to_xid IS NULL) = (to_at IS NULL))
);
-- What was written before this migration is history, and no news.
INSERT INTO audit.signal_window (from_xid, from_batch, from_at)
SELECT pg_snapshot_xmin(pg_current_snapshot()), COALESCE((SELECT max(b.no) FROM audit.batch AS b WHERE b.done_at IS NOT NULL), 0), now();

-- The unfinished window if there is one, else the next one: whoever failed to tell is followed by one that counts the very same. At most
-- p_limit events, or one transaction; `more` when that left some out. Numbers of batches are missing when fewer were finished than were
-- given out, or when the last number went back.
CREATE FUNCTION audit.take_signal_window(p_limit integer DEFAULT 50000)
RETURNS TABLE (from_xid xid8, to_xid xid8, from_at text, to_at text, last_event_at text, missing_batches bigint, more boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_row audit.signal_window;
  v_to xid8;
  v_over xid8;
  v_first xid8;
  v_batch bigint;
BEGIN
  SELECT w.* INTO v_row FROM audit.signal_window AS w FOR UPDATE;
  IF v_row.to_xid IS NULL THEN
    -- A statement of its own, so that its snapshot is taken after the lock.
    v_to := pg_snapshot_xmin(pg_current_snapshot());
    IF v_to < v_row.from_xid THEN
      RAISE EXCEPTION 'transactions began anew' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT e.xid INTO v_first FROM audit.event AS e WHERE e.xid >= v_row.from_xid AND e.xid < v_to ORDER BY e.xid LIMIT 1;
    SELECT e.xid INTO v_over FROM audit.event AS e WHERE e.xid >= v_row.from_xid AND e.xid < v_to
    ORDER BY e.xid OFFSET LEAST(GREATEST(p_limit, 1), 50000) LIMIT 1;
    v_row.more := FOUND;
    IF v_row.more THEN
      v_to := GREATEST(v_over, (v_first::text::bigint + 1)::text::xid8);
    END IF;
    SELECT COALESCE(max(b.no), 0) INTO v_batch FROM audit.batch AS b WHERE b.done_at IS NOT NULL;
    UPDATE audit.signal_window AS w SET to_xid = v_to, to_batch = v_batch, to_at = clock_timestamp(), more = v_row.more
    RETURNING w.* INTO v_row;
  END IF;
  RETURN QUERY SELECT
    v_row.from_xid, v_row.to_xid, audit.utc(v_row.from_at), audit.utc(v_row.to_at),
    audit.utc((SELECT e.at FROM audit.event AS e WHERE e.at <= v_row.to_at ORDER BY e.seq DESC LIMIT 1)),
    CASE
      WHEN v_row.to_batch < v_row.from_batch THEN v_row.from_batch - v_row.to_batch
      ELSE v_row.to_batch - v_row.from_batch
        - (SELECT count(*) FROM audit.batch AS b WHERE b.no > v_row.from_batch AND b.no <= v_row.to_batch AND b.done_at IS NOT NULL)
    END,
    v_row.more;
END
$$;

-- After everything was told, and not before.
CREATE FUNCTION audit.finish_signal_window(p_from xid8, p_to xid8) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE audit.signal_window AS w SET
    from_xid = w.to_xid, from_batch = w.to_batch, from_at = w.to_at, to_xid = NULL, to_batch = NULL, to_at = NULL, more = false
  WHERE w.from_xid = p_from AND w.to_xid = p_to;
  RETURN CASE WHEN FOUND THEN 'ok' ELSE 'conflict' END;
END
$$;

-- A1: distinct patients of each actor and hour that the window added to, before it and after it. The bounds in time are for the index: the
-- hours that the window touches are few, whatever the age of the trail.
CREATE FUNCTION audit.count_reach(p_from xid8, p_to xid8)
RETURNS TABLE (hour text, actor_id text, actor_role text, before bigint, after bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_first timestamptz;
  v_last timestamptz;
BEGIN
  SELECT date_trunc('hour', min(e.at), 'UTC'), date_trunc('hour', max(e.at), 'UTC') + interval '1 hour' INTO v_first, v_last
  FROM audit.event AS e WHERE e.xid >= p_from AND e.xid < p_to;
  RETURN QUERY
    SELECT
      audit.utc(date_trunc('hour', e.at, 'UTC')), e.actor_id, max(e.actor_role),
      count(DISTINCT e.patient_id) FILTER (WHERE e.xid < p_from), count(DISTINCT e.patient_id)
    FROM audit.event AS e
    WHERE e.at >= v_first AND e.at < v_last AND e.xid < p_to AND e.outcome = 'success' AND e.event_type LIKE 'phi.%'
      AND e.patient_id IS NOT NULL AND e.actor_id IS NOT NULL
    GROUP BY date_trunc('hour', e.at, 'UTC'), e.actor_id
    HAVING bool_or(e.xid >= p_from)
    ORDER BY 1, 2;
END
$$;

-- What an actor's active hours of thirty days were like. They end an hour before the one that is judged begins: no transaction of the API
-- lives that long, so the median is the same whenever it is asked for.
CREATE FUNCTION audit.median_patients(p_actor text, p_hour timestamptz) RETURNS double precision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN (
    SELECT COALESCE(percentile_cont(0.5) WITHIN GROUP (ORDER BY hours.patients), 0)
    FROM (
      SELECT count(DISTINCT e.patient_id) AS patients
      FROM audit.event AS e
      WHERE e.actor_id = p_actor AND e.at >= p_hour - interval '30 days 1 hour' AND e.at < p_hour - interval '1 hour'
        AND e.outcome = 'success' AND e.event_type LIKE 'phi.%' AND e.patient_id IS NOT NULL
      GROUP BY date_trunc('hour', e.at, 'UTC')
    ) AS hours
  );
END
$$;

-- A4: the most refusals, and the most misses and collisions, of one actor within five minutes that the window completed. `before` is the
-- most that there was within the five minutes before, without the window: a burst that goes on is not told again until it has paused.
CREATE FUNCTION audit.count_bursts(p_from xid8, p_to xid8)
RETURNS TABLE (actor_id text, actor_role text, kind text, before bigint, after bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_first timestamptz;
  v_last timestamptz;
BEGIN
  SELECT min(e.at) - interval '10 minutes', max(e.at) + interval '5 minutes' INTO v_first, v_last
  FROM audit.event AS e
  WHERE e.xid >= p_from AND e.xid < p_to AND (e.outcome = 'denied' OR e.reason IN ('no_match', 'duplicate'));
  RETURN QUERY
    WITH marked AS (
      SELECT
        e.actor_id, e.actor_role, e.at, e.xid < p_from AS earlier,
        CASE WHEN e.outcome = 'denied' THEN 'denied' ELSE 'probe' END AS kind
      FROM audit.event AS e
      WHERE e.at >= v_first AND e.at <= v_last AND e.xid < p_to AND e.actor_id IS NOT NULL
        AND (e.outcome = 'denied' OR (e.reason = 'no_match' AND e.event_type = 'phi.search') OR e.reason = 'duplicate')
    ),
    counted AS (
      SELECT m.*, count(*) FILTER (WHERE m.earlier) OVER recent AS stood, count(*) OVER recent AS stands
      FROM marked AS m
      WINDOW recent AS (PARTITION BY m.actor_id, m.kind ORDER BY m.at RANGE BETWEEN interval '5 minutes' PRECEDING AND CURRENT ROW)
    ),
    compared AS (
      SELECT c.*, max(c.stood) OVER recent AS most
      FROM counted AS c
      WINDOW recent AS (PARTITION BY c.actor_id, c.kind ORDER BY c.at RANGE BETWEEN interval '5 minutes' PRECEDING AND CURRENT ROW)
    )
    SELECT c.actor_id, max(c.actor_role), c.kind, c.most, max(c.stands)
    FROM compared AS c
    WHERE c.stands > c.most
    GROUP BY c.actor_id, c.kind, c.most
    ORDER BY 1, 3, 4;
END
$$;

-- A8: grants opened in the window; a repeated request opens none.
CREATE FUNCTION audit.count_overrides(p_from xid8, p_to xid8)
RETURNS TABLE (actor_id text, actor_role text, events bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
    SELECT e.actor_id, max(e.actor_role), count(*)
    FROM audit.event AS e
    WHERE e.xid >= p_from AND e.xid < p_to AND e.event_type = 'emergency.override' AND e.outcome = 'success'
      AND e.reason IS DISTINCT FROM 'replayed'
    GROUP BY e.actor_id
    ORDER BY 1;
END
$$;

-- A11: touches of the record set out as bait, be they with or without success.
CREATE FUNCTION audit.count_bait(p_from xid8, p_to xid8)
RETURNS TABLE (actor_id text, actor_role text, events bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
    SELECT e.actor_id, max(e.actor_role), count(*)
    FROM audit.event AS e
    WHERE e.xid >= p_from AND e.xid < p_to
      AND e.patient_id = (SELECT s.value::uuid FROM audit.setting AS s WHERE s.name = 'honey_patient')
    GROUP BY e.actor_id
    ORDER BY 1;
END
$$;

GRANT EXECUTE ON FUNCTION
  audit.take_signal_window, audit.finish_signal_window, audit.count_reach, audit.median_patients, audit.count_bursts,
  audit.count_overrides, audit.count_bait
TO audit_signals;

RESET ROLE;
CALL migration.leave_owners();
