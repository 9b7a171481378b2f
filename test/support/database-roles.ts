/** The logins that a test may want to be. */
export const LOGINS = ['audit_exporter', 'audit_signals', 'key_rotator', 'migrator', 'records_api', 'session_revoker'] as const;

/** The owners of functions and tables; none can log in. */
export const OWNERS = ['app_owner', 'audit_owner', 'phi_billing', 'phi_clinician', 'phi_owner', 'phi_rotation', 'phi_self'] as const;
