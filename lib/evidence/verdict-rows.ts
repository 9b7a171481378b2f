import { HIPAA_PACK, type RecordedVerdict } from '../compliance/assembly';
import type { Resource } from '../compliance/model/environment';
import type { CheckResult, JudgedFinding } from '../compliance/run-checks';
import type { Subject } from '../compliance/verdict';
import { controlCatalogue } from '../hipaa/catalogue';
import type { EvidenceInput } from './gather';
import { groupedBy, keyOf, sortedBy } from './order';
import type { SourceLocation } from './origin';
import { pathOf, resourcesByPath } from './paths';
import { OWN_PACK, packRule, type Waiver } from './waivers';

/** `waived` is a fail that an exception in force accepts; `error` is whatever could not be read, and never a pass. */
export type RowResult = 'pass' | 'fail' | 'waived' | 'error' | 'na';

/** One rule on one resource; on none where a rule speaks of the environment, or found nothing to judge. */
export interface VerdictRow {
  readonly pack: string;
  readonly ruleId: string;
  readonly citations: readonly string[];
  readonly stack: string;
  readonly logicalId: string;
  readonly constructPath: string;
  readonly resourceType: string;
  readonly result: RowResult;
  /** The claim that holds on a pass; otherwise what is wrong, or why there was nothing to say. */
  readonly message: string;
  readonly findings: readonly Pick<JudgedFinding, 'property' | 'value' | 'expected' | 'accepted'>[];
  readonly source: SourceLocation | undefined;
  readonly waiverId: string | undefined;
}

/** Every verdict of both packs, passes and not-applicables included, in a stable order. */
export function verdictRowsOf(input: EvidenceInput, waivers: readonly Waiver[]): readonly VerdictRow[] {
  const placed = new Map(input.environment.all.map((resource) => [resource.name, resource]));
  const own = input.gate.results.flatMap((result) => rowsOfCheck(input, result, placed, waivers));
  const byPath = resourcesByPath(input.environment);
  const published = input.packVerdicts.map((verdict) => rowOfPack(input, verdict, byPath.get(verdict.path), waivers));
  return sortedBy([...own, ...published, ...silentRules(input.packVerdicts)], ({ pack, ruleId, stack, logicalId, constructPath }) =>
    keyOf(pack, ruleId, stack, logicalId, constructPath),
  );
}

type Placed = ReadonlyMap<string, Resource>;

function rowsOfCheck(
  input: EvidenceInput,
  { check, verdict, findings }: CheckResult,
  placed: Placed,
  waivers: readonly Waiver[],
): readonly VerdictRow[] {
  const row = (
    subject: Pick<Subject, 'stack' | 'logicalId'>,
    result: RowResult,
    message: string,
    found: readonly JudgedFinding[] = [],
  ): VerdictRow => {
    const resource = placed.get(`${subject.stack}/${subject.logicalId}`);
    const path = resource ? pathOf(resource) : '';
    return {
      pack: OWN_PACK,
      ruleId: check.id,
      citations: check.citations,
      stack: subject.stack,
      logicalId: subject.logicalId,
      constructPath: path,
      resourceType: resource?.type ?? '',
      result,
      message,
      source: input.sources.get(path),
      findings: found.map(({ property, value, expected, accepted }) => ({ property, value, expected, accepted })),
      waiverId: result === 'waived' ? waiverIdOf(waivers, check.id, found[0]) : undefined,
    };
  };
  const environment = { stack: '', logicalId: '' };
  if (verdict.state === 'notApplicable') return [row(environment, 'na', verdict.reason)];
  if (verdict.state === 'cannotTell') return [row(environment, 'error', `cannot tell whether ${check.claim}: ${verdict.reason}`)];
  const judged = new Map(verdict.population.map((subject) => [nameOf(subject), subject]));
  if (verdict.state === 'met') {
    const message = [check.claim, ...(verdict.notes ?? [])].join('; ');
    return judged.size === 0 ? [row(environment, 'pass', message)] : [...judged.values()].map((subject) => row(subject, 'pass', message));
  }
  const byResource = groupedBy(findings, nameOf);
  const failed = [...byResource.values()].flatMap((found) =>
    found[0] ? [row(found[0], found.every(({ accepted }) => accepted) ? 'waived' : 'fail', wrongIn(check.claim, found), found)] : [],
  );
  // A finding on something else says that the claim fails as a whole: then no resource is shown as a pass of it.
  const isOfEach = [...byResource.keys()].every((name) => judged.has(name));
  const passed = isOfEach ? [...judged.values()].filter((subject) => !byResource.has(nameOf(subject))) : [];
  return [...failed, ...passed.map((subject) => row(subject, 'pass', check.claim))];
}

