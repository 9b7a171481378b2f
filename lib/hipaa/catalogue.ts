import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `proposed` entries are advisory: show them apart, never count them among requirements. */
export type ControlStatus = 'in-force' | 'proposed';

/** What can show that a control is met; see `lib/hipaa/README.md` for each kind. */
export type Evidence =
  | {
      readonly type: 'template';
      readonly resourceType: string;
      /** Property of the resource; a dot leads into a nested one. */
      readonly property: string;
      readonly expect: string;
      readonly note?: string;
    }
  | { readonly type: 'runtime'; readonly source: string; readonly artifact: string }
  | { readonly type: 'process'; readonly artifact: string };

/** One entry of the HIPAA catalogue: a standard, an implementation specification or a requirement. */
export interface Control {
  readonly id: string;
  /** As in `45 CFR 164.312(b)`. */
  readonly citation: string;
  readonly title: string;
  readonly status: ControlStatus;
  readonly rule: 'security' | 'breach-notification' | 'privacy' | 'security-nprm-2025';
  readonly safeguard:
    | 'general'
    | 'administrative'
    | 'physical'
    | 'technical'
    | 'organizational'
    | 'documentation'
    | 'breach-notification'
    | 'privacy';
  readonly kind: 'standard' | 'implementation-specification' | 'requirement';
  /** Id of the governing standard. */
  readonly parent: string | null;
  readonly designation: 'required' | 'addressable' | 'proposed' | 'not-applicable';
  readonly summary: string;
  /** `full`: the template alone proves that the mechanism exists. */
  readonly verifiability: 'full' | 'partial' | 'process';
  readonly verifiabilityNote: string | null;
  readonly evidence: readonly Evidence[];
  /** Ids of cdk-nag's HIPAA pack that name this citation, as published. */
  readonly nagRules: readonly string[];
  /** Ids of other cdk-nag packs that are evidence here. */
  readonly relatedNagRules: readonly string[];
  /** Names of rules in the AWS conformance pack for the Security Rule. */
  readonly configRules: readonly string[];
  /** Names of AWS managed rules outside that pack. */
  readonly relatedConfigRules: readonly string[];
  /** Years that the records this entry asks for are kept. */
  readonly retentionYears?: number;
  /** Proposals only: whether the proposed paragraph number was checked against a second source. */
  readonly citationVerified?: boolean;
}

/** What AWS Config needs to know of a managed rule, and who mapped it to citations. */
export interface ConfigRuleIndexRow {
  readonly sourceIdentifier: string;
  readonly inHipaaConformancePack: boolean;
  readonly mappedBy: readonly string[];
}

/** Where a cdk-nag rule comes from. */
export interface NagRuleIndexRow {
  readonly pack: string;
  readonly level: 'error' | 'warning';
  readonly configRule: string | null;
}

/** `controls.json`. */
export interface ControlCatalogue {
  readonly schemaVersion: string;
  readonly generatedOn: string;
  readonly disclaimer: string;
  /** How far the proposed rule is. */
  readonly nprmStatus: { readonly asOf: string; readonly status: string; readonly detail: string };
  readonly controls: readonly Control[];
  readonly nagRuleIndex: Readonly<Record<string, NagRuleIndexRow>>;
  readonly configRuleIndex: Readonly<Record<string, ConfigRuleIndexRow>>;
}

/** HIPAA eligibility of one CloudFormation namespace. */
export interface ServiceEligibility {
  readonly service: string;
  /** `control-plane-only`: outside the AWS list, but holds no PHI in normal use. */
  readonly hipaaEligible: boolean | 'control-plane-only';
  readonly confidence: 'high' | 'medium' | 'low';
  readonly basis: string;
  readonly note: string | null;
}

/** `eligible-services.json`. A namespace that is missing from `prefixes` must be refused. */
export interface EligibleServices {
  readonly schemaVersion: string;
  /** Date of the AWS list this rests on, as in `2026-05-22`. */
  readonly listDate: string;
  readonly prefixes: Readonly<Record<string, ServiceEligibility>>;
}

let controls: ControlCatalogue | undefined;
let services: EligibleServices | undefined;

/**
 * The HIPAA control catalogue, read once per process and frozen.
 *
 * The data is trusted: a test validates the file against its schema, so nothing is validated here.
 */
export function controlCatalogue(): ControlCatalogue {
  controls ??= readFrozen<ControlCatalogue>('controls.json');
  return controls;
}

/** The list of HIPAA-eligible services, read once per process and frozen; trusted as {@link controlCatalogue} is. */
export function eligibleServices(): EligibleServices {
  services ??= readFrozen<EligibleServices>('eligible-services.json');
  return services;
}

/** The entries that bind today, of whatever rule family. Proposals are left out. */
export function inForce(all: readonly Control[]): readonly Control[] {
  return all.filter((control) => control.status === 'in-force');
}

// Read, not imported: the compiler would infer a literal type from 400 KB of JSON in every check of the project.
function readFrozen<T>(file: string): T {
  return deepFreeze(JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as T);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) {
      deepFreeze(child);
    }
    Object.freeze(value);
  }
  return value;
}
