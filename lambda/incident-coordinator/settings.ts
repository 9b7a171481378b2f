import * as z from 'zod/mini';
import type { Environment } from '../shared/environment';
import type { Containments, INCIDENT_COORDINATOR_ENVIRONMENT, IncidentDefaults } from './contract';

/** What the decision and the record are made with, beside the message. */
export interface Settings {
  readonly containments: Containments;
  readonly defaults: IncidentDefaults;
  /** ARN of the role with which CloudFormation deploys. */
  readonly deploymentRoleArn: string;
  /** ARNs of the roles that contain. */
  readonly responseRoleArns: readonly string[];
  /** Before the action, such as `arn:aws:states:us-east-1:111122223333:stateMachine:prod-contain-`. */
  readonly stateMachineArnPrefix: string;
}

const containments = z.record(z.string(), z.nullable(z.strictObject({ field: z.string(), pattern: z.string() })));
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
    deploymentRoleArn: environment.DEPLOYMENT_ROLE_ARN,
    responseRoleArns: environment.RESPONSE_ROLE_ARNS.split(','),
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
