import { kmsKeys } from '../records/adapters/kms-keys';
import { KEY_CONTEXT_APP } from '../records/contract';
import { readEnvironment } from '../shared/environment';
import { loginSessions } from '../shared/login-sessions';
import { KEY_ROTATION_DATABASE_USER, KEY_ROTATION_ENVIRONMENT } from './contract';
import { createRotation } from './rotation';

const environment = readEnvironment(KEY_ROTATION_ENVIRONMENT);

/** Makes the first data keys at deploy, and rotates them by schedule and on demand. */
export const handler = createRotation({
  withSession: loginSessions(KEY_ROTATION_DATABASE_USER, environment),
  provider: kmsKeys({
    wrappingKeyArn: environment.FIELD_KEY_ARN,
    // Blind indexes are no part of a rotation, and this function's role may use no MAC key.
    macKeyArns: { mrn: '', ssn: '', insurance_id: '' },
    app: KEY_CONTEXT_APP,
    env: environment.ENVIRONMENT_NAME,
  }),
});
