/**
 * Every way a request can be refused, with the HTTP status that goes with it. Codes are stable: clients, alarms and runbooks quote them.
 * 400 malformed, 401 token, 404 absent or not yours, 500 fault of ours, 503 something we depend on.
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
  body_not_allowed: 400,
  body_too_large: 400,
  body_base64: 400,
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
  not_found: 404,
  internal_error: 500,
  keys_unavailable: 503,
} as const;

/** A stable code of {@link REFUSALS}. */
export type RefusalCode = keyof typeof REFUSALS;

/** A refusal carries its code and nothing of the request. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: RefusalCode;
}

/** Shorthand for the refusal variant of an outcome. */
export function refuse(code: RefusalCode): Refused {
  return { kind: 'refused', code };
}
