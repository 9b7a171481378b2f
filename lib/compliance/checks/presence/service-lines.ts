import type { EnvironmentModel, Resource } from '../../model/environment';
import { clocksOf, exportersOf, guardiansOf, rotatorsOf, serversOf } from './working-functions';

type Json = Readonly<Record<string, unknown>>;

/** Lines by which the functions of this service say that something is wrong. */
export interface ServiceSubject {
  readonly name: string;
  /** As in "somebody is told when …". */
  readonly when: string;
  readonly citation: string;
  readonly lines: readonly Json[];
  /** The functions that write them, known by their use. */
  readonly writers: (environment: EnvironmentModel) => readonly Resource[];
}

const withCodes = (...codes: readonly string[]): readonly Json[] => codes.map((code) => ({ level: 'error', code }));

/** What this service's own functions tell by a code, each of which is evidence going wrong or somebody at work. */
export const SERVICE_SUBJECTS: readonly ServiceSubject[] = [
  {
    name: 'altered-records',
    when: 'a stored value does not open under its own key and place',
    citation: '164.312(c)(2)',
    lines: withCodes('integrity_failure'),
    writers: serversOf,
  },
  {
    name: 'unaudited-requests',
    when: 'a request cannot be audited',
    citation: '164.312(b)',
    lines: [{ level: 'error', event: 'audit_unavailable' }],
    writers: serversOf,
  },
  {
    name: 'unavailable-data-keys',
    when: 'data keys cannot be had',
    citation: '164.312(a)(2)(iv)',
    lines: withCodes('key_missing', 'key_invalid', 'key_list_unavailable'),
    writers: serversOf,
  },
  {
    name: 'forged-tokens',
    when: 'a token names a key that nobody published',
    citation: '164.312(d)',
    lines: withCodes('token_key_unknown'),
    writers: serversOf,
  },
  {
    name: 'unreadable-token-keys',
    when: 'the keys of tokens cannot be read',
    citation: '164.312(d)',
    lines: [{ level: 'error', event: 'keys_unreadable' }],
    writers: serversOf,
  },
  {
    name: 'stalled-exports-of-audit',
    when: 'audit waits ten minutes for its export',
    citation: '164.312(b)',
    lines: [{ level: 'info', event: 'export', oldestUnexportedS: 600 }],
    writers: exportersOf,
  },
  {
    name: 'altered-archives',
    when: 'the archive of the audit holds something else under a name',
    citation: '164.312(c)(2)',
    lines: withCodes('batch_conflict'),
    writers: exportersOf,
  },
  {
    name: 'malformed-values',
    when: 'the rotation of data keys meets values that name no key',
    citation: '164.312(c)(1)',
    lines: withCodes('values_malformed'),
    writers: rotatorsOf,
  },
  {
    name: 'a-changed-trail',
    when: 'the trail or a file of it is not as it should be',
    citation: '164.312(b)',
    lines: [{ event: 'trail_guardian', findings: 1 }],
    writers: guardiansOf,
  },
  {
    name: 'an-unverified-trail',
    when: 'the files of a Region are left unverified',
    citation: '164.312(c)(2)',
    lines: [{ event: 'trail_guardian', leftRegions: 1 }],
    writers: guardiansOf,
  },
  {
    name: 'broken-records-of-incidents',
    when: 'the record of an incident is not whole, so that nobody is told of its clocks',
    citation: '164.414(b)',
    lines: [{ event: 'incident_clocks', broken: 1 }],
    writers: clocksOf,
  },
];
