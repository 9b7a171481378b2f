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
  readonly resource: string;
  readonly rule: string;
  readonly fault: string;
}

/** The exceptions of an environment for our checks. Those of the published pack are the pack's to judge. */
export interface ExceptionRegister {
  accepts(check: Check, finding: Finding): boolean;
  /** Faults, given every finding that there is. */
  faults(findings: readonly { readonly check: Check; readonly finding: Finding }[]): readonly AcceptanceFault[];
}

/**
 * Reads the register out of the resources' metadata: 164.306(d)(3). An exception holds on its own resource only, until its day, and never
 * for a fatal check.
 *
 * @param today ISO date.
 */
export function acceptancesOf(environment: EnvironmentModel, checks: readonly Check[], today: string): ExceptionRegister {
  const ids = new Set<string>(checks.map(({ id }) => id));
  const acceptances = environment.all.flatMap((resource): Acceptance[] => {
    const records = resource.metadata[METADATA];
    return (Array.isArray(records) ? records : []).filter(isJson).flatMap((record) => {
      const rule = record['rule'];
      // A rule with a slash is one of ours, known or not; the others are the published pack's.
      return typeof rule === 'string' && (ids.has(rule) || rule.includes('/')) ? [{ resource, rule, record }] : [];
    });
  });
  const inForce = acceptances.filter((acceptance) => faultsOf(acceptance, checks, today).length === 0);
  const matches = ({ resource, rule }: Acceptance, check: Check, { stack, logicalId }: Finding): boolean =>
    rule === check.id && resource.stack === stack && resource.logicalId === logicalId;
  return {
    accepts: (check, finding) => inForce.some((acceptance) => matches(acceptance, check, finding)),
    faults: (findings) =>
      acceptances.flatMap((acceptance) => {
        const isMatched = findings.some(({ check, finding }) => matches(acceptance, check, finding));
        const faults = [...faultsOf(acceptance, checks, today), ...(isMatched ? [] : ['accepts a finding that there is not: take it out'])];
        return faults.map((fault) => ({ resource: acceptance.resource.name, rule: acceptance.rule, fault }));
      }),
  };
}

function faultsOf({ rule, record }: Acceptance, checks: readonly Check[], today: string): string[] {
  const check = checks.find(({ id }) => id === rule);
  const text = (name: string): string => (typeof record[name] === 'string' ? record[name] : '');
  const faults: string[] = [];
  if (!check) faults.push('names no check');
  if (check?.severity === 'fatal') faults.push('accepts what no environment may have');
  if (text('because').length < MIN_REASON_LENGTH) faults.push(`gives a reason of fewer than ${MIN_REASON_LENGTH} characters`);
  if (text('insteadWe') === '') faults.push('names no compensating control');
  if (text('owner') === '' || text('owner') === text('approver')) faults.push('needs an owner, and an approver who is another person');
  if (!/^164\.\d{3}(\([A-Za-z0-9]+\))+$/.test(text('citation'))) faults.push('names no citation');
  if (!/^\d{4}-\d\d-\d\d$/.test(text('expiresOn'))) faults.push('has no day of review');
  else if (text('expiresOn') <= today) faults.push(`expired on ${text('expiresOn')}`);
  return faults;
}
