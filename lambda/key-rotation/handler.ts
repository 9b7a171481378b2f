import { kmsKeys } from '../records/adapters/kms-keys';
import { KEY_CONTEXT_APP } from '../records/contract';
import { iamPassword, parsePort } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { instanceSessions } from '../shared/instance-session';
import { KEY_ROTATION_DATABASE_USER, KEY_ROTATION_ENVIRONMENT } from './contract';
import { createRotation } from './rotation';

const environment = readEnvironment(KEY_ROTATION_ENVIRONMENT);
// Set by Lambda itself, so it is not part of the contract.
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const address = {
  host: environment.DATABASE_HOST,
  port: parsePort(environment.DATABASE_PORT),
  database: environment.DATABASE_NAME,
  user: KEY_ROTATION_DATABASE_USER,
};

/** Makes the first data keys at deploy, and rotates them by schedule and on demand. */
export const handler = createRotation({
  withSession: instanceSessions(address, iamPassword(address, region)),
  provider: kmsKeys({
    wrappingKeyArn: environment.FIELD_KEY_ARN,
    // Blind indexes are no part of a rotation, and this function's role may use no MAC key.
    macKeyArns: { mrn: '', ssn: '', insurance_id: '' },
    app: KEY_CONTEXT_APP,
    env: environment.ENVIRONMENT_NAME,
  }),
});
