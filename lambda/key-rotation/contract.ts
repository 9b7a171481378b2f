import type { Environment } from '../shared/environment';

/** The database login of the rotation: it lists and adds data keys and rewrites ciphertexts through functions, and nothing else. */
export const KEY_ROTATION_DATABASE_USER = 'key_rotator';

/** Event name of the log line that each step of a run leaves, of each class of keys at least one. */
export const ROTATION_EVENT = 'key_rotation';

/** Code of that line when stored values name no key, or do not open with theirs: nothing can be retired before somebody looks. */
export const ROTATION_MALFORMED_CODE = 'values_malformed';

/** Environment of the rotation. It connects to the instance, not to the proxy, because it keeps a connection for minutes. */
export const KEY_ROTATION_ENVIRONMENT = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME', 'ENVIRONMENT_NAME', 'FIELD_KEY_ARN'] as const;

/** What the stack must set. */
export type KeyRotationEnvironment = Environment<typeof KEY_ROTATION_ENVIRONMENT>;
