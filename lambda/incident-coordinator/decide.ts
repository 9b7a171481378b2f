import type { Detected } from './message';
import type { Settings } from './settings';

/** Why nothing is started that the detection calls for: a person does it, or finds out what to do it to. */
export type Reserve = 'approval' | 'no_target' | 'no_workflow' | 'cap_principal' | 'cap_all';

/** What a workflow is started with, beside incident and dry run. */
export interface Contained {
  readonly action: string;
  /** Absent where the workflow takes none. */
  readonly target?: { readonly field: string; readonly value: string };
}

/** What follows from a detection. */
export type Decision =
  /** What contains an incident did it, or a deploy, which is told and reviewed by other ways: no record. */
  | { readonly kind: 'leave'; readonly because: 'response_role' | 'deployment' }
  /** A record, and nothing else: a person was told by the rule. */
  | { readonly kind: 'record' }
  | ({ readonly kind: 'contain' } & Contained)
  | ({ readonly kind: 'tell'; readonly because: Reserve } & Contained);

/** Visible, and nothing that a shell or a mail would take for anything but a name, an id or an ARN. */
const PLAIN = /^[\w:/.+=@,-]{1,256}$/;

/** Actions that are no workflow: the trail guardian starts a trail again, and nothing does anything. */
const NO_WORKFLOW: readonly string[] = ['none', 'restart-trail'];

/**
 * Decides what a machine does about a detection: 164.308(a)(6)(ii). It contains only what calls for it at once (tier A), and only where
 * the event names a target that the workflow takes; clinicians are never locked out by it, since no row of tier A does more to a user than
 * sign them out. Everything else is for a person.
 */
export function decide(detected: Detected, settings: Settings): Decision {
  const { action, principal, severityOfDeployment, tier } = detected;
  if (settings.roles.response.includes(principal)) return { kind: 'leave', because: 'response_role' };
  if (severityOfDeployment !== '' && principal === settings.roles.deployment) return { kind: 'leave', because: 'deployment' };
  if (tier === 'C' || NO_WORKFLOW.includes(action)) return { kind: 'record' };
  const takes = Object.hasOwn(settings.containments, action) ? settings.containments[action] : undefined;
  if (takes === undefined) return { kind: 'tell', because: 'no_workflow', action };
  const target = targetOf(detected, takes);
  if (takes !== null && target === undefined) return { kind: 'tell', because: 'no_target', action };
  const contained: Contained = target === undefined ? { action } : { action, target };
  return tier === 'A' ? { kind: 'contain', ...contained } : { kind: 'tell', because: 'approval', ...contained };
}

function targetOf({ targetField, target }: Detected, takes: Settings['containments'][string]): Contained['target'] {
  if (takes === null || takes === undefined || takes.field !== targetField) return undefined;
  const isOfItsKind = PLAIN.test(target) && new RegExp(`^(?:${takes.pattern})$`).test(target);
  return isOfItsKind ? { field: takes.field, value: target } : undefined;
}
