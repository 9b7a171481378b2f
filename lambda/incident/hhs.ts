import { dayIn, type Day } from './calendar';
import { discoveryDay, mediaStates } from './clocks';
import { presumption, type IncidentRecord } from './record';

/** What the HHS breach report asks for, as far as the record says it; what a person has to add is listed. 164.408. */
export interface HhsFieldSet {
  readonly reportType: 'initial';
  readonly filedBy: 'covered entity' | 'business associate';
  readonly onBehalfOf: readonly string[];
  readonly breachDates: { readonly from: Day | null; readonly to: Day | null };
  readonly discoveryDate: Day;
  readonly approximateIndividuals: number | null;
  readonly isLowerBound: boolean;
  /** In the words of the report: demographic, clinical, financial. */
  readonly typesOfPhi: readonly string[];
  readonly locationOfPhi: readonly string[];
  readonly safeguardsInPlace: readonly string[];
  readonly description: string;
  readonly noticeOfIndividuals: Day | null;
  readonly noticeOfMedia: Day | null;
  readonly mediaStates: readonly string[];
  readonly actionsTaken: readonly string[];
  readonly presumption: string;
  /** Fields that nothing in the record answers. */
  readonly missing: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = { identity: 'demographic', clinical: 'clinical', billing: 'financial' };

/** Draws the fields out of a record: ids, dates, counts and what officers wrote; no value of a patient's record. */
export function hhsFieldSet(record: IncidentRecord): HhsFieldSet {
  const { opened, affected, encryption, cause, met } = record;
  const day = (at: string | null | undefined): Day | null => (at ? dayIn(at, opened.timeZone) : null);
  const fields = {
    reportType: 'initial' as const,
    filedBy: opened.as === 'covered_entity' ? ('covered entity' as const) : ('business associate' as const),
    onBehalfOf: opened.coveredEntities,
    breachDates: { from: day(affected?.firstAccessAt), to: day(affected?.lastAccessAt) },
    discoveryDate: discoveryDay(record),
    approximateIndividuals: affected?.individuals ?? null,
    isLowerBound: affected?.isLowerBound ?? true,
    typesOfPhi: (affected?.dataClasses ?? []).map((each) => TYPES[each] ?? each),
    locationOfPhi: (encryption?.stores ?? []).map(({ store }) => store),
    safeguardsInPlace: (encryption?.stores ?? []).map(({ store, encrypted }) => `${store}: encrypted ${encrypted}`),
    description: opened.summary,
    noticeOfIndividuals: met.get('individuals')?.on ?? null,
    noticeOfMedia: met.get('media')?.on ?? null,
    mediaStates: mediaStates(affected),
    actionsTaken: [
      ...record.actions.map(({ action, target, result }) => `${action} ${target}: ${result}`),
      ...(cause?.correctiveActions ?? []),
    ],
    presumption: presumption(record).because,
  };
  const missing = Object.entries(fields).filter(([name, value]) => isMissing(value) && name !== 'onBehalfOf' && name !== 'mediaStates');
  // Nothing in this system knows how to answer these.
  return { ...fields, missing: [...missing.map(([name]) => name), 'typeOfBreach', 'contactOfTheEntity'] };
}

function isMissing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (typeof value === 'object' && Object.values(value).every((each) => each === null));
}
