import { iamPassword, parsePort, PROXY_TRUST } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { kmsKeys } from './adapters/kms-keys';
import { parameterKeys } from './adapters/parameter-keys';
import { postgresDatabase } from './adapters/postgres';
import { s3Objects } from './adapters/s3-objects';
import { composeRecords } from './compose';
import { KEY_CONTEXT_APP, RECORDS_ENVIRONMENT } from './contract';
import { userPoolIssuer } from './token';

const environment = readEnvironment(RECORDS_ENVIRONMENT);
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const address = {
  host: environment.DATABASE_HOST,
  port: parsePort(environment.DATABASE_PORT),
  database: environment.DATABASE_NAME,
  user: environment.DATABASE_USER,
};
const keys = kmsKeys({
  wrappingKeyArn: environment.FIELD_KEY_ARN,
  macKeyArns: {
    mrn: environment.MRN_INDEX_KEY_ARN,
    ssn: environment.SSN_INDEX_KEY_ARN,
    insurance_id: environment.INSURANCE_ID_INDEX_KEY_ARN,
  },
  app: KEY_CONTEXT_APP,
  env: environment.ENVIRONMENT_NAME,
});

/** The records API behind the load balancer: every rule of the request path is in `serve.ts`. */
export const handler = composeRecords({
  issuer: userPoolIssuer(environment.USER_POOL_ID),
  clientId: environment.USER_POOL_CLIENT_ID,
  tokenKeys: parameterKeys(environment.JWKS_PARAMETER_NAME, region),
  database: postgresDatabase({ address, password: iamPassword(address, region), trust: PROXY_TRUST, connections: 1 }),
  dataKeys: keys,
  indexKeys: keys,
  objects: s3Objects({ bucket: environment.DOCUMENT_BUCKET_NAME, region }),
  now: Date.now,
});
