import { controlCatalogue, type Control } from '../hipaa/catalogue';
import type { Check } from './check';
import type { EnvironmentModel, Resource } from './model/environment';
import { isJson } from './model/template';
import type { Finding } from './verdict';

/** Template metadata key of the register, as `lib/shared/accept-finding.ts` writes it. */
const METADATA = 'AcceptedFindings';

const MIN_REASON_LENGTH = 40;

/** One accepted finding of one of our checks, on the resource that it is about. */
interface Acceptance {
  readonly resource: Resource;
  readonly rule: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** What is wrong with an exception. */
export interface AcceptanceFault {
  readonly stack: string;
  readonly logicalId: string;
  readonly rule: string;
  /** A phrase that follows the exception's name, such as `expired on 2026-11-22`. */
  readonly fault: string;
}

/** The exceptions of an environment for our checks. Those of the published pack are the pack's to judge. */
export interface ExceptionRegister {
  accepts(check: Check, finding: Finding): boolean;
  /** Faults, given every finding that there is. */
  faults(findings: readonly { readonly check: Check; readonly finding: Finding }[]): readonly AcceptanceFault[];
}

/**
 * Reads the register out of the resources' metadata: 164.306(d)(3). An exception holds for one property of its own resource, until its
 * day, and never for a fatal check.
 *
 * @param today ISO date.
 */
export function acceptancesOf(environment: EnvironmentModel, checks: readonly Check[], today: string): ExceptionRegister {
  const acceptances = environment.all.flatMap(acceptancesOn);
  const inForce = acceptances.filter((acceptance) => faultsOf(acceptance, checks, today).length === 0);
  return {
    accepts: (check, finding) => inForce.some((acceptance) => matches(acceptance, check, finding)),
    faults: (findings) => {
      const seen = new Set<string>();
      return acceptances.flatMap((acceptance) => {
        const {
          rule,
          record,
          resource: { stack, logicalId },
        } = acceptance;
        const key = JSON.stringify([stack, logicalId, rule, record['property']]);
        const faults = faultsOf(acceptance, checks, today);
        if (seen.has(key)) faults.push('stands there twice');
        if (acceptances.some((other) => other !== acceptance && other.record['because'] === record['because']))
          faults.push('gives the reason of another one');
        if (!findings.some(({ check, finding }) => matches(acceptance, check, finding)))
          faults.push('accepts a finding that there is not: take it out');
        seen.add(key);
        return faults.map((fault) => ({ stack, logicalId, rule, fault }));
      });
    },
  };
}

function acceptancesOn(resource: Resource): readonly Acceptance[] {
  const records = resource.metadata[METADATA];
  return (Array.isArray(records) ? records : []).filter(isJson).flatMap((record) => {
    const rule = record['rule'];
    // A rule with a slash is one of ours, known or not; the others are the published pack's.
    return typeof rule === 'string' && rule.includes('/') ? [{ resource, rule, record }] : [];
  });
}

function matches({ resource, rule, record }: Acceptance, check: Check, { stack, logicalId, property }: Finding): boolean {
  return rule === check.id && resource.stack === stack && resource.logicalId === logicalId && record['property'] === property;
}

function faultsOf({ rule, record }: Acceptance, checks: readonly Check[], today: string): string[] {
  const check = checks.find(({ id }) => id === rule);
  const text = (name: string): string => (typeof record[name] === 'string' ? record[name] : '');
  const faults: string[] = [];
  if (!check) faults.push('names no check');
  if (check?.severity === 'fatal') faults.push('accepts what no environment may have');
  if (text('property') === '') faults.push('names no property');
  if (text('because').trim().length < MIN_REASON_LENGTH) faults.push(`gives a reason of fewer than ${MIN_REASON_LENGTH} characters`);
  if (text('owner') === '' || text('approver') === '' || text('owner') === text('approver'))
    faults.push('needs an owner, and an approver who is another person');
  if (!isDay(text('approvedOn')) || text('approvedOn') > today) faults.push('was agreed on no day up to today');
  if (!isDay(text('expiresOn'))) faults.push('has no day of review');
  else if (text('expiresOn') <= today) faults.push(`expired on ${text('expiresOn')}`);
  return [...faults, ...faultsOfCitation(text('citation'), text('insteadWe'), check, checks)];
}

/**
 * A required specification binds however it is met: what stands in its place has to be checked here as well, by a check that the exception
 * names. An addressable one may be met by an alternative that no template shows.
 */
function faultsOfCitation(citation: string, insteadWe: string, check: Check | undefined, checks: readonly Check[]): string[] {
  if (insteadWe.trim() === '') return ['names no compensating control'];
  const designation = designationOf(citation);
  if (designation === undefined) return ['names no citation of the catalogue'];
  if (check && !check.citations.includes(citation)) return [`cites ${citation}, which the check is no evidence for`];
  const named = checks.some(({ id }) => id !== check?.id && insteadWe.split(/[\s,;.`()]+/).includes(id));
  return designation === 'addressable' || named
    ? []
    : [`relaxes ${citation}, which is ${designation}, and names no check of what stands in its place`];
}

let designations: ReadonlyMap<string, Control['designation']> | undefined;

/**
 * Whether a citation is required or addressable.
 *
 * @param citation as `164.312(b)`; a standard may be given without its `(i)`.
 * @returns undefined for what the catalogue does not hold.
 */
export function designationOf(citation: string): Control['designation'] | undefined {
  designations ??= new Map(controlCatalogue().controls.map((control) => [control.citation.replace(/^45 CFR /, ''), control.designation]));
  return designations.get(citation) ?? designations.get(`${citation}(i)`);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
