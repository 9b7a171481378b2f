-- What the rotation does, each step with its event in the trail: 164.312(a)(2)(iv), 164.312(b), 164.312(c)(1). A value is
-- `01 | id of its key, 16 bytes | ...`, so the database knows which key a value names without being able to read it.
CALL migration.join_owners();
SET LOCAL ROLE phi_rotation;

-- One run at a time, for as long as its session lasts. Any fixed number will do that no other lock of this database uses.
CREATE FUNCTION crypto.lock_rotation() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN pg_try_advisory_lock(4064314);
END
$$;

CREATE FUNCTION crypto.list_data_keys(p_class text)
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

CREATE FUNCTION crypto.read_pass(p_class text) RETURNS SETOF crypto.rotation_pass
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT p.* FROM crypto.rotation_pass AS p WHERE p.class = p_class;
END
$$;

CREATE FUNCTION crypto.save_pass(
  p_class text, p_key uuid, p_started_at timestamptz, p_finished boolean, p_table text, p_after uuid, p_after_version integer,
  p_moved bigint, p_stuck bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO crypto.rotation_pass AS p (class, key_id, started_at, finished, at_table, after_id, after_version, moved, stuck)
  VALUES (p_class, p_key, p_started_at, p_finished, p_table, p_after, p_after_version, p_moved, p_stuck)
  ON CONFLICT (class) DO UPDATE SET
    key_id = EXCLUDED.key_id, started_at = EXCLUDED.started_at, finished = EXCLUDED.finished, at_table = EXCLUDED.at_table,
    after_id = EXCLUDED.after_id, after_version = EXCLUDED.after_version, moved = EXCLUDED.moved, stuck = EXCLUDED.stuck;
END
$$;


-- The next rows of a table, in order, with the values of one class; their columns are in the order of lambda/records/policy.ts. Nothing
-- but the row's id is needed to rewrite a grant's text, so its patient stays unsaid. An unknown table or class is an error and not an end.
CREATE FUNCTION crypto.read_values(p_table text, p_class text, p_after uuid, p_after_version integer, p_limit integer)
RETURNS TABLE (id uuid, version integer, patient_id uuid, ciphertexts bytea[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  v_limit integer := LEAST(GREATEST(p_limit, 1), 1000);
BEGIN
  CASE p_table || '/' || p_class
    WHEN 'patient/identity' THEN
      RETURN QUERY
        SELECT p.id, 0, p.id, ARRAY[p.name, p.date_of_birth, p.address, p.mrn, p.ssn]
        FROM phi.patient AS p
        WHERE p_after IS NULL OR p.id > p_after
        ORDER BY p.id LIMIT v_limit;
    WHEN 'patient/clinical' THEN
      RETURN QUERY
        SELECT p.id, 0, p.id, ARRAY[p.medical_history, p.diagnoses, p.prescriptions]
        FROM phi.patient AS p
        WHERE p_after IS NULL OR p.id > p_after
        ORDER BY p.id LIMIT v_limit;
    WHEN 'patient/billing' THEN
      RETURN QUERY
        SELECT p.id, 0, p.id, ARRAY[p.insurance_id, p.billing_address, p.payment_history]
        FROM phi.patient AS p
        WHERE p_after IS NULL OR p.id > p_after
        ORDER BY p.id LIMIT v_limit;
    WHEN 'visit_note/clinical' THEN
      RETURN QUERY
        SELECT n.id, n.version, n.patient_id, ARRAY[n.body] FROM phi.visit_note AS n
        WHERE p_after IS NULL OR (n.id, n.version) > (p_after, p_after_version)
        ORDER BY n.id, n.version LIMIT v_limit;
    WHEN 'appointment/clinical' THEN
      RETURN QUERY
        SELECT a.id, 0, a.patient_id, ARRAY[a.reason]
        FROM phi.appointment AS a
        WHERE p_after IS NULL OR a.id > p_after
        ORDER BY a.id LIMIT v_limit;
    WHEN 'document/clinical' THEN
      RETURN QUERY
        SELECT d.id, 0, d.patient_id, ARRAY[d.title]
        FROM phi.document AS d
        WHERE p_after IS NULL OR d.id > p_after
        ORDER BY d.id LIMIT v_limit;
    WHEN 'emergency_grant/clinical' THEN
      RETURN QUERY
        SELECT g.id, 0, NULL::uuid, ARRAY[g.reason_text]
        FROM authz.emergency_grant AS g
        WHERE p_after IS NULL OR g.id > p_after
        ORDER BY g.id LIMIT v_limit;
    WHEN 'disclosure/identity' THEN
      RETURN QUERY
        SELECT d.id, 0, d.patient_id, ARRAY[d.recipient]
        FROM audit.disclosure AS d
        WHERE p_after IS NULL OR d.id > p_after
        ORDER BY d.id LIMIT v_limit;
  END CASE;
END
$$;

-- Puts values under another key, row by row and only where all of the row's values of the class are still the ones that were read:
-- whatever a user changed meanwhile stays. A value may be replaced by one that names the new key, and may be neither added nor taken
-- away. No version changes, since no content does. One event for the batch.
CREATE FUNCTION crypto.rewrite_values(
  p_audit uuid, p_request text, p_table text, p_class text, p_key uuid,
  p_ids uuid[], p_versions integer[], p_old bytea[], p_new bytea[]
) RETURNS TABLE (outcome text, rewritten integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_rows integer := cardinality(p_ids);
  v_width integer := cardinality(p_old) / NULLIF(v_rows, 0);
  v_old bytea[];
  v_new bytea[];
BEGIN
  rewritten := 0;
  outcome := 'invalid';
  IF (v_rows > 0 AND cardinality(p_versions) = v_rows AND cardinality(p_old) = v_rows * v_width AND cardinality(p_new) = cardinality(p_old)
      AND EXISTS (SELECT FROM crypto.data_key AS k WHERE k.id = p_key AND k.class = p_class AND k.retired_at IS NULL)
      AND NOT EXISTS (
        SELECT FROM unnest(p_old, p_new) AS pair (was, becomes)
        WHERE was IS DISTINCT FROM becomes
          AND (was IS NOT NULL AND substr(becomes, 1, 17) = '\x01'::bytea || uuid_send(p_key)) IS NOT TRUE
      )) IS NOT TRUE THEN
    RETURN NEXT;
    RETURN;
  END IF;
  FOR v_row IN 1 .. v_rows LOOP
    v_old := p_old[(v_row - 1) * v_width + 1 : v_row * v_width];
    v_new := p_new[(v_row - 1) * v_width + 1 : v_row * v_width];
    CASE p_table || '/' || p_class
      WHEN 'patient/identity' THEN
        UPDATE phi.patient AS p SET name = v_new[1], date_of_birth = v_new[2], address = v_new[3], mrn = v_new[4], ssn = v_new[5]
        WHERE p.id = p_ids[v_row] AND ARRAY[p.name, p.date_of_birth, p.address, p.mrn, p.ssn] = v_old;
      WHEN 'patient/clinical' THEN
        UPDATE phi.patient AS p SET medical_history = v_new[1], diagnoses = v_new[2], prescriptions = v_new[3]
        WHERE p.id = p_ids[v_row] AND ARRAY[p.medical_history, p.diagnoses, p.prescriptions] = v_old;
      WHEN 'patient/billing' THEN
        UPDATE phi.patient AS p SET insurance_id = v_new[1], billing_address = v_new[2], payment_history = v_new[3]
        WHERE p.id = p_ids[v_row] AND ARRAY[p.insurance_id, p.billing_address, p.payment_history] = v_old;
      WHEN 'visit_note/clinical' THEN
        UPDATE phi.visit_note AS n SET body = v_new[1]
        WHERE n.id = p_ids[v_row] AND n.version = p_versions[v_row] AND ARRAY[n.body] = v_old;
      WHEN 'appointment/clinical' THEN
        UPDATE phi.appointment AS a SET reason = v_new[1]
        WHERE a.id = p_ids[v_row] AND ARRAY[a.reason] = v_old;
      WHEN 'document/clinical' THEN
        UPDATE phi.document AS d SET title = v_new[1]
        WHERE d.id = p_ids[v_row] AND ARRAY[d.title] = v_old;
      WHEN 'emergency_grant/clinical' THEN
        UPDATE authz.emergency_grant AS g SET reason_text = v_new[1]
        WHERE g.id = p_ids[v_row] AND ARRAY[g.reason_text] = v_old;
      WHEN 'disclosure/identity' THEN
        UPDATE audit.disclosure AS d SET recipient = v_new[1]
        WHERE d.id = p_ids[v_row] AND ARRAY[d.recipient] = v_old;
    END CASE;
    rewritten := rewritten + CASE WHEN FOUND THEN 1 ELSE 0 END;
  END LOOP;
  IF rewritten > 0 THEN
    PERFORM audit.write(
      p_audit, NULL, NULL, NULL, p_request, 'key.change', 'U', 'data_key', p_key, NULL,
      ROW('ok', 'rewrote_' || p_table, false)::authz.decision
    );
  END IF;
  outcome := 'ok';
  RETURN NEXT;
END
$$;

-- Whether a value names a key, or names none and so may be under any.
CREATE FUNCTION crypto.may_name(p_value bytea, p_key uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT substr(p_value, 1, 17) = '\x01'::bytea || uuid_send(p_key) OR substr(p_value, 1, 1) <> '\x01'::bytea $$;

-- A retired key opens nothing, so none is retired that a value may name, and never the newest of its class. The values are looked at before
-- anything is locked or written: a transaction that has written holds back the export of the trail.
CREATE FUNCTION crypto.retire_data_key(p_audit uuid, p_request text, p_id uuid) RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_decision authz.decision := ROW('ok', 'retired', false)::authz.decision;
  v_key crypto.data_key;
BEGIN
  SELECT k.* INTO v_key FROM crypto.data_key AS k WHERE k.id = p_id;
  IF NOT FOUND THEN
    v_decision := ROW('not_found', 'absent', false)::authz.decision;
  ELSIF NOT EXISTS (
    SELECT FROM crypto.data_key AS k
    WHERE k.class = v_key.class AND k.retired_at IS NULL AND (k.created_at, k.id) > (v_key.created_at, v_key.id)
  ) THEN
    v_decision := ROW('conflict', 'newest_key', false)::authz.decision;
  ELSIF (
    CASE v_key.class
      WHEN 'identity' THEN
        EXISTS (
          SELECT FROM phi.patient AS p
          WHERE crypto.may_name(p.name, p_id) OR crypto.may_name(p.date_of_birth, p_id) OR crypto.may_name(p.address, p_id)
            OR crypto.may_name(p.mrn, p_id) OR crypto.may_name(p.ssn, p_id)
        )
        OR EXISTS (SELECT FROM audit.disclosure AS d WHERE crypto.may_name(d.recipient, p_id))
      WHEN 'clinical' THEN
        EXISTS (
          SELECT FROM phi.patient AS p
          WHERE crypto.may_name(p.medical_history, p_id) OR crypto.may_name(p.diagnoses, p_id) OR crypto.may_name(p.prescriptions, p_id)
        )
        OR EXISTS (SELECT FROM phi.visit_note AS n WHERE crypto.may_name(n.body, p_id))
        OR EXISTS (SELECT FROM phi.appointment AS a WHERE crypto.may_name(a.reason, p_id))
        OR EXISTS (SELECT FROM phi.document AS d WHERE crypto.may_name(d.title, p_id))
        OR EXISTS (SELECT FROM authz.emergency_grant AS g WHERE crypto.may_name(g.reason_text, p_id))
      WHEN 'billing' THEN
        EXISTS (
          SELECT FROM phi.patient AS p
          WHERE crypto.may_name(p.insurance_id, p_id) OR crypto.may_name(p.billing_address, p_id)
            OR crypto.may_name(p.payment_history, p_id)
        )
    END
  ) THEN
    v_decision := ROW('conflict', 'key_in_use', false)::authz.decision;
  ELSE
    UPDATE crypto.data_key AS k SET retired_at = clock_timestamp() WHERE k.id = p_id AND k.retired_at IS NULL;
    IF NOT FOUND THEN
      v_decision.reason := 'unchanged';
    END IF;
  END IF;
  outcome := v_decision.outcome;
  RETURN NEXT;
  PERFORM audit.write(p_audit, NULL, NULL, NULL, p_request, 'key.change', 'U', 'data_key', p_id, NULL, v_decision);
END
$$;

GRANT EXECUTE ON FUNCTION
  crypto.lock_rotation, crypto.list_data_keys, crypto.read_pass, crypto.save_pass, crypto.read_values, crypto.rewrite_values,
  crypto.retire_data_key
TO key_rotator;

RESET ROLE;
CALL migration.leave_owners();
