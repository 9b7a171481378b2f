import type { Change, ChangeOf } from '../../lambda/incident/entry';
import type { IncidentStore } from '../../lambda/incident/ports';
import { recordOf, type IncidentRecord } from '../../lambda/incident/record';
import { entryBytes, nextEntry, readSeries, type Series } from '../../lambda/incident/series';
import { idOf } from './crypto-keys';

/** The incident of most tests. */
export const INCIDENT = idOf(1);

/** A record that begins, with some members replaced. */
export function opened(replaced: Partial<ChangeOf<'opened'>> = {}): ChangeOf<'opened'> {
  return {
    kind: 'opened',
    timeZone: 'America/New_York',
    summary: 'One clinician read records of patients who are not in their care.',
    severity: 'high',
    regime: ['hipaa'],
    as: 'covered_entity',
    coveredEntities: [],
    detectionIds: ['DeniedCalls'],
    subjects: [idOf(900)],
    detectedAt: '2026-03-10T15:00:00Z',
    discoveredAt: '2026-03-10T15:00:00Z',
    basis: 'The alarm was read as it came.',
    ...replaced,
  };
}

/** A count that leaves nobody out. */
export function affected(individuals: number, replaced: Partial<ChangeOf<'affected'>> = {}): ChangeOf<'affected'> {
  const count = { individuals, isLowerBound: false, dataClasses: ['identity' as const], firstAccessAt: null, lastAccessAt: null };
  return { kind: 'affected', ...count, basis: 'Counted.', ...replaced };
}

/** An assessment with each factor answered. */
export function assessment(
  conclusion: ChangeOf<'assessment'>['conclusion'],
  replaced: Partial<ChangeOf<'assessment'>> = {},
): ChangeOf<'assessment'> {
  return {
    kind: 'assessment',
    nature: 'Names and birth dates of patients.',
    recipient: 'One clinician under the same duty of confidence.',
    acquiredOrViewed: 'Viewed on screen; no document was fetched.',
    mitigation: 'The clinician attested in writing that nothing was kept.',
    conclusion,
    reasons: 'The four factors together.',
    decidedBy: 'privacy@example.com',
    ...replaced,
  };
}

/** The series that some changes make, an hour apart. */
export function seriesOf(...changes: readonly Change[]): Series {
  let series: Series | undefined;
  for (const [at, change] of changes.entries()) {
    const entry = nextEntry(
      INCIDENT,
      series,
      new Date(Date.parse('2026-03-10T16:00:00Z') + at * 3_600_000).toISOString(),
      'officer@example.com',
      change,
    );
    series = readSeries(INCIDENT, [...(series?.bytes ?? []), entryBytes(entry)]);
  }
  if (!series) throw new Error('A series has an entry.');
  return series;
}

/** The record that some changes make. */
export function recordWith(...changes: readonly Change[]): IncidentRecord {
  return recordOf(seriesOf(...changes));
}

/** A store in memory, with its content for a test to look at and to change. */
export function memoryIncidents(): IncidentStore & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    create: (key, bytes) => {
      if (objects.has(key)) return Promise.resolve('taken');
      objects.set(key, bytes);
      return Promise.resolve('created');
    },
    read: (key) => Promise.resolve(objects.get(key) ?? new Uint8Array()),
    list: (prefix) => Promise.resolve([...objects.keys()].filter((key) => key.startsWith(prefix)).sort()),
  };
}
