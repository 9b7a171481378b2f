import { iamPassword, parsePort } from '../shared/database';
import { readEnvironment } from '../shared/environment';
import { instanceSessions } from '../shared/instance-session';
import { eventBridgeBus } from './adapters/eventbridge-bus';
import { createAuditSignals } from './audit-signals';
import { parseBusinessHours } from './business-hours';
import { AUDIT_SIGNALS_DATABASE_USER, AUDIT_SIGNALS_ENVIRONMENT } from './contract';
import { STARTING_LIMITS } from './decide-signals';

const environment = readEnvironment(AUDIT_SIGNALS_ENVIRONMENT);
// Set by Lambda itself, so it is not part of the contract.
const { AWS_REGION: region } = readEnvironment(['AWS_REGION']);
const address = {
  host: environment.DATABASE_HOST,
  port: parsePort(environment.DATABASE_PORT),
  database: environment.DATABASE_NAME,
  user: AUDIT_SIGNALS_DATABASE_USER,
};

/** Tells of unusual access from counts over the audit trail. Invoked by a schedule, every five minutes. */
export const handler = createAuditSignals({
  withSession: instanceSessions(address, iamPassword(address, region)),
  bus: eventBridgeBus(environment.EVENT_BUS_NAME),
  limits: { ...STARTING_LIMITS, businessHours: parseBusinessHours(environment.BUSINESS_HOURS) },
});
