import { readFileSync } from 'node:fs';
import type { BatchArchive } from '../lambda/audit-exporter/archive';
import type { VerificationKey } from '../lambda/audit-exporter/verification-key';
import { dayIn, parseDay, type Day } from '../lambda/incident/calendar';
import { CLOCK_IDS } from '../lambda/incident/clock-ids';
import { clocksOf, discoveryDay, type Clock } from '../lambda/incident/clocks';
import { obstaclesToClosing } from '../lambda/incident/closing';
import { INCIDENT_PREFIX } from '../lambda/incident/contract';
import { parseChange, type Change } from '../lambda/incident/entry';
import { IncidentError } from '../lambda/incident/incident-error';
import { officerNotice } from '../lambda/incident/notice';
import type { IncidentStore } from '../lambda/incident/ports';
import { presumption, recordOf, type IncidentRecord } from '../lambda/incident/record';
import { append, incidentIds, loadSeries } from '../lambda/incident/registry';
import type { Scope } from '../lambda/incident/scope';
import { scopeOf } from '../lambda/incident/scope-archive';
import { sha256Of } from '../lambda/incident/series';
import { sweep } from '../lambda/incident/sweep';
import { newUuid, parseUuid, type Uuid } from '../lambda/shared/uuid';
import { Complaint } from './complaint';
import { writeExport } from './incident-export';
import { needed, type IncidentOptions } from './incident-options';
import { readDataEvents } from './trail-folder';

/** What a command works on. */
export interface IncidentTools {
  readonly store: IncidentStore;
  readonly nowMs: number;
  /** Who says what is written. */
  readonly by: string;
  readonly print: (text: string) => void;
  readonly openArchive: (target: string) => Promise<BatchArchive>;
  readonly readKey: (key: string) => Promise<VerificationKey>;
}

/**
 * Does what one command says: 164.308(a)(6)(ii), 164.402 to 164.414.
 *
 * @throws Complaint or IncidentError with the one thing that is wrong; then nothing was written.
 */
export async function runIncident(options: IncidentOptions, tools: IncidentTools): Promise<void> {
  const { id } = options;
  if (options.command === 'open') return open(options, tools);
  if (id === undefined) return options.command === 'notice' ? noticesOfAll(options, tools) : statusOfAll(options, tools);
  switch (options.command) {
    case 'status':
      return tools.print(statusText(...(await load(tools, id, options))));
    case 'assess':
      return add(tools, id, changeOf(options, 'assessment'));
    case 'add':
      return add(tools, id, changeOf(options));
    case 'scope':
      return scope(options, tools, id);
    case 'notice':
      return notice(options, tools, id);
    case 'close':
      return close(options, tools, id);
    case 'export': {
      const [record, today] = await load(tools, id, options);
      const { entries } = await loadSeries(tools.store, id);
      tools.print(writeExport(needed(options, 'out'), record, entries, clocksOf(record, today), now(tools)));
    }
  }
}

async function open(options: IncidentOptions, tools: IncidentTools): Promise<void> {
  const change = options.values.file === undefined ? openedBy(options, now(tools)) : changeOf(options, 'opened');
  const record = await append(tools.store, newUuid(), change, { now: now(tools), by: tools.by });
  tools.print(`Opened ${record.id}.\n${statusText(record, dayIn(now(tools), record.opened.timeZone))}`);
}

function openedBy(options: IncidentOptions, at: string): Change {
  const { detected, discovered, seen, as } = options.values;
  return parseChange({
    kind: 'opened',
    summary: needed(options, 'summary'),
    severity: needed(options, 'severity'),
    timeZone: needed(options, 'time-zone'),
    as: as ?? 'covered_entity',
    regime: ['hipaa'],
    coveredEntities: [],
    detectionIds: [],
    subjects: [],
    detectedAt: detected ?? at,
    ...(seen === undefined ? {} : { firstSeenByHumanAt: seen }),
    discoveredAt: discovered ?? seen ?? at,
    basis: needed(options, 'basis'),
  });
}

