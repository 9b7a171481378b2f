import type { Environment } from '../shared/environment';

/** Environment of the JWKS refresher. */
export const JWKS_REFRESHER_ENVIRONMENT = ['USER_POOL_ID', 'JWKS_PARAMETER_NAME'] as const;

/** What the API stack must set. */
export type JwksRefresherEnvironment = Environment<typeof JWKS_REFRESHER_ENVIRONMENT>;
