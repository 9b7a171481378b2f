import { readEnvironment } from '../shared/environment';
import { loginSessions } from '../shared/login-sessions';
import { createAdministration } from './administration';
import { ADMINISTER_DATABASE_USER, ADMINISTER_ENVIRONMENT } from './contract';

const environment = readEnvironment(ADMINISTER_ENVIRONMENT);

/** The database's settings at deploy, and what an operator does once: docs/records-database.md. */
export const handler = createAdministration({ withSession: loginSessions(ADMINISTER_DATABASE_USER, environment) });