async function statusOfAll(options: IncidentOptions, tools: IncidentTools): Promise<void> {
  const ids = await incidentIds(tools.store);
  const lines: string[] = [];
  for (const id of ids) {
    const [record, today] = await load(tools, uuidOf(id), options);
    const next = clocksOf(record, today).filter(({ state }) => state === 'running' || state === 'overdue');
    const first = next.reduce<Clock | undefined>((a, b) => (a && a.due <= b.due ? a : b), undefined);
    lines.push(
      [id, record.status.padEnd(6), ...(record.status === 'open' && first ? [first.due, `${first.id} (${first.citation})`] : [])]
        .join('  ')
        .trimEnd(),
    );
  }
  tools.print(
    lines.length === 0
      ? 'No incident is recorded here.'
      : ['incident                              status  next due', ...lines].join('\n'),
  );
}

/** What a daily job prints, and sends on. It fails on a broken record, after telling of all others. */
async function noticesOfAll(options: IncidentOptions, tools: IncidentTools): Promise<void> {
  const { notices, broken } = await sweep(tools.store, now(tools), day(options, 'as-of'));
  if (notices.length + broken.length === 0) tools.print('Nothing is to be told of any incident.');
  for (const notice of notices) tools.print(`${notice}\n`);
  if (broken.length > 0) throw new IncidentError(broken.join('\n'));
}

/** What is due, and whose demand it is. */
function statusText(record: IncidentRecord, today: Day): string {
  const { isBreach, because } = presumption(record);
  const clocks = clocksOf(record, today).map(({ id, setBy, due, state, citation, because: why }) =>
    [due, state.padEnd(8), id.padEnd(14), (setBy === 'project' ? 'gate of this project' : citation).padEnd(20), why].join('  '),
  );
  const entries = record.entries === 1 ? '1 entry' : `${record.entries} entries`;
  return [
    `Incident ${record.id}: ${record.status}, ${entries}, discovered ${discoveryDay(record)} (${record.opened.timeZone}).`,
    `Breach of unsecured PHI: ${isBreach ? 'yes, as far as the record goes' : 'no'}; ${because}.`,
    `Due as of ${today}. The day is the last one: notice is owed without unreasonable delay.`,
    ...clocks,
  ].join('\n');
}

async function add(tools: IncidentTools, id: Uuid, change: Change): Promise<void> {
  const record = await append(tools.store, id, change, { now: now(tools), by: tools.by });
  tools.print(`Entry ${record.entries} of ${id}: ${change.kind}.\n${statusText(record, dayIn(now(tools), record.opened.timeZone))}`);
}

async function scope(options: IncidentOptions, tools: IncidentTools, id: Uuid): Promise<void> {
  const { actor, patient, key, trail, record } = options.values;
  const [from, to] = [instant(options, 'from'), instant(options, 'to')];
  if (Date.parse(from) >= Date.parse(to)) throw new Complaint(`--from has to be before --to, not ${from} and ${to}.`);
  if (!key) throw new Complaint('At least one --key is needed: without it nobody knows whether the batches are whole.');
  await loadSeries(tools.store, id);
  const archive = await tools.openArchive(needed(options, 'archive'));
  const keys = await Promise.all(key.map(tools.readKey));
  const question = { from, to, actor, patients: patient };
  const found = await scopeOf(
    archive,
    keys,
    question,
    trail === undefined ? undefined : readDataEvents(trail, options.values['documents-bucket']),
  );
  const { individuals, ...counts } = found;
  tools.print(JSON.stringify({ individuals: individuals.length, ...counts }, undefined, 2));
  if (record === true) await recordScope(tools, id, found);
}

