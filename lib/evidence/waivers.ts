import { HIPAA_PACK, type Acceptance } from '../compliance/assembly';
import { designationOf } from '../compliance/exceptions';
import type { Resource } from '../compliance/model/environment';
import { isJson } from '../compliance/model/template';
import type { EvidenceInput } from './gather';
import { keyOf, sortedBy } from './order';
import { locationIn, type SourceLocation } from './origin';
import { pathOf, resourcesByPath } from './paths';

/** Template metadata key of the register, as `lib/shared/accept-finding.ts` writes it. */
const METADATA = 'AcceptedFindings';

/** Our own checks, as the pack names them. */
export const OWN_PACK = 'Baseline';

/** One accepted finding, with what makes it one that may be accepted: 164.306(d)(3). */
export interface Waiver {
  /** Stable for as long as the resource and the rule are. */
  readonly id: string;
  readonly pack: string;
  /** As the pack names it, without the pack. */
  readonly ruleId: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly constructPath: string;
  /** Of our own checks, which are accepted for one property. */
  readonly property: string;
  readonly citation: string;
  readonly designation: string;
  /** For an addressable specification, which of the ways of 164.306(d)(3) was taken. */
  readonly decision: string;
  readonly because: string;
  readonly insteadWe: string;
  readonly owner: string;
  readonly approver: string;
  readonly approvedOn: string;
  readonly expiresOn: string;
  readonly source: SourceLocation | undefined;
  /** What is wrong with it; one with a fault accepts nothing. */
  readonly faults: readonly string[];
}

/**
 * Every accepted finding of an environment: what the resources say in the templates, joined with what the validation report suppressed.
 * The two have to be equal; where they are not, the waiver has a fault, and accepts nothing in this pack.
 */
export function waiversOf(input: EvidenceInput): readonly Waiver[] {
  const own = input.environment.all.flatMap((resource) => recordsOn(resource).map((record) => toWaiver(input, resource, record)));
  const known = new Set(own.map((waiver) => keyOf(waiver.constructPath, packRule(waiver.ruleId))));
  const byPath = resourcesByPath(input.environment);
  const unexplained = input.acceptances
    .filter(({ pack, rule, path }) => pack === HIPAA_PACK && !known.has(keyOf(path, withoutFinding(rule))))
    .map((acceptance) => toUnexplained(acceptance, byPath.get(acceptance.path)));
  return sortedBy([...own, ...unexplained], ({ id }) => id);
}

/** Advice of CDK's own template validator that was set aside: no finding of a rule, and no exception. */
export function adviceOf({ acceptances }: EvidenceInput): readonly Pick<Acceptance, 'pack' | 'rule' | 'path' | 'reason'>[] {
  const advice = acceptances.filter(({ pack }) => pack !== HIPAA_PACK && pack !== OWN_PACK);
  return sortedBy(
    advice.map(({ pack, rule, path, reason }) => ({ pack, rule, path, reason })),
    ({ path, rule }) => keyOf(path, rule),
  );
}

function recordsOn(resource: Resource): readonly Readonly<Record<string, unknown>>[] {
  const records = resource.metadata[METADATA];
  return (Array.isArray(records) ? (records as readonly unknown[]) : []).filter(isJson);
}

function toWaiver(input: EvidenceInput, resource: Resource, record: Readonly<Record<string, unknown>>): Waiver {
  const text = (name: string): string => (typeof record[name] === 'string' ? record[name] : '');
  const { stack, logicalId, type } = resource;
  const ruleId = text('rule');
  const isOwn = ruleId.includes('/');
  const path = pathOf(resource);
  const report = input.acceptances.find((each) => each.path === path && withoutFinding(each.rule) === (isOwn ? ruleId : packRule(ruleId)));
  const designation = designationOf(text('citation')) ?? '';
  return {
    id: [stack, logicalId, ruleId, ...(isOwn ? [text('property')] : [])].join('/'),
    pack: isOwn ? OWN_PACK : HIPAA_PACK,
    ruleId,
    stack,
    logicalId,
    resourceType: type,
    constructPath: path,
    property: text('property'),
    citation: text('citation'),
    designation,
    decision: designation === 'addressable' ? 'alternative' : '',
    because: text('because'),
    insteadWe: text('insteadWe'),
    owner: text('owner'),
    approver: text('approver'),
    approvedOn: text('approvedOn'),
    expiresOn: text('expiresOn'),
    source: report && locationIn(report.trace),
    faults: isOwn ? ownFaults(input, resource, ruleId) : packFaults(input, ruleId, path, text('expiresOn'), report !== undefined),
  };
}

/** What the gate says of it. */
function ownFaults({ gate }: EvidenceInput, { stack, logicalId }: Resource, ruleId: string): readonly string[] {
  return gate.exceptionFaults
    .filter((fault) => fault.stack === stack && fault.logicalId === logicalId && fault.rule === ruleId)
    .map(({ fault }) => fault);
}

function packFaults(
  { packVerdicts, provenance }: EvidenceInput,
  ruleId: string,
  path: string,
  expiresOn: string,
  isReported: boolean,
): readonly string[] {
  const today = provenance.generatedAt.slice(0, 10);
  const isFound = packVerdicts.some((row) => row.path === path && row.rule === packRule(ruleId) && row.verdict !== 'Compliant');
  return [
    ...(isReported ? [] : ['is not in the validation report']),
    ...(isFound ? [] : ['accepts a finding that there is not']),
    ...(/^\d{4}-\d\d-\d\d$/.test(expiresOn) ? (expiresOn <= today ? [`expired on ${expiresOn}`] : []) : ['has no day of review']),
  ];
}

function toUnexplained({ pack, rule, path, reason, trace }: Acceptance, resource: Resource | undefined): Waiver {
  return {
    id: keyOf(path, rule).replace('\u0000', '/'),
    pack,
    ruleId: rule.replace(`${HIPAA_PACK}-`, ''),
    stack: resource?.stack ?? '',
    logicalId: resource?.logicalId ?? '',
    resourceType: resource?.type ?? '',
    constructPath: path,
    property: '',
    citation: '',
    designation: '',
    decision: '',
    insteadWe: '',
    owner: '',
    approver: '',
    approvedOn: '',
    expiresOn: '',
    because: reason,
    source: locationIn(trace),
    faults: ['stands in the validation report, and not in the template of its resource'],
  };
}

/** A rule of the HIPAA pack as its verdicts spell it. */
export function packRule(rule: string): string {
  return `${HIPAA_PACK}-${withoutFinding(rule)}`;
}

/** `Rule[Finding]` without the finding. */
function withoutFinding(rule: string): string {
  return rule.replace(/\[.*$/s, '');
}
