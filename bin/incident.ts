import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { ArchiveError } from '../lambda/audit-exporter/archive';
import { folderIncidents } from '../lambda/incident/adapters/folder-incidents';
import { s3Incidents } from '../lambda/incident/adapters/s3-incidents';
import { IncidentError } from '../lambda/incident/incident-error';
import { CodedError } from '../lambda/shared/outcome';
import { Complaint } from '../local/complaint';
import { runIncident } from '../local/incident-commands';
import { INCIDENT_USAGE, parseIncidentOptions } from '../local/incident-options';
import { openArchive, readKey } from './audit-verify';

/** Where a run of the command writes, and what time it is for it. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly nowMs: number;
}

const STORE_FAILURES: Readonly<Record<string, string>> = {
  store_denied: 'is not open to you: sign in as the incident officer (AWS_PROFILE), or look at the rights of the folder',
  store_unavailable: 'does not answer: check your AWS credentials, its name, AWS_REGION and the network; nothing was written',
};

/** Keeps the record of an incident: 164.308(a)(6)(ii), 164.414(b). Exit codes: 0 done, 1 refused, 2 usage or unreadable input. */
export async function main(args: readonly string[], { print, complain, nowMs }: Terminal): Promise<0 | 1 | 2> {
  try {
    const options = parseIncidentOptions(args);
    const { store, bucket = '', by = userInfo().username } = options.values;
    if (store !== undefined && options.command !== 'open' && !existsSync(store))
      throw new Complaint(`There is no folder ${store}. Name the one in which open began the record.`);
    const records = store === undefined ? s3Incidents(bucket) : folderIncidents(store);
    await runIncident(options, { store: records, nowMs, by, print, openArchive, readKey }).catch((error: unknown) => {
      const failure = error instanceof CodedError ? STORE_FAILURES[String(error.code)] : undefined;
      throw failure === undefined ? error : new Complaint(`${store ?? `s3://${bucket}`} ${failure}.`);
    });
    return 0;
  } catch (error) {
    if (error instanceof IncidentError) {
      complain(error.message);
      return 1;
    }
    if (!(error instanceof Complaint || error instanceof ArchiveError)) throw error;
    complain(error instanceof Complaint && args.length < 2 ? `${error.message}\n${INCIDENT_USAGE}` : error.message);
    return 2;
  }
}

if (require.main === module) {
  void main(process.argv.slice(2), { print: console.log, complain: console.error, nowMs: Date.now() }).then(
    (code) => (process.exitCode = code),
  );
}
