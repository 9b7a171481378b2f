-- The records. Every column that says something about a person is ciphertext, except times and technical metadata; the column grants below
-- are the policy table of lambda/records/policy.ts, cell by cell: 164.312(a)(1), 164.312(a)(2)(iv), 164.502(b), 164.514(d).
CALL migration.join_owners();
SET LOCAL ROLE phi_owner;

-- Ids are random: they reach load balancer logs, and a time-ordered one would tell when the record was made.
-- Times are kept to the millisecond, all that a client can hand back to page on from.
-- A ciphertext is at least 45 bytes (version, key id, nonce, tag), so a value stored in the clear by mistake is refused.
CREATE TABLE phi.patient (
  id uuid PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'entered_in_error')),
  name bytea,
  date_of_birth bytea,
  ssn bytea,
  mrn bytea,
  address bytea,
  medical_history bytea,
  diagnoses bytea,
  prescriptions bytea,
  insurance_id bytea,
  billing_address bytea,
  payment_history bytea,
  mrn_bidx bytea UNIQUE,
  ssn_bidx bytea UNIQUE,
  insurance_bidx bytea,
  CONSTRAINT patient_encrypted CHECK (
    LEAST(
      octet_length(name), octet_length(date_of_birth), octet_length(ssn), octet_length(mrn), octet_length(address),
      octet_length(medical_history), octet_length(diagnoses), octet_length(prescriptions),
      octet_length(insurance_id), octet_length(billing_address), octet_length(payment_history)
    ) >= 45
  ),
  -- An HMAC-SHA-256, whole; and a value can be searched exactly when it is there.
  CONSTRAINT patient_indexes CHECK (
    (mrn IS NULL) = (mrn_bidx IS NULL) AND (ssn IS NULL) = (ssn_bidx IS NULL) AND (insurance_id IS NULL) = (insurance_bidx IS NULL)
    AND LEAST(octet_length(mrn_bidx), octet_length(ssn_bidx), octet_length(insurance_bidx)) >= 32
    AND GREATEST(octet_length(mrn_bidx), octet_length(ssn_bidx), octet_length(insurance_bidx)) <= 32
  )
);
CREATE INDEX patient_insurance ON phi.patient (insurance_bidx) WHERE insurance_bidx IS NOT NULL;

-- Append-only: an amendment is a new row with the next version, and every version stays: 164.312(c)(1).
CREATE TABLE phi.visit_note (
  id uuid NOT NULL,
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  patient_id uuid NOT NULL REFERENCES phi.patient,
  author_id uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  written_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  body bytea NOT NULL CHECK (octet_length(body) >= 45),
  PRIMARY KEY (id, version)
);
CREATE INDEX visit_note_page ON phi.visit_note (patient_id, created_at, id, version);

CREATE TABLE phi.appointment (
  id uuid PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  patient_id uuid NOT NULL REFERENCES phi.patient,
  status text NOT NULL DEFAULT 'booked' CHECK (status IN ('booked', 'cancelled')),
  clinician_id uuid NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  ends_at timestamptz(3) NOT NULL,
  reason bytea CHECK (octet_length(reason) >= 45),
  CHECK (ends_at > starts_at),
  UNIQUE (id, patient_id)
);
CREATE INDEX appointment_page ON phi.appointment (patient_id, starts_at, id);

-- The recording is an object whose key follows from the session's id, so that no caller can point a session at another patient's object.
CREATE TABLE phi.video_session (
  id uuid PRIMARY KEY,
  patient_id uuid NOT NULL REFERENCES phi.patient,
  appointment_id uuid,
  clinician_id uuid NOT NULL,
  started_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  recording_version text CHECK (recording_version ~ '^[A-Za-z0-9._-]+$' AND octet_length(recording_version) <= 1024),
  recorded boolean GENERATED ALWAYS AS (recording_version IS NOT NULL) STORED,
  CHECK (ended_at >= started_at),
  FOREIGN KEY (appointment_id, patient_id) REFERENCES phi.appointment (id, patient_id)
);
CREATE INDEX video_session_page ON phi.video_session (patient_id, started_at, id);

