import { newTimeOrderedUuid, newUuid } from '../../lambda/shared/uuid';
import type { RecordsApi } from '../support/records-api';
import type { Treated } from './population';

/** What PostgreSQL did for a read, counted by itself: the same on a busy machine as on a quiet one. */
export interface ReadWork {
  /** Pages of tables and indexes that were looked at, for each read. */
  readonly pages: readonly number[];
  /** Bytes of log, audit row included, for each read. */
  readonly walBytes: readonly number[];
}

interface Explained {
  readonly 'QUERY PLAN': readonly [
    { readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number; readonly 'WAL Bytes': number } },
  ];
}

/** Counts the work of audited reads of one record each, spread over the records. */
export async function readWork(api: RecordsApi, treated: readonly Treated[], reads: number): Promise<ReadWork> {
  const { cluster, database } = api.sql;
  const plans = await cluster.as('records_api', database, async (client) => {
    const all = [];
    for (let at = 0; at < reads; at += 1) {
      const { patient, clinician } = treated[(at * 7919) % treated.length] as Treated;
      const { rows } = await client.query<Explained>(
        'EXPLAIN (ANALYZE, BUFFERS, WAL, TIMING OFF, FORMAT JSON) SELECT * FROM api.clinician_read_patient($1, $2, $3, $4, $5, $6)',
        [clinician.sub, clinician.issuedAt, newTimeOrderedUuid(), '203.0.113.9', newUuid(), patient],
      );
      all.push((rows[0] as Explained)['QUERY PLAN'][0].Plan);
    }
    return all;
  });
  return {
    pages: plans.map((plan) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks']),
    walBytes: plans.map((plan) => plan['WAL Bytes']),
  };
}
