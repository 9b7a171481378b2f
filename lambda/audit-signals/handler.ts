import { readEnvironment } from '../shared/environment';
import { loginSessions } from '../shared/login-sessions';
import { eventBridgeBus } from './adapters/eventbridge-bus';
import { createAuditSignals } from './audit-signals';
import { parseBusinessHours } from './business-hours';
import { AUDIT_SIGNALS_DATABASE_USER, AUDIT_SIGNALS_ENVIRONMENT } from './contract';
import { STARTING_LIMITS } from './decide-signals';

const environment = readEnvironment(AUDIT_SIGNALS_ENVIRONMENT);

/** Tells of unusual access from counts over the audit trail. Invoked by a schedule, every five minutes. */
export const handler = createAuditSignals({
  withSession: loginSessions(AUDIT_SIGNALS_DATABASE_USER, environment),
  bus: eventBridgeBus(environment.EVENT_BUS_NAME),
  limits: { ...STARTING_LIMITS, businessHours: parseBusinessHours(environment.BUSINESS_HOURS) },
});
