import * as z from 'zod/mini';
import type { Environment } from '../shared/environment';
import type { Containments, INCIDENT_COORDINATOR_ENVIRONMENT, IncidentDefaults, KnownRoles } from './contract';

/** What the decision and the record are made with, beside the message. */
export interface Settings {
  readonly containments: Containments;
  readonly defaults: IncidentDefaults;
  readonly roles: KnownRoles;
  /** Before the action, such as `arn:aws:states:us-east-1:111122223333:stateMachine:prod-contain-`. */
  readonly stateMachineArnPrefix: string;
}

const containments = z.record(z.string(), z.nullable(z.strictObject({ field: z.string(), pattern: z.string() })));
const roles = z.strictObject({ deployment: z.string(), response: z.array(z.string()) });
const defaults = z.strictObject({
  timeZone: z.string(),
  regime: z.array(z.enum(['hipaa', 'ftc', 'state', 'contract'])),
  as: z.enum(['covered_entity', 'business_associate', 'agent_business_associate']),
});

/**
 * Reads the settings, once at start.
 *
 * @throws Error that names the variable which is not what the contract says.
 */
export function readSettings(environment: Environment<typeof INCIDENT_COORDINATOR_ENVIRONMENT>): Settings {
  return {
    containments: parsed('CONTAINMENTS', containments, environment.CONTAINMENTS),
    defaults: parsed('INCIDENT_DEFAULTS', defaults, environment.INCIDENT_DEFAULTS),
    roles: parsed('KNOWN_ROLES', roles, environment.KNOWN_ROLES),
    stateMachineArnPrefix: environment.STATE_MACHINE_ARN_PREFIX,
  };
}

function parsed<Value>(name: string, schema: z.ZodMiniType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${name} is not the JSON that the contract of the function says. The function's stack must write it.`);
  }
}
