import { eligibilityOf, listDate } from '../compliance/eligibility';
import type { EvidenceInput } from './gather';
import { groupedBy, sortedBy } from './order';
import { jsonFile, type PackFile } from './pack-file';

const DAY = 24 * 60 * 60 * 1000;

/** Days after which the list of eligible services is old, and after which a release stops. */
const STALE_DAYS = 180;
const EXPIRED_DAYS = 365;

/** One namespace of the templates. */
export interface EligibleService {
  readonly namespace: string;
  readonly service: string;
  readonly eligible: boolean | 'control-plane-only';
  readonly confidence: string;
  readonly basis: string;
  readonly note: string | null;
  /** Type to how many there are. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Each service of the templates, and what AWS's list says of it: 164.308(b)(1). */
export function eligibleServicesOf({ environment }: Pick<EvidenceInput, 'environment'>): readonly EligibleService[] {
  const services = [...groupedBy(environment.all, ({ type }) => eligibilityOf(type).namespace)].map(
    ([namespace, resources]): EligibleService => {
      const { entry } = eligibilityOf(resources[0]?.type ?? '');
      const types = [...groupedBy(resources, ({ type }) => type)].map(([type, each]) => [type, each.length] as const);
      return {
        namespace,
        service: entry?.service ?? 'not on the list',
        eligible: entry?.hipaaEligible ?? false,
        confidence: entry?.confidence ?? 'low',
        basis: entry?.basis ?? 'a namespace that nobody has looked at is refused',
        note: entry?.note ?? null,
        resources: Object.fromEntries(types),
      };
    },
  );
  return sortedBy(services, ({ namespace }) => namespace);
}

/** How old the list of AWS is at the time of a pack, in words. */
export function stalenessOf({ provenance }: Pick<EvidenceInput, 'provenance'>): string {
  const days = Math.floor((Date.parse(provenance.generatedAt) - Date.parse(listDate())) / DAY);
  return days > EXPIRED_DAYS ? 'too old for a release' : days > STALE_DAYS ? 'old: compare with the list of AWS' : 'recent';
}

/** `eligible-services.json`. */
export function eligibleFiles(input: EvidenceInput): readonly PackFile[] {
  return [
    jsonFile('eligible-services.json', {
      listDate: listDate(),
      staleness: stalenessOf(input),
      means: 'Eligibility needs an agreement with AWS on the account, and says nothing about how a service is configured.',
      services: eligibleServicesOf(input),
    }),
  ];
}