function wrongIn(claim: string, findings: readonly JudgedFinding[]): string {
  const faults = findings.map(({ property, value, expected }) => `${property || 'it'}: ${value}; expected ${expected}`);
  return `not so: ${claim}. ${faults.join('. ')}`;
}

function nameOf({ stack, logicalId }: Pick<Subject, 'stack' | 'logicalId'>): string {
  return `${stack}/${logicalId}`;
}

function waiverIdOf(waivers: readonly Waiver[], ruleId: string, finding: JudgedFinding | undefined): string | undefined {
  return waivers.find(
    (waiver) =>
      waiver.ruleId === ruleId &&
      waiver.stack === finding?.stack &&
      waiver.logicalId === finding.logicalId &&
      waiver.property === finding.property,
  )?.id;
}

function rowOfPack(
  { sources }: EvidenceInput,
  verdict: RecordedVerdict,
  resource: Resource | undefined,
  waivers: readonly Waiver[],
): VerdictRow {
  const { rule, path, citations } = verdict;
  const waiver = waivers.find((each) => each.pack === HIPAA_PACK && each.constructPath === path && packRule(each.ruleId) === rule);
  const [result, message] = resultOf(verdict, waiver);
  return {
    pack: HIPAA_PACK,
    ruleId: rule,
    citations,
    stack: resource?.stack ?? '',
    logicalId: resource?.logicalId ?? '',
    constructPath: path,
    resourceType: resource?.type ?? '',
    result,
    message,
    findings: [],
    source: sources.get(path),
    waiverId: result === 'waived' ? waiver?.id : undefined,
  };
}

/** An exception accepts a finding, never what the rule could not read. */
function resultOf({ verdict }: RecordedVerdict, waiver: Waiver | undefined): readonly [RowResult, string] {
  if (verdict === 'Compliant') return ['pass', 'the rule finds nothing wrong with the resource'];
  if (verdict === 'Error') return ['error', 'the rule itself failed, usually on a value that only a deploy knows'];
  if (waiver?.faults.length === 0) return ['waived', `accepted: ${waiver.because} Instead: ${waiver.insteadWe}`];
  return ['fail', waiver ? `its exception ${waiver.faults.join('; ')}` : 'the rule finds the resource wanting'];
}

/** How the catalogue names the pack. */
const PACK_IN_CATALOGUE = 'HIPAASecurity';

/** Rules of the published pack that judged nothing here. */
function silentRules(verdicts: readonly RecordedVerdict[]): readonly VerdictRow[] {
  const spoken = new Set(verdicts.map(({ rule }) => rule));
  const { controls, nagRuleIndex } = controlCatalogue();
  return Object.entries(nagRuleIndex)
    .filter(([rule, { pack }]) => pack === PACK_IN_CATALOGUE && !spoken.has(rule))
    .map(([rule]): VerdictRow => ({
      pack: HIPAA_PACK,
      ruleId: rule,
      stack: '',
      logicalId: '',
      constructPath: '',
      resourceType: '',
      result: 'na',
      findings: [],
      citations: controls.filter(({ nagRules }) => nagRules.includes(rule)).map(({ citation }) => citation.replace(/^45 CFR /, '')),
      message: 'the templates hold nothing that the rule judges',
      source: undefined,
      waiverId: undefined,
    }));
}
