import { iamPassword, parsePort } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { instanceSessions } from '../shared/instance-session';
import { createAdministration } from './administration';
import { ADMINISTER_DATABASE_USER, ADMINISTER_ENVIRONMENT } from './contract';

const environment = readEnvironment(ADMINISTER_ENVIRONMENT);
// Set by Lambda itself, so it is not part of the contract.
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const address = {
  host: environment.DATABASE_HOST,
  port: parsePort(environment.DATABASE_PORT),
  database: environment.DATABASE_NAME,
  user: ADMINISTER_DATABASE_USER,
};

/** The database's settings at deploy, and what an operator does once: docs/records-database.md. */
export const handler = createAdministration({ withSession: instanceSessions(address, iamPassword(address, region)) });
