import { eligibilityOf, listDate } from '../compliance/eligibility';
import type { EvidenceInput } from './gather';
import { groupedBy, sortedBy } from './order';
import { jsonFile, type PackFile } from './pack-file';

const DAY = 24 * 60 * 60 * 1000;

/** Days after which the list of eligible services is old, and after which a release stops. */
const STALE_DAYS = 180;
const EXPIRED_DAYS = 365;

/** `eligible-services.json`: each service of the templates, and what AWS's list says of it: 164.308(b)(1). */
export function eligibleFiles({ environment, provenance }: EvidenceInput): readonly PackFile[] {
  const age = Math.floor((Date.parse(provenance.generatedAt) - Date.parse(listDate())) / DAY);
  const services = [...groupedBy(environment.all, ({ type }) => eligibilityOf(type).namespace)].map(([namespace, resources]) => {
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
  });
  return [
    jsonFile('eligible-services.json', {
      listDate: listDate(),
      listAgeDays: age,
      staleness: age > EXPIRED_DAYS ? 'too old for a release' : age > STALE_DAYS ? 'old: compare with the list of AWS' : 'recent',
      means: 'Eligibility needs an agreement with AWS on the account, and says nothing about how a service is configured.',
      services: sortedBy(services, ({ namespace }) => namespace),
    }),
  ];
}
