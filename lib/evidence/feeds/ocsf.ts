import type { EvidenceInput } from '../gather';
import { keyOf } from '../order';
import { sortedKeys, type PackFile } from '../pack-file';
import { uuidOf } from '../uuid';
import type { RowResult, VerdictRow } from '../verdict-rows';

/** Version of OCSF that the events are written in. */
const VERSION = '1.3.0';

/** Compliance Finding, of the category Findings; each line says that it was made. */
const CLASS = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
  activity_id: 1,
  type_uid: 200301,
};

/** How OCSF names a result. It knows no accepted finding: one is a fail whose status is that it is suppressed. */
const COMPLIANCE: Readonly<Record<Exclude<RowResult, 'na'>, readonly [string, number]>> = {
  pass: ['Pass', 1],
  waived: ['Fail', 3],
  fail: ['Fail', 3],
  error: ['Warning', 2],
};

const SEVERITY = { pass: 1, waived: 2, error: 3, fail: 4 } as const;

/** States of a finding: what passed is resolved, what is accepted suppressed, and anything else new. */
const STATUS = { pass: 4, waived: 3, error: 1, fail: 1 } as const;

/** `ocsf.jsonl`: a Compliance Finding for each rule on each resource that it judged, one a line. */
export function ocsfFile(input: EvidenceInput, rows: readonly VerdictRow[]): PackFile {
  const lines = rows.flatMap((row) => (row.result === 'na' ? [] : [JSON.stringify(sortedKeys(toEvent(input, row, row.result)))]));
  return { path: 'ocsf.jsonl', mediaType: 'application/x-ndjson', text: lines.map((line) => `${line}\n`).join('') };
}

function toEvent({ environment, provenance }: EvidenceInput, row: VerdictRow, result: Exclude<RowResult, 'na'>): object {
  const { ruleId, pack, citations, stack, logicalId, constructPath, resourceType, message, waiverId } = row;
  const [status, statusId] = COMPLIANCE[result];
  const time = Date.parse(provenance.generatedAt);
  const { account, name } = environment.place;
  const place = logicalId === '' ? constructPath || name : `${stack}/${logicalId}`;
  return {
    ...CLASS,
    severity_id: SEVERITY[result],
    status_id: STATUS[result],
    time,
    message,
    metadata: { version: VERSION, product: { name: provenance.project, vendor_name: provenance.project } },
    cloud: { provider: 'AWS', account: { uid: account } },
    compliance: { control: ruleId, standards: ['HIPAA Security Rule'], requirements: citations, status, status_id: statusId },
    finding_info: {
      uid: uuidOf('ocsf', name, keyOf(pack, ruleId, place)),
      title: `${ruleId} on ${place}`,
      created_time: time,
      types: [pack],
    },
    resources: [{ uid: place, name: place, ...(resourceType === '' ? {} : { type: resourceType }) }],
    ...(waiverId === undefined ? {} : { comment: `exception ${waiverId}` }),
  };
}
