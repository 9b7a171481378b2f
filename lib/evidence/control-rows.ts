import { shown, valueAt } from '../compliance/model/read';
import { controlCatalogue, type Control, type Evidence } from '../hipaa/catalogue';
import type { EvidenceInput } from './gather';
import { byText, groupedBy } from './order';
import { told } from './told';
import type { RowResult, VerdictRow } from './verdict-rows';

/** `process` is for what no template can show; it is no result of a check. */
export type ControlStatus = 'satisfied' | 'not-satisfied' | 'waived' | 'error' | 'not-evaluated' | 'process';

/** How many rows of `checks.json` cite a control, by their result. */
export type Counts = Readonly<Record<RowResult, number>>;

/** What one rule says about a control. */
export interface RuleCount extends Counts {
  readonly ruleId: string;
  readonly pack: string;
}

/** A property that the catalogue takes for evidence, as the template has it. Shown, not judged: the expectation is in words. */
export interface EvidenceRef {
  readonly resourceType: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly property: string;
  readonly value: string;
  readonly expect: string;
  readonly result: 'shown' | 'not in the templates';
}

/** One entry of the catalogue in force, with what the templates show of it. */
export interface ControlRow {
  readonly id: string;
  readonly citation: string;
  readonly title: string;
  readonly summary: string;
  readonly rule: Control['rule'];
  readonly safeguard: Control['safeguard'];
  readonly kind: Control['kind'];
  readonly designation: Control['designation'];
  readonly verifiability: Control['verifiability'];
  readonly verifiabilityNote: string | null;
  /** Of the template's half only: see `openRuntimeEvidence` and `openProcessEvidence`. */
  readonly status: ControlStatus;
  readonly checks: Counts;
  readonly rules: readonly RuleCount[];
  readonly evidenceRefs: readonly EvidenceRef[];
  readonly openRuntimeEvidence: readonly { readonly source: string; readonly artifact: string }[];
  readonly openProcessEvidence: readonly string[];
  /** Exceptions that rows of its rules were accepted by. */
  readonly waiverIds: readonly string[];
  /** Of addressable specifications: their entry in `addressable-decisions.json`. */
  readonly decisionRecordRef: string | undefined;
}

/** Every entry in force, in the order of the catalogue. */
export function controlRowsOf(input: EvidenceInput, rows: readonly VerdictRow[]): readonly ControlRow[] {
  const byControl = rowsByControl(rows);
  return controlCatalogue()
    .controls.filter(({ status }) => status === 'in-force')
    .map((control) => toRow(input, control, byControl.get(control.id) ?? []));
}

/** Citations of rules that the catalogue does not hold: what these rules say is evidence for no entry. */
export function unmappedCitations(rows: readonly VerdictRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ citations }) => citations))].filter((citation) => controlOf(citation) === undefined).sort(byText);
}

/** The entry in force that a citation such as `164.312(b)` names; a standard may be cited without its `(i)`. */
export function controlOf(citation: string): Control | undefined {
  const { controls } = controlCatalogue();
  const named = (text: string): Control | undefined =>
    controls.find((each) => each.status === 'in-force' && each.citation === `45 CFR ${text}`);
  return named(citation) ?? named(`${citation}(i)`);
}

/** Rows by the entry that they cite, in the order of the rows. */
export function rowsByControl(rows: readonly VerdictRow[]): ReadonlyMap<string, readonly VerdictRow[]> {
  const ids = new Map([...new Set(rows.flatMap(({ citations }) => citations))].map((citation) => [citation, controlOf(citation)?.id]));
  const pairs = rows.flatMap((row) =>
    [...new Set(row.citations.flatMap((citation) => ids.get(citation) ?? []))].map((id) => ({ id, row })),
  );
  return new Map([...groupedBy(pairs, ({ id }) => id)].map(([id, group]) => [id, group.map(({ row }) => row)]));
}

function toRow(input: EvidenceInput, control: Control, rows: readonly VerdictRow[]): ControlRow {
  const checks = countsOf(rows);
  const { id, citation, title, summary, rule, safeguard, kind, designation, verifiability, verifiabilityNote, evidence } = control;
  return {
    id,
    citation,
    title,
    summary,
    rule,
    safeguard,
    kind,
    designation,
    verifiability,
    verifiabilityNote,
    status: statusOf(verifiability, checks),
    checks,
    rules: [...groupedBy(rows, ({ ruleId }) => ruleId)].map(([ruleId, group]) => ({
      ruleId,
      pack: group[0]?.pack ?? '',
      ...countsOf(group),
    })),
    evidenceRefs: evidence.flatMap((each) => (each.type === 'template' ? refsOf(input, each) : [])),
    openRuntimeEvidence: evidence.flatMap((each) => (each.type === 'runtime' ? [{ source: each.source, artifact: each.artifact }] : [])),
    openProcessEvidence: evidence.flatMap((each) => (each.type === 'process' ? [each.artifact] : [])),
    waiverIds: [...new Set(rows.flatMap(({ waiverId }) => waiverId ?? []))].sort(byText),
    decisionRecordRef: designation === 'addressable' ? `addressable-decisions.json#${id}` : undefined,
  };
}

function countsOf(rows: readonly VerdictRow[]): Counts {
  const of = (result: RowResult): number => rows.filter((row) => row.result === result).length;
  return { pass: of('pass'), fail: of('fail'), waived: of('waived'), error: of('error'), na: of('na') };
}

/**
 * The state of the template's half: any fail, then any error, come before everything else. An entry that is process only is never more than
 * that, whatever passes.
 */
export function statusOf(verifiability: Control['verifiability'], checks: Counts): ControlStatus {
  if (checks.fail > 0) return 'not-satisfied';
  if (checks.error > 0) return 'error';
  if (verifiability === 'process') return 'process';
  if (checks.waived > 0) return 'waived';
  return checks.pass > 0 ? 'satisfied' : 'not-evaluated';
}

function refsOf(
  { environment }: EvidenceInput,
  { resourceType, property, expect }: Extract<Evidence, { type: 'template' }>,
): readonly EvidenceRef[] {
  const found = environment.of(resourceType);
  if (found.length === 0)
    return [{ resourceType, stack: '', logicalId: '', property, value: shown(undefined), expect, result: 'not in the templates' }];
  return found.map((resource): EvidenceRef => {
    const value = shown(told(() => valueAt(resource, property)));
    return { resourceType, stack: resource.stack, logicalId: resource.logicalId, property, value, expect, result: 'shown' };
  });
}
