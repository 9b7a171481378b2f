-- Takes away the counts between two times, which those over windows replaced: they missed what commits late. Nothing called them, and a
-- login has what it uses: 164.308(a)(4)(ii)(B).
CALL migration.join_owners();
SET LOCAL ROLE audit_owner;

DROP FUNCTION audit.count_patients, audit.count_denials, audit.count_emergencies, audit.count_honey;
REVOKE EXECUTE ON FUNCTION audit.oldest_unexported FROM audit_signals;

RESET ROLE;
CALL migration.leave_owners();
