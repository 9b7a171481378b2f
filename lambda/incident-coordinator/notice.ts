import type { Contained, Reserve } from './decide';
import type { Detected } from './message';

/** Why a person has to do it, as a sentence. */
const BECAUSE: Readonly<Record<Reserve | 'closed', string>> = {
  approval: 'a person decides on it.',
  no_target: 'the event does not name what to act on.',
  no_workflow: 'there is no such workflow here.',
  cap_principal: 'as many as may start by themselves in an hour have been started because of the same principal.',
  cap_all: 'as many as may start by themselves in an hour have been started.',
  closed: 'the record of the incident is closed. Reopen it if this is more of the same.',
};

/** What a notice is about. */
export interface Notice extends Contained {
  readonly incident: string;
  readonly detected: Detected;
  readonly stateMachineArn: string;
}

/** Says that a containment was started. */
export function startedNotice(notice: Notice, execution: string): string {
  const { action, detected, stateMachineArn, target } = notice;
  return (
    `${headOf(notice)} ${nameOf(stateMachineArn)} was started${target ? ` on ${target.value}` : ''}: execution ${execution}. ` +
    `ContainmentEnded or ContainmentFailed tells its end. What to do: docs/runbook.md, ${detected.ruleId}, and ${headingOf(action)}.`
  );
}

/** Says why nothing was started, with the command by which a person does. */
export function reservedNotice(notice: Notice, because: Reserve | 'closed'): string {
  const { action, detected, incident, stateMachineArn, target } = notice;
  const head = `${headOf(notice)} Nothing was started: ${BECAUSE[because]} What to do: docs/runbook.md, ${detected.ruleId}`;
  if (because === 'no_workflow') return `${head}.`;
  const field = detected.targetField === '' ? {} : { [detected.targetField]: target?.value ?? 'TARGET' };
  const input = JSON.stringify({ incidentId: incident, dryRun: true, ...field });
  return (
    `${head}, and ${headingOf(action)}. To contain, first as a dry run, then with dryRun false:\n` +
    `aws stepfunctions start-execution --state-machine-arn ${stateMachineArn} --input '${input}'`
  );
}

/** What the record says of a started containment. */
export function startedResult(execution: string): string {
  return `Started by itself as execution ${execution}; what it found and did is in the folder of the incident.`;
}

/** What the record says where nothing was started. */
export function reservedResult(because: Reserve): string {
  return `Not started, and the security officer was told: ${BECAUSE[because]}`;
}

function headOf({ detected: { ruleId, severity, time, eventId }, incident }: Notice): string {
  return `Incident ${incident}: ${ruleId} (${severity}), ${time}, event ${eventId}.`;
}

/** After the last colon of its ARN. */
function nameOf(stateMachineArn: string): string {
  return stateMachineArn.slice(stateMachineArn.lastIndexOf(':') + 1);
}

/** `keep-key` as the runbook calls it: `KeepKey`. */
function headingOf(action: string): string {
  return action.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