/** The list first, under its own digest: an entry that cites a list which is not there would prove nothing. */
async function recordScope(tools: IncidentTools, id: Uuid, found: Scope): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(found)}\n`);
  const sha256 = sha256Of(bytes);
  const ref = `${INCIDENT_PREFIX}${id}/scope/${sha256}.json`;
  await tools.store.create(ref, bytes);
  const { from, to, actor, patients } = found.question;
  const reached = patients ? `${patients.length} named patients` : 'any patient';
  await add(
    tools,
    id,
    parseChange({
      kind: 'affected',
      individuals: found.individuals.length,
      isLowerBound: found.lowerBoundBecause.length > 0,
      dataClasses: found.dataClasses,
      firstAccessAt: found.firstAccessAt,
      lastAccessAt: found.lastAccessAt,
      list: { ref, sha256 },
      basis: `Counted over the audit trail from ${from} to ${to}, ${actor === undefined ? 'any actor' : 'one actor'}, ${reached}.`,
    }),
  );
}

async function notice(options: IncidentOptions, tools: IncidentTools, id: Uuid): Promise<void> {
  const { clock } = options.values;
  if (clock === undefined) {
    const [record, today] = await load(tools, id, options);
    return tools.print(officerNotice(record, today) ?? `Nothing of ${id} is to be told on ${today}.`);
  }
  if (!CLOCK_IDS.some((known) => known === clock)) throw new Complaint(`--clock has to be one of ${CLOCK_IDS.join(', ')}, not ${clock}.`);
  const [record] = await load(tools, id, options);
  const on = day(options, 'on') ?? needed(options, 'on');
  const today = dayIn(now(tools), record.opened.timeZone);
  if (on > today)
    throw new Complaint(`--on is ${on}, and today is ${today} (${record.opened.timeZone}): a notice is recorded when it was given.`);
  await add(tools, id, parseChange({ kind: 'met', clock, on, proof: needed(options, 'proof') }));
}

async function close(options: IncidentOptions, tools: IncidentTools, id: Uuid): Promise<void> {
  const because = needed(options, 'because');
  const [record, today] = await load(tools, id, options);
  const obstacles = obstaclesToClosing(record, today);
  if (obstacles.length > 0)
    throw new IncidentError([`Incident ${id} cannot be closed:`, ...obstacles.map((each) => `- ${each}`)].join('\n'));
  await add(tools, id, parseChange({ kind: 'closed', because }));
}

/** The record, and the day in its zone that is to be taken for today. */
async function load(tools: IncidentTools, id: Uuid, options: IncidentOptions): Promise<[IncidentRecord, Day]> {
  const record = recordOf(await loadSeries(tools.store, id));
  return [record, day(options, 'as-of') ?? dayIn(now(tools), record.opened.timeZone)];
}

/** A change out of a file; `kind` may be left out where the command says it. */
function changeOf(options: IncidentOptions, kind?: Change['kind']): Change {
  const file = needed(options, 'file');
  const value = ((): unknown => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as unknown;
    } catch (error) {
      throw new Complaint(
        `Cannot read ${file} (${error instanceof SyntaxError ? 'it is no JSON' : (error as NodeJS.ErrnoException).code}). ` +
          '--file takes a JSON object.',
      );
    }
  })();
  const change = parseChange(kind === undefined || typeof value !== 'object' || value === null ? value : { kind, ...value });
  if (kind === undefined && (change.kind === 'opened' || change.kind === 'closed'))
    throw new Complaint(`${change.kind} has a command of its own.`);
  if (kind !== undefined && change.kind !== kind)
    throw new Complaint(`${file} holds ${change.kind}, and ${options.command} takes ${kind}.`);
  return change;
}

function day(options: IncidentOptions, name: 'as-of' | 'on'): Day | undefined {
  const value = options.values[name];
  if (value === undefined) return undefined;
  const read = parseDay(value);
  if (read === undefined) throw new Complaint(`--${name} has to be a day that exists, such as 2026-11-27, not ${value}.`);
  return read;
}

function instant(options: IncidentOptions, name: 'from' | 'to'): string {
  const value = needed(options, name);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) || Number.isNaN(Date.parse(value)))
    throw new Complaint(`--${name} has to be an instant in UTC, such as 2026-11-27T18:00:00Z, not ${value}.`);
  return value;
}

function now({ nowMs }: IncidentTools): string {
  return new Date(nowMs).toISOString();
}

function uuidOf(id: string): Uuid {
  const uuid = parseUuid(id);
  if (uuid === undefined) throw new IncidentError(`${INCIDENT_PREFIX}${id} is no incident.`);
  return uuid;
}
