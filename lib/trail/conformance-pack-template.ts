import type { DeployedRule } from './conformance-rules';

/** Largest template that `AWS::Config::ConformancePack` takes in its own `TemplateBody`. */
export const CONFORMANCE_PACK_INLINE_LIMIT_BYTES = 51_200;

/** Largest template that it reads from a bucket. */
export const CONFORMANCE_PACK_S3_LIMIT_BYTES = 300 * 1024;

/** Rules that one pack may hold: a service quota, and the size of AWS's own pack for the Security Rule. */
export const CONFORMANCE_PACK_RULE_LIMIT = 130;

const DESCRIPTION_LIMIT_CHARACTERS = 256;

/** The only resource type our pack contains. A pack admits one other, remediation, which would change resources by itself. */
export interface ConfigRuleResource {
  readonly Type: 'AWS::Config::ConfigRule';
  readonly Properties: {
    readonly ConfigRuleName: string;
    readonly Description: string;
    readonly InputParameters?: Readonly<Record<string, string>>;
    readonly Scope?: { readonly ComplianceResourceTypes: readonly string[] };
    readonly Source: { readonly Owner: 'AWS'; readonly SourceIdentifier: string };
  };
}

/** A conformance pack template. */
export interface ConformancePackTemplate {
  readonly Resources: Readonly<Record<string, ConfigRuleResource>>;
}

/** A template with the text to deliver and the way it must be delivered. */
export interface ConformancePack {
  readonly template: ConformancePackTemplate;
  /** JSON, which is YAML as well. The same rules give the same bytes. */
  readonly body: string;
  readonly bytes: number;
  readonly delivery: 'inline' | 's3';
}

/**
 * Writes the conformance pack for these rules. 164.308(a)(8): periodic technical evaluation.
 *
 * @throws Error when two rules share a logical id, or the pack exceeds what AWS Config accepts even from a bucket.
 */
export function conformancePack(rules: readonly DeployedRule[]): ConformancePack {
  if (rules.length > CONFORMANCE_PACK_RULE_LIMIT) {
    throw new Error(`A conformance pack holds ${CONFORMANCE_PACK_RULE_LIMIT} rules, not ${rules.length}: split it in two.`);
  }
  const resources: Record<string, ConfigRuleResource> = {};
  for (const rule of [...rules].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const logicalId = logicalIdOf(rule.name);
    if (resources[logicalId] !== undefined) {
      throw new Error(`Two conformance rules have the logical id ${logicalId}, the second being ${rule.name}.`);
    }
    resources[logicalId] = configRule(rule);
  }
  const template = { Resources: resources };
  const body = JSON.stringify(template);
  const bytes = Buffer.byteLength(body, 'utf8');
  return { template, body, bytes, delivery: deliveryOf(bytes) };
}

/**
 * How a template of this size reaches AWS Config.
 *
 * @throws Error above {@link CONFORMANCE_PACK_S3_LIMIT_BYTES}: no delivery exists, and a deploy would fail late.
 */
export function deliveryOf(bytes: number): ConformancePack['delivery'] {
  if (bytes > CONFORMANCE_PACK_S3_LIMIT_BYTES) {
    throw new Error(`The conformance pack template has ${bytes} bytes; AWS Config accepts ${CONFORMANCE_PACK_S3_LIMIT_BYTES}.`);
  }
  return bytes <= CONFORMANCE_PACK_INLINE_LIMIT_BYTES ? 'inline' : 's3';
}

/**
 * The citations that a rule is evidence for, in at most 256 characters.
 *
 * It ends between two citations, with a count of those that did not fit.
 */
export function evidenceDescription(citations: readonly string[]): string {
  const [first, ...others] = citations;
  if (first === undefined) {
    throw new Error('A conformance rule without a citation is evidence for nothing.');
  }
  let text = `Evidence for ${first}`;
  for (const [index, citation] of others.entries()) {
    const longer = `${text}, ${citation.replace(/^45 CFR /, '')}`;
    const left = others.length - index - 1;
    const suffixed = left === 0 ? longer : `${longer}${andMore(left)}`;
    if (suffixed.length > DESCRIPTION_LIMIT_CHARACTERS) {
      return `${text}${andMore(left + 1)}`;
    }
    text = longer;
  }
  return text;
}

function andMore(count: number): string {
  return ` and ${count} more`;
}

function configRule({ name, sourceIdentifier, citations, parameters, trigger }: DeployedRule): ConfigRuleResource {
  return {
    Type: 'AWS::Config::ConfigRule',
    Properties: {
      ConfigRuleName: name,
      Description: evidenceDescription(citations),
      ...(Object.keys(parameters).length > 0 ? { InputParameters: parameters } : {}),
      ...(typeof trigger === 'string' ? {} : { Scope: { ComplianceResourceTypes: trigger } }),
      Source: { Owner: 'AWS', SourceIdentifier: sourceIdentifier },
    },
  };
}

function logicalIdOf(ruleName: string): string {
  return ruleName
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
