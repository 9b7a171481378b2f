import { iamPassword, parsePort } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { instanceSessions } from '../shared/instance-session';
import { SESSION_REVOKER_DATABASE_USER, SESSION_REVOKER_ENVIRONMENT } from './contract';
import { createSessionRevoker } from './revoker';

const environment = readEnvironment(SESSION_REVOKER_ENVIRONMENT);
// Set by Lambda itself, so it is not part of the contract.
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const address = {
  host: environment.DATABASE_HOST,
  port: parsePort(environment.DATABASE_PORT),
  database: environment.DATABASE_NAME,
  user: SESSION_REVOKER_DATABASE_USER,
};

/** Ends sessions, and closes the door to a user, when a containment workflow says so. */
export const handler = createSessionRevoker({ withSession: instanceSessions(address, iamPassword(address, region)) });
