import { parseUuid } from '../shared/uuid';
import { dayIn, type Day } from './calendar';
import { IncidentError } from './incident-error';
import { officerNotice } from './notice';
import type { IncidentStore } from './ports';
import { recordOf } from './record';
import { incidentIds, loadSeries } from './registry';

/** What officers have to hear of all records on one day. */
export interface Sweep {
  /** One text for each open record of which something is due. */
  readonly notices: readonly string[];
  /** Records that are not whole, each with what is wrong: their clocks run on, and nobody can read them here. */
  readonly broken: readonly string[];
}

/**
 * Looks at every record: a reminder that depends on something made for each incident could be forgotten or deleted; what lies in the store
 * cannot. A record that is broken keeps no other from being told. 164.308(a)(6)(ii).
 *
 * @param asOf today, for every record; the day in each record's own zone at `now` unless given.
 * @throws CodedError `store_denied` or `store_unavailable`: then nothing is known.
 */
export async function sweep(store: IncidentStore, now: string, asOf?: Day): Promise<Sweep> {
  const notices: string[] = [];
  const broken: string[] = [];
  for (const id of await incidentIds(store)) {
    try {
      const uuid = parseUuid(id);
      if (uuid === undefined) throw new IncidentError(`${id} is no id of an incident.`);
      const record = recordOf(await loadSeries(store, uuid));
      const today = asOf ?? dayIn(now, record.opened.timeZone);
      const notice = record.status === 'open' ? officerNotice(record, today) : undefined;
      if (notice !== undefined) notices.push(notice);
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      broken.push(error.message);
    }
  }
  return { notices, broken };
}
