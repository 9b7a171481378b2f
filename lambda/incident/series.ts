import { createHash } from 'node:crypto';
import { INCIDENT_PREFIX } from './contract';
import { ENTRY_FORMAT, NO_PREVIOUS_ENTRY, parseEntry, type Change, type Entry } from './entry';
import { IncidentError } from './incident-error';

const DIGITS = 6;
const NAME = new RegExp(`^${INCIDENT_PREFIX}([0-9a-f-]{36})/(\\d{${DIGITS}})\\.json$`);

/** Name of an entry: names sort as the entries were written. */
export function entryKey(incident: string, sequence: number): string {
  return `${INCIDENT_PREFIX}${incident}/${String(sequence).padStart(DIGITS, '0')}.json`;
}

/** Which entry a name is of; undefined for anything else that lies beside, such as what was captured for the incident. */
export function parseEntryKey(key: string): { readonly incident: string; readonly sequence: number } | undefined {
  const [, incident, digits] = NAME.exec(key) ?? [];
  return incident === undefined || digits === undefined ? undefined : { incident, sequence: Number(digits) };
}

/** The bytes of an entry: what the next one cites. */
export function entryBytes(entry: Entry): Uint8Array {
  return Buffer.from(`${JSON.stringify(entry)}\n`);
}

/** SHA-256 of an entry's bytes, in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The entries of one record, proved whole, and what the next one has to cite. */
export interface Series {
  readonly incident: string;
  readonly entries: readonly [Entry, ...Entry[]];
  readonly headSha256: string;
  /** As they are stored: another spelling of the same entry has another digest. */
  readonly bytes: readonly Uint8Array[];
}

/**
 * Reads a record's entries in order: 164.316(b)(2)(i). Each has to be of this incident, bear its number, and cite the bytes before it.
 *
 * @throws IncidentError that names the first entry which does not; nothing is said of the record then.
 */
export function readSeries(incident: string, all: readonly Uint8Array[]): Series {
  const entries: Entry[] = [];
  let head = NO_PREVIOUS_ENTRY;
  for (const [at, bytes] of all.entries()) {
    const key = entryKey(incident, at + 1);
    const entry = parsed(key, bytes);
    if (entry.incident !== incident || entry.sequence !== at + 1) throw new IncidentError(`${key} says that it is another entry.`);
    if (entry.prev !== head) throw new IncidentError(`${key} does not cite the entry before it: one of the two was changed.`);
    if ((entry.change.kind === 'opened') !== (at === 0)) throw new IncidentError(`${key}: a record begins with opened, once.`);
    head = sha256Of(bytes);
    entries.push(entry);
  }
  const [first, ...rest] = entries;
  if (!first) throw new IncidentError(`There is no incident ${incident}.`);
  return { incident, entries: [first, ...rest], headSha256: head, bytes: all };
}

/** Makes the entry that comes next: the first of a new record, or the one after a series. */
export function nextEntry(incident: string, series: Series | undefined, at: string, by: string, change: Change): Entry {
  return {
    format: ENTRY_FORMAT,
    incident,
    sequence: (series?.entries.length ?? 0) + 1,
    at,
    by,
    prev: series?.headSha256 ?? NO_PREVIOUS_ENTRY,
    change,
  };
}

function parsed(key: string, bytes: Uint8Array): Entry {
  try {
    return parseEntry(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new IncidentError(`${key} cannot be read: ${error instanceof IncidentError ? error.message : 'it is no text in UTF-8.'}`);
  }
}
