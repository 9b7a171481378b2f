import type { Environment } from '../shared/environment';

/** Environment of the JWKS refresher. */
export const JWKS_REFRESHER_ENVIRONMENT = ['USER_POOL_ID', 'JWKS_PARAMETER_NAME'] as const;

/** What the API stack must set. */
export type JwksRefresherEnvironment = Environment<typeof JWKS_REFRESHER_ENVIRONMENT>;

/**
 * Properties of the custom resource that refreshes the copy at deploy. The function reads none of them: a changed one is what makes
 * CloudFormation ask again.
 */
export interface TokenKeysResourceProperties {
  readonly UserPoolId: string;
  readonly ParameterName: string;
  /** What the template itself writes into the parameter whenever it changes the parameter: the copy must then be made anew. */
  readonly ParameterDescription: string;
  readonly ParameterValue: string;
}
