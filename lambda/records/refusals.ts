/**
 * Every way a request can be refused, with the HTTP status that goes with it. Codes are stable: clients, alarms and runbooks quote them.
 * 400 malformed, 401 token, 403 role, 404 absent or not yours, 409 conflict, 500 fault of ours, 503 something we depend on.
 */
export const REFUSALS = {
  event_malformed: 400,
  event_single_value: 400,
  method_refused: 400,
  method_override: 400,
  path_malformed: 400,
  header_malformed: 400,
  header_repeated: 400,
  client_address_missing: 400,
  query_malformed: 400,
  query_repeated: 400,
  query_too_large: 400,
  query_unknown_key: 400,
  query_value: 400,
  body_missing: 400,
  body_not_allowed: 400,
  body_too_large: 400,
  body_not_bytes: 400,
  body_length_mismatch: 400,
  body_content_type: 400,
  body_content_encoding: 400,
  body_encoding: 400,
  body_not_json: 400,
  body_not_object: 400,
  body_too_deep: 400,
  body_duplicate_key: 400,
  body_forbidden_key: 400,
  body_forbidden_character: 400,
  body_number: 400,
  body_unknown_key: 400,
  body_value: 400,
  if_match_missing: 400,
  if_match_malformed: 400,
  if_match_not_allowed: 400,
  idempotency_key_malformed: 400,
  idempotency_key_not_allowed: 400,
  index_value_malformed: 400,
  cursor_malformed: 400,
  cursor_mismatch: 400,
  cursor_expired: 400,
  cursor_not_yet_valid: 400,
  value_refused: 400,
  token_missing: 401,
  token_scheme: 401,
  token_too_large: 401,
  token_malformed: 401,
  token_header: 401,
  token_algorithm: 401,
  token_key_unknown: 401,
  token_signature: 401,
  token_issuer: 401,
  token_use: 401,
  token_client: 401,
  token_expiry_missing: 401,
  token_expired: 401,
  token_not_yet_valid: 401,
  token_lifetime: 401,
  token_subject: 401,
  token_group: 401,
  forbidden: 403,
  not_found: 404,
  version_stale: 409,
  conflict: 409,
  internal_error: 500,
  integrity_failure: 500,
  keys_unavailable: 503,
  audit_unavailable: 503,
  database_unavailable: 503,
  records_closed: 503,
  object_store_unavailable: 503,
  key_missing: 503,
  key_list_unavailable: 503,
  key_access_denied: 503,
  key_disabled: 503,
  key_throttled: 503,
  key_timeout: 503,
  key_invalid: 503,
  key_unavailable: 503,
} as const;

/** A stable code of {@link REFUSALS}. */
export type RefusalCode = keyof typeof REFUSALS;

/** A refusal carries its code and nothing of the request. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** Set where the statement that refused has left the audit row itself; of any other refusal one is still due. */
  readonly recorded?: true;
}

/** Shorthand for the refusal variant of an outcome. */
export function refuse(code: RefusalCode): Refused {
  return { kind: 'refused', code };
}
