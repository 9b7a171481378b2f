import type { Uuid } from '../shared/uuid';
import { INCIDENT_PREFIX } from './contract';
import type { Change } from './entry';
import { EntryTakenError, IncidentError } from './incident-error';
import type { IncidentStore } from './ports';
import { checkChange, recordOf, type IncidentRecord } from './record';
import { entryBytes, entryKey, nextEntry, parseEntryKey, readSeries, type Series } from './series';

/** Entries asked for together. */
const READ_AT_ONCE = 16;

/** Ids of all incidents, sorted. */
export async function incidentIds(store: IncidentStore): Promise<readonly string[]> {
  const names = await store.list(INCIDENT_PREFIX);
  return [...new Set(names.flatMap((name) => parseEntryKey(name)?.incident ?? []))].sort();
}

/**
 * One record with its entries, proved whole.
 *
 * @throws IncidentError when there is none, or when an entry is missing or was changed.
 */
export async function loadSeries(store: IncidentStore, id: Uuid): Promise<Series> {
  const series = await findSeries(store, id);
  if (!series) throw new IncidentError(`There is no incident ${id}.`);
  return series;
}

/**
 * The same; undefined when there is none.
 *
 * @throws IncidentError when an entry is missing or was changed.
 */
export async function findSeries(store: IncidentStore, id: Uuid): Promise<Series | undefined> {
  const names = await store.list(`${INCIDENT_PREFIX}${id}/`);
  const sequences = names.flatMap((name) => parseEntryKey(name)?.sequence ?? []).sort((a, b) => a - b);
  if (sequences.length === 0) return undefined;
  const gap = sequences.findIndex((sequence, at) => sequence !== at + 1);
  if (gap >= 0) throw new IncidentError(`${entryKey(id, gap + 1)} is missing: the record is not whole.`);
  const all: Uint8Array[] = [];
  for (let at = 0; at < sequences.length; at += READ_AT_ONCE) {
    const part = sequences.slice(at, at + READ_AT_ONCE);
    all.push(...(await Promise.all(part.map((sequence) => store.read(entryKey(id, sequence))))));
  }
  return readSeries(id, all);
}

/** What a change is made with. */
export interface ChangeContext {
  /** Instant in ISO 8601. */
  readonly now: string;
  /** Who says so. */
  readonly by: string;
}

/**
 * Adds one entry, or begins a record: 164.308(a)(6)(ii), 164.414(b). Everything is looked at before anything is written, and the write is
 * one object that is there whole or not at all.
 *
 * @throws EntryTakenError when another writer came first: then nothing was written.
 * @throws IncidentError when the change may not follow.
 */
export async function append(store: IncidentStore, id: Uuid, change: Change, context: ChangeContext): Promise<IncidentRecord> {
  return appendTo(store, id, change.kind === 'opened' ? undefined : await loadSeries(store, id), change, context);
}

/**
 * The same after a series that the caller has looked at: what another writer has added since counts as having come first.
 *
 * @param series undefined to begin a record.
 * @throws EntryTakenError, IncidentError as {@link append}.
 */
export async function appendTo(
  store: IncidentStore,
  id: Uuid,
  series: Series | undefined,
  change: Change,
  { now, by }: ChangeContext,
): Promise<IncidentRecord> {
  checkChange(series && recordOf(series), change, now);
  const entry = nextEntry(id, series, now, by, change);
  const bytes = entryBytes(entry);
  const whole = readSeries(id, [...(series?.bytes ?? []), bytes]);
  if ((await store.create(entryKey(id, entry.sequence), bytes)) === 'taken')
    throw new EntryTakenError(
      `Somebody else wrote entry ${entry.sequence} of ${id} first. Nothing was written: look at the record, and try again.`,
    );
  return recordOf(whole);
}
