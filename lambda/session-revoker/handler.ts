import { readEnvironment } from '../shared/environment';
import { loginSessions } from '../shared/login-sessions';
import { SESSION_REVOKER_DATABASE_USER, SESSION_REVOKER_ENVIRONMENT } from './contract';
import { createSessionRevoker } from './revoker';

const environment = readEnvironment(SESSION_REVOKER_ENVIRONMENT);

/** Ends sessions, and closes the door to a user, when a containment workflow says so. */
export const handler = createSessionRevoker({ withSession: loginSessions(SESSION_REVOKER_DATABASE_USER, environment) });
