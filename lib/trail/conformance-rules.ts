import type { ConfigRuleIndexRow, ControlCatalogue } from '../hipaa/catalogue';
import { inForce } from '../hipaa/catalogue';
import { DECIDED_AGAINST, EXPECTED_FINDINGS } from './conformance-decisions';
import { RULE_PARAMETERS } from './conformance-parameters';
import type { RuleTrigger } from './conformance-services';
import { RULES_IN_USE } from './conformance-services';
import { RULES_NOT_IN_USE } from './conformance-unused-services';

/** A managed rule that the conformance pack contains. */
export interface DeployedRule {
  readonly name: string;
  readonly sourceIdentifier: string;
  /** Citations in force that name the rule, in the order of the catalogue; at least one. */
  readonly citations: readonly string[];
  readonly trigger: RuleTrigger;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the rule reports by design, and why that is accepted. */
  readonly expectedFinding?: string;
}

/** A rule that some citation in force names and that is not deployed. */
export interface LeftOutRule {
  readonly name: string;
  readonly citations: readonly string[];
  readonly why: 'service-not-in-use' | 'contradicts-a-decision';
  readonly reason: string;
}

/** Every rule that a citation in force names, in exactly one of the two lists, sorted by name. */
export interface ConformanceDecision {
  readonly deployed: readonly DeployedRule[];
  readonly leftOut: readonly LeftOutRule[];
}

/**
 * Decides which AWS Config rules are evidence here. 164.308(a)(8), 164.312(b).
 *
 * Rules come from the entries in force of every rule family, those of the AWS pack and related ones alike; a rule that
 * only a proposed entry names is not considered.
 *
 * @throws Error naming every rule that this layer does not classify, or that has no row in `configRuleIndex`. A
 * catalogue that grows must be looked at: a rule dropped in silence would be a gap that nobody decided.
 */
export function decideConformanceRules(catalogue: Pick<ControlCatalogue, 'controls' | 'configRuleIndex'>): ConformanceDecision {
  const cited = citationsByRule(catalogue.controls);
  const deployed: DeployedRule[] = [];
  const leftOut: LeftOutRule[] = [];
  const unknown: string[] = [];
  for (const name of [...cited.keys()].sort()) {
    const citations = cited.get(name) ?? [];
    const row = catalogue.configRuleIndex[name];
    const trigger = TRIGGERS.get(name);
    const unused = UNUSED.get(name);
    const decision = DECIDED_AGAINST[name];
    if (unused !== undefined) {
      leftOut.push({ name, citations, why: 'service-not-in-use', reason: `${unused}: not in use here, so the rule would judge nothing.` });
    } else if (trigger === undefined || row === undefined) {
      unknown.push(name);
    } else if (decision !== undefined) {
      leftOut.push({ name, citations, why: 'contradicts-a-decision', reason: decision });
    } else {
      deployed.push(deployedRule(name, row, citations, trigger));
    }
  }
  if (unknown.length > 0) {
    throw new Error(
      `AWS Config rules without a decision: ${unknown.join(', ')}. Give each a row in configRuleIndex of controls.json, and ` +
        'list it in lib/trail/conformance-services.ts or lib/trail/conformance-unused-services.ts.',
    );
  }
  return { deployed, leftOut };
}

/**
 * Services that count as unused although a template declares one of their resources, as `service: type`.
 *
 * Empty is the good state: anything else means that a left-out reason has become false.
 */
export function unusedServicesInUse(resourceTypes: Iterable<string>): readonly string[] {
  const declared = [...new Set(resourceTypes)].sort();
  return RULES_NOT_IN_USE.flatMap(({ service, types }) => {
    const found = declared.filter((type) => types.some((unused) => type === unused || type.startsWith(`${unused}::`)));
    return found.map((type) => `${service}: ${type}`);
  });
}

const TRIGGERS = new Map(RULES_IN_USE.flatMap(({ rules, trigger }) => rules.map((name) => [name, trigger] as const)));
const UNUSED = new Map(RULES_NOT_IN_USE.flatMap(({ rules, service }) => rules.map((name) => [name, service] as const)));

function citationsByRule(controls: ControlCatalogue['controls']): ReadonlyMap<string, readonly string[]> {
  const cited = new Map<string, string[]>();
  for (const control of inForce(controls)) {
    for (const name of new Set([...control.configRules, ...control.relatedConfigRules])) {
      const citations = cited.get(name) ?? [];
      citations.push(control.citation);
      cited.set(name, citations);
    }
  }
  return cited;
}

function deployedRule(name: string, row: ConfigRuleIndexRow, citations: readonly string[], trigger: RuleTrigger): DeployedRule {
  const expectedFinding = EXPECTED_FINDINGS[name];
  return {
    name,
    sourceIdentifier: row.sourceIdentifier,
    citations,
    trigger,
    parameters: RULE_PARAMETERS[name]?.values ?? {},
    ...(expectedFinding === undefined ? {} : { expectedFinding }),
  };
}