CREATE TABLE phi.document (
  id uuid PRIMARY KEY,
  patient_id uuid NOT NULL REFERENCES phi.patient,
  uploaded_by uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  title bytea NOT NULL CHECK (octet_length(title) >= 45),
  content_type text NOT NULL CHECK (content_type IN ('application/pdf', 'application/dicom', 'image/jpeg', 'image/png', 'text/plain')),
  size_bytes bigint NOT NULL CHECK (size_bytes BETWEEN 1 AND 5368709120),
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32)
);

ALTER TABLE phi.patient ENABLE ROW LEVEL SECURITY;
ALTER TABLE phi.patient FORCE ROW LEVEL SECURITY;
ALTER TABLE phi.visit_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE phi.visit_note FORCE ROW LEVEL SECURITY;
ALTER TABLE phi.appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE phi.appointment FORCE ROW LEVEL SECURITY;
ALTER TABLE phi.video_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE phi.video_session FORCE ROW LEVEL SECURITY;
ALTER TABLE phi.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE phi.document FORCE ROW LEVEL SECURITY;

-- The owner itself keeps ids alone: enough to find whose a record is and to lock the row a foreign key points at, and no field.
REVOKE ALL ON ALL TABLES IN SCHEMA phi FROM phi_owner;
GRANT SELECT (id, mrn_bidx), UPDATE (id), REFERENCES (id) ON phi.patient TO phi_owner;
GRANT SELECT (id, patient_id), UPDATE (id) ON phi.appointment TO phi_owner;
GRANT SELECT (id, patient_id) ON phi.visit_note, phi.video_session, phi.document TO phi_owner;
GRANT SELECT (id) ON phi.patient TO app_owner;

GRANT SELECT (id, version, status, name, date_of_birth, address, mrn, medical_history, diagnoses, prescriptions, mrn_bidx, ssn_bidx)
  ON phi.patient TO phi_clinician;
GRANT INSERT (id, name, date_of_birth, address, mrn, mrn_bidx, ssn, ssn_bidx, medical_history, diagnoses, prescriptions)
  ON phi.patient TO phi_clinician;
GRANT UPDATE (version, status, medical_history, diagnoses, prescriptions) ON phi.patient TO phi_clinician;
GRANT SELECT (id, version, status, name, insurance_id, billing_address, payment_history, insurance_bidx) ON phi.patient TO phi_billing;
GRANT UPDATE (version, insurance_id, insurance_bidx, billing_address, payment_history) ON phi.patient TO phi_billing;
GRANT SELECT (
  id, version, status, name, date_of_birth, address, mrn, medical_history, diagnoses, prescriptions,
  insurance_id, billing_address, payment_history
) ON phi.patient TO phi_self;

GRANT SELECT (id, version, patient_id, author_id, created_at, written_at, body) ON phi.visit_note TO phi_clinician, phi_self;
GRANT INSERT (id, version, patient_id, author_id, created_at, body) ON phi.visit_note TO phi_clinician;

GRANT SELECT (id, version, patient_id, status, clinician_id, starts_at, ends_at, reason) ON phi.appointment TO phi_clinician, phi_self;
GRANT INSERT (id, patient_id, clinician_id, starts_at, ends_at, reason) ON phi.appointment TO phi_clinician;
GRANT UPDATE (version, status, starts_at, ends_at, reason) ON phi.appointment TO phi_clinician;

GRANT SELECT (id, patient_id, appointment_id, clinician_id, started_at, ended_at, recorded, recording_version)
  ON phi.video_session TO phi_clinician, phi_self;
GRANT INSERT (id, patient_id, appointment_id, clinician_id, started_at, ended_at, recording_version)
  ON phi.video_session TO phi_clinician;

GRANT SELECT (id, patient_id, uploaded_by, created_at, title, content_type, size_bytes, sha256) ON phi.document TO phi_clinician, phi_self;
GRANT INSERT (id, patient_id, uploaded_by, title, content_type, size_bytes, sha256) ON phi.document TO phi_clinician;

RESET ROLE;
CALL migration.leave_owners();
