import { readEnvironment } from '../shared/environment';
import { onClockOrDeploy } from './clock-or-deploy';
import { JWKS_REFRESHER_ENVIRONMENT } from './contract';
import { fetchJwks, jwksUrl } from './fetch-jwks';
import { parameterStore } from './parameter-store';
import { createRefresher } from './refresher';

const environment = readEnvironment(JWKS_REFRESHER_ENVIRONMENT);
// Set by Lambda itself, so it is not part of the contract.
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const url = jwksUrl(region, environment.USER_POOL_ID);

/** Refreshes the copy of the user pool's signing keys by which functions without internet access verify tokens. */
export const handler = onClockOrDeploy(createRefresher(() => fetchJwks(url), parameterStore(environment.JWKS_PARAMETER_NAME)));
