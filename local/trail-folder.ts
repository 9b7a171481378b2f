import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dataEventsOf } from '../lambda/incident/data-events';
import type { DataEvent } from '../lambda/incident/scope';
import { Complaint } from './complaint';

/**
 * The reads of objects in a copy of CloudTrail's log files, as `aws s3 sync` brings it.
 *
 * @param bucket whose objects count; every bucket's unless given.
 * @throws Complaint when the folder or a file cannot be read: a file passed over would be a fetch that nobody counts.
 */
export function readDataEvents(folder: string, bucket?: string): readonly DataEvent[] {
  let file = folder;
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json.gz'))
      .sort();
    if (names.length === 0) throw new Complaint(`${folder} holds no *.json.gz: --trail takes a copy of CloudTrail's log files.`);
    return names.flatMap((name) => {
      file = path.join(folder, name);
      return dataEventsOf(JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')), bucket);
    });
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(
      `Cannot read ${file} (${(error as NodeJS.ErrnoException).code ?? 'it is no log file'}). --trail takes a copy of CloudTrail's files.`,
    );
  }
}
