import type { ChangeOf } from '../incident/entry';
import { EntryTakenError } from '../incident/incident-error';
import type { IncidentStore, Officer } from '../incident/ports';
import { recordOf, type IncidentRecord } from '../incident/record';
import { appendTo, loadSeries } from '../incident/registry';
import { CodedError } from '../shared/outcome';
import { uuidOf, type Uuid } from '../shared/uuid';
import { decide, type Contained, type Decision, type Reserve } from './decide';
import type { Detected } from './message';
import { reservedNotice, reservedResult, startedNotice, startedResult, type Notice } from './notice';
import { COORDINATOR, place, subjectOf } from './place';
import type { Workflows } from './ports';
import type { Settings } from './settings';
import { EVERYBODY, scopeOf, takeTurn } from './turns';

/** What the coordinator works with. */
export interface Coordination {
  readonly settings: Settings;
  readonly store: IncidentStore;
  readonly workflows: Workflows;
  readonly officer: Officer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What became of one detection. */
export const OUTCOMES = ['response_role', 'deployment', 'opened', 'merged', 'started', 'told', 'told_of_closed'] as const;

/** What became of it, and where it is written. */
export interface Coordinated {
  readonly outcome: (typeof OUTCOMES)[number];
  readonly incident?: Uuid;
}

/** How often an entry is tried again that another writer was faster with. */
const ENTRY_ATTEMPTS = 4;

/**
 * Does what follows from one detection: 164.308(a)(6)(ii). The record is opened first and the entry that something was started or told is
 * written last, so that a run that breaks off anywhere is finished by the next one: an execution that was started is found by its name, a
 * turn by its holder, and at worst a person is told twice.
 *
 * @throws CodedError of whatever failed; IncidentError when a record is not whole.
 */
export async function coordinate(detected: Detected, coordination: Coordination): Promise<Coordinated> {
  const { settings, store, officer } = coordination;
  const decision = decide(detected, settings);
  if (decision.kind === 'leave') return { outcome: decision.because };
  const { id, isNew, record } = await place(store, detected, settings.defaults, coordination.now());
  if (decision.kind === 'record') return { outcome: isNew ? 'opened' : 'merged', incident: id };
  const { action } = decision;
  if (isHandled(record, action, detected)) return { outcome: 'merged', incident: id };
  const notice: Notice = { ...decision, incident: id, detected, stateMachineArn: `${settings.stateMachineArnPrefix}${action}` };
  if (record.status === 'closed') {
    await officer.tell(reservedNotice(notice, 'closed'));
    return { outcome: 'told_of_closed', incident: id };
  }
  return { outcome: await act(decision, notice, record, coordination), incident: id };
}

async function act(
  decision: Exclude<Decision, { readonly kind: 'leave' | 'record' }>,
  notice: Notice,
  record: IncidentRecord,
  coordination: Coordination,
): Promise<'started' | 'told'> {
  const { officer, workflows } = coordination;
  const { detected, incident, stateMachineArn } = notice;
  const execution = executionOf(incident, decision, record);
  const turn = decision.kind === 'tell' ? decision.because : await turnOf(detected, execution, coordination);
  if (typeof turn === 'string') {
    await officer.tell(reservedNotice(notice, turn));
    await write(notice, { result: reservedResult(turn) }, coordination);
    return 'told';
  }
  const target = notice.target ? { [notice.target.field]: notice.target.value } : {};
  await workflows.start(stateMachineArn, execution, { incidentId: incident, dryRun: false, ...target });
  await officer.tell(startedNotice(notice, execution));
  await write(notice, { result: startedResult(execution), startedAt: new Date(turn).toISOString() }, coordination);
  return 'started';
}

/** When the execution's turn was taken, in milliseconds since the epoch; or which cap is reached. */
async function turnOf(detected: Detected, execution: string, { now, store }: Coordination): Promise<number | Reserve> {
  const principal = detected.principal || detected.user || subjectOf(detected) || detected.ruleId;
  if ((await takeTurn(store, scopeOf(principal), execution, now())) === undefined) return 'cap_principal';
  return (await takeTurn(store, EVERYBODY, execution, now())) ?? 'cap_all';
}

/** Whether something was started or told after the event had happened: that was for this event as well. */
function isHandled(record: IncidentRecord, action: string, { time }: Detected): boolean {
  return earlier(record, action).some(({ at, startedAt }) => Date.parse(startedAt ?? at) >= Date.parse(time));
}

function earlier(record: IncidentRecord, action: string): IncidentRecord['actions'] {
  return record.actions.filter((each) => each.by === COORDINATOR && each.action === action);
}

/**
 * Name of the next execution: the same for whoever comes to it from the same state of the record, and another one when the same was done
 * again after it had been contained.
 */
function executionOf(incident: string, { action }: Contained, record: IncidentRecord): string {
  const begun = earlier(record, action).filter(({ startedAt }) => startedAt !== undefined).length;
  return `auto-${uuidOf('execution', incident, action, begun)}`;
}

async function write(notice: Notice, done: Pick<ChangeOf<'action'>, 'result' | 'startedAt'>, { now, store }: Coordination): Promise<void> {
  const id = notice.incident as Uuid;
  const { action, target } = notice;
  const change: ChangeOf<'action'> = { kind: 'action', action, target: target?.value ?? action, ...done };
  for (let attempt = 0; attempt < ENTRY_ATTEMPTS; attempt += 1) {
    const series = await loadSeries(store, id);
    // Two runs that met at the same execution write one entry about it.
    if (isHandled(recordOf(series), action, notice.detected)) return;
    try {
      await appendTo(store, id, series, change, { now: new Date(now()).toISOString(), by: COORDINATOR });
      return;
    } catch (error) {
      if (!(error instanceof EntryTakenError)) throw error;
    }
  }
  throw new CodedError('entry_contended');
}
