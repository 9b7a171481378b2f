import type { Environment } from '../shared/environment';

/** The database login of the records API: it may execute functions and owns nothing (created by `lambda/migrate/sql`). */
export const RECORDS_DATABASE_USER = 'records_api';

/** The one database of the service. */
export const RECORDS_DATABASE_NAME = 'records';

/** The user pool's groups: each user is in exactly one, and it is the user's role. */
export const ROLES = ['admin', 'clinician', 'billing', 'patient'] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/**
 * Code in the request log line when a token names a signing key that the copy of the key set does not hold. A single one is a forged token;
 * a run of them means that the copy is stale and nobody can sign in, so an alarm counts them.
 */
export const KEY_UNKNOWN_CODE = 'token_key_unknown';

/** Event name of the log line written when the copy of the key set could not be read or was refused. */
export const KEYS_UNREADABLE_EVENT = 'keys_unreadable';

/** Event name of the log line written when a refusal could not be put into the audit trail: the answer was 503 and nothing was disclosed. */
export const AUDIT_UNAVAILABLE_EVENT = 'audit_unavailable';

/** Code in the request log line when a stored value is not what was stored in its place: somebody changed the database by hand. */
export const INTEGRITY_FAILURE_CODE = 'integrity_failure';

/** `app` in the encryption context of every data key; the environment's name is the other half. */
export const KEY_CONTEXT_APP = 'telehealth-records';

/** The members of the encryption context of every data key, and no others: key policies and roles name them. */
export const KEY_CONTEXT_MEMBERS = ['app', 'env', 'class', 'keyId'] as const;

/** Environment of the records API. Names and addresses only: nothing secret, nothing of a patient. */
export const RECORDS_ENVIRONMENT = [
  'USER_POOL_ID',
  'USER_POOL_CLIENT_ID',
  'JWKS_PARAMETER_NAME',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'DATABASE_USER',
  'ENVIRONMENT_NAME',
  'FIELD_KEY_ARN',
  'MRN_INDEX_KEY_ARN',
  'SSN_INDEX_KEY_ARN',
  'INSURANCE_ID_INDEX_KEY_ARN',
  'DOCUMENT_BUCKET_NAME',
] as const;

/** What the API stack must set. */
export type RecordsEnvironment = Environment<typeof RECORDS_ENVIRONMENT>;
