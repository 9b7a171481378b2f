-- Export by planned windows of transactions: 164.312(b), 164.312(c)(1), 164.316(b)(2)(i). A window ends at the oldest transaction still
-- running, so no event can appear in it later. A window by sequence number or by time loses events that commit late (measured: 16 %).
CALL migration.join_owners();
SET LOCAL ROLE audit_owner;

-- Any fixed number will do that no other lock of this database uses.
CREATE FUNCTION audit.lock_export() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4064313);
END
$$;

-- Times leave the database in one spelling, to the microsecond they are kept in, whatever the settings of the session.
CREATE FUNCTION audit.utc(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE
RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- The unfinished window if there is one, else the next one. A run that dies anywhere is followed by one with the very same window, which
-- is why its size is fixed here: at most p_limit events, or one transaction, so that a backlog becomes many batches and not a large one.
CREATE FUNCTION audit.plan_batch(p_limit integer DEFAULT 10000)
RETURNS TABLE (no bigint, epoch uuid, from_xid xid8, to_xid xid8, prev text, planned_at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_last audit.batch;
  v_epoch uuid;
  v_from xid8;
  v_to xid8;
  v_first xid8;
  v_over xid8;
BEGIN
  PERFORM audit.lock_export();
  -- Each statement below has a snapshot of its own, taken after the lock: it sees whatever the run before committed.
  SELECT b.* INTO v_last FROM audit.batch AS b ORDER BY b.no DESC LIMIT 1;
  IF v_last.no IS NULL OR v_last.done_at IS NOT NULL THEN
    SELECT s.value::uuid INTO v_epoch FROM audit.setting AS s WHERE s.name = 'epoch';
    v_from := COALESCE(v_last.to_xid, '0'::xid8);
    v_to := pg_snapshot_xmin(pg_current_snapshot());
    -- A dump loaded into another server: its transactions count from the start again, and windows would pass them over in silence.
    IF v_to < v_from THEN
      RAISE EXCEPTION 'transactions began anew' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT e.xid INTO v_first FROM audit.event AS e WHERE e.xid >= v_from AND e.xid < v_to ORDER BY e.xid LIMIT 1;
    SELECT e.xid INTO v_over FROM audit.event AS e WHERE e.xid >= v_from AND e.xid < v_to
    ORDER BY e.xid OFFSET LEAST(GREATEST(p_limit, 1), 10000) LIMIT 1;
    IF FOUND THEN
      v_to := GREATEST(v_over, (v_first::text::bigint + 1)::text::xid8);
    END IF;
    INSERT INTO audit.batch AS b (no, epoch, from_xid, to_xid, prev)
    VALUES (
      COALESCE(v_last.no, 0) + 1,
      v_epoch,
      v_from,
      v_to,
      CASE
        WHEN v_last.epoch = v_epoch THEN v_last.digest
        ELSE (SELECT s.value FROM audit.setting AS s WHERE s.name = 'epoch_prev')
      END
    )
    RETURNING b.* INTO v_last;
  END IF;
  RETURN QUERY SELECT v_last.no, v_last.epoch, v_last.from_xid, v_last.to_xid, v_last.prev, audit.utc(v_last.planned_at);
END
$$;

-- A plan that is gone, because a new chain began meanwhile, is an error and not an empty window: an empty batch would be written for it.
CREATE FUNCTION audit.read_batch(p_no bigint, p_epoch uuid, p_after bigint, p_limit integer)
RETURNS TABLE (
  seq bigint, id uuid, xid xid8, at text, actor_id text, actor_role text, event_type text, action text, outcome text,
  resource_type text, resource_id uuid, patient_id uuid, ip inet, request_id text, purpose text, emergency boolean, fields text[],
  reason text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audit.batch AS b WHERE b.no = p_no AND b.epoch = p_epoch) THEN
    RAISE EXCEPTION 'no such window' USING ERRCODE = 'no_data_found';
  END IF;
  RETURN QUERY
    SELECT
      e.seq, e.id, e.xid, audit.utc(e.at), e.actor_id, e.actor_role, e.event_type, e.action::text, e.outcome, e.resource_type,
      e.resource_id, e.patient_id, e.ip, e.request_id, e.purpose, e.emergency, e.fields, e.reason
    FROM audit.batch AS b
    JOIN audit.event AS e ON e.xid >= b.from_xid AND e.xid < b.to_xid
    WHERE b.no = p_no AND e.seq > COALESCE(p_after, 0)
    ORDER BY e.seq
    LIMIT LEAST(GREATEST(p_limit, 1), 100000);
END
$$;

-- Recording the same result twice is no fault, since a run may die after the first time. Another result for a finished window is, and so is
-- a number of lines that is not the window's.
CREATE FUNCTION audit.finish_batch(p_no bigint, p_epoch uuid, p_digest text, p_n integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_batch audit.batch;
  v_n bigint;
BEGIN
  PERFORM audit.lock_export();
  SELECT b.* INTO v_batch FROM audit.batch AS b WHERE b.no = p_no AND b.epoch = p_epoch;
  IF NOT FOUND THEN
    RETURN 'not_found';
  END IF;
  IF v_batch.done_at IS NOT NULL THEN
    RETURN CASE WHEN v_batch.digest = p_digest AND v_batch.n = p_n THEN 'ok' ELSE 'conflict' END;
  END IF;
  SELECT count(*) INTO v_n FROM audit.event AS e WHERE e.xid >= v_batch.from_xid AND e.xid < v_batch.to_xid;
  IF v_n IS DISTINCT FROM p_n OR (p_digest ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN
    RETURN 'conflict';
  END IF;
  UPDATE audit.batch AS b SET digest = p_digest, n = p_n, done_at = clock_timestamp() WHERE b.no = p_no;
  RETURN 'ok';
END
$$;

-- Age in seconds of the oldest event outside a finished batch, by the database's own clock; 0 when there is none.
CREATE FUNCTION audit.unexported_age() RETURNS double precision
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN GREATEST(COALESCE(EXTRACT(epoch FROM clock_timestamp() - audit.oldest_unexported()), 0), 0);
END
$$;

-- After a restore to an earlier point: a new chain, whose first batch names the last digest the bucket holds. An unfinished plan is
-- dropped, because under the old name the bucket may hold that batch already, with other lines.
CREATE FUNCTION audit.begin_epoch(
  p_epoch uuid, p_prev text, p_audit uuid DEFAULT gen_random_uuid(), p_request text DEFAULT 'administer'
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := ROW('ok', 'epoch_begun', false)::authz.decision;
BEGIN
  PERFORM audit.lock_export();
  IF p_epoch IS NULL OR (p_prev ~ '^[0-9a-f]{64}$') IS NOT TRUE OR EXISTS (SELECT FROM audit.batch AS b WHERE b.epoch = p_epoch) THEN
    v_decision := ROW('conflict', 'epoch_refused', false)::authz.decision;
  ELSE
    DELETE FROM audit.batch AS b WHERE b.done_at IS NULL;
    UPDATE audit.setting AS s SET value = p_epoch::text WHERE s.name = 'epoch';
    UPDATE audit.setting AS s SET value = p_prev WHERE s.name = 'epoch_prev';
  END IF;
  PERFORM audit.write(p_audit, NULL, NULL, NULL, p_request, 'authz.change', 'U', 'audit_epoch', p_epoch, NULL, v_decision);
  RETURN v_decision.outcome;
END
$$;

-- NULL takes the limit away.
CREATE FUNCTION audit.stop_reads_after(
  p_limit interval, p_audit uuid DEFAULT gen_random_uuid(), p_request text DEFAULT 'administer'
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM audit.setting AS s WHERE s.name = 'stop_reads_after';
  INSERT INTO audit.setting (name, value) SELECT 'stop_reads_after', p_limit::text WHERE p_limit IS NOT NULL;
  PERFORM audit.write(
    p_audit, NULL, NULL, NULL, p_request, 'authz.change', 'U', 'stop_reads_after', NULL, NULL,
    ROW('ok', CASE WHEN p_limit IS NULL THEN 'limit_removed' ELSE 'limit_set' END, false)::authz.decision
  );
END
$$;

GRANT EXECUTE ON FUNCTION audit.plan_batch, audit.read_batch, audit.finish_batch, audit.unexported_age TO audit_exporter;
GRANT EXECUTE ON FUNCTION audit.begin_epoch, audit.stop_reads_after TO migrator;

RESET ROLE;
CALL migration.leave_owners();
