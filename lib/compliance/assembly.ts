import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder that cannot be read as a cloud assembly of this baseline; the message says what to do. */
export class AssemblyError extends Error {}

/** A resource as a template has it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** One stack's template. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** One stack. */
export interface AssembledStack {
  /** Name in CloudFormation, such as `prod-Data`. */
  readonly name: string;
  readonly template: Template;
  /** SHA-256 of the template's file, in hexadecimal digits. */
  readonly sha256: string;
}

/** One environment: a nested assembly. */
export interface AssembledEnvironment {
  readonly name: string;
  readonly stacks: readonly AssembledStack[];
}

/** One verdict of one rule on one resource, as the HIPAA pack recorded it. */
export interface RecordedVerdict {
  readonly rule: string;
  /** Construct path; its first part is the environment. */
  readonly path: string;
  readonly verdict: 'Compliant' | 'Non-Compliant' | 'Error';
  readonly citations: readonly string[];
}

/** One accepted finding, as the validation report lists it. */
export interface Acceptance {
  /** `HIPAA.Security`, or the validator of CDK. */
  readonly pack: string;
  readonly rule: string;
  readonly path: string;
  readonly reason: string;
  /** Stack trace of where it was accepted; empty where the report has none. Holds absolute paths. */
  readonly trace: string;
}

/** Where a resource that a plugin speaks of was made. */
export interface Origin {
  readonly path: string;
  /** Stack trace; holds absolute paths. */
  readonly trace: string;
}

/** A cloud assembly: what an auditor has. */
export interface Assembly {
  readonly environments: readonly AssembledEnvironment[];
  readonly verdicts: readonly RecordedVerdict[];
  readonly acceptances: readonly Acceptance[];
  /** Of the resources that the validation report names, findings and accepted ones. */
  readonly origins: readonly Origin[];
  /** Context values of the synthesis; empty where it recorded none. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** File in which the HIPAA pack records its verdicts. */
export const VERDICTS_FILE = 'nag-rows.json';

/** File in which the context of the synthesis is recorded: feature flags, and what the command gave. */
export const CONTEXT_FILE = 'context.json';

/** Name under which the HIPAA pack reports. */
export const HIPAA_PACK = 'HIPAA.Security';

/**
 * Reads the environments of a cloud assembly, in the order of its manifest.
 *
 * @throws AssemblyError when the folder holds no assembly, no environment, or a file that is not JSON
 */
export function readEnvironments(folder: string): readonly AssembledEnvironment[] {
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new AssemblyError(`No cloud assembly in ${folder}. Run \`npm run synth\` first, or name the folder of one.`);
  }
  const environments = artifactProperties(folder, 'cdk:cloud-assembly').map(({ properties }) => {
    const directory = textOf(properties, 'directoryName') ?? '';
    return { name: directory.replace(/^assembly-/, ''), stacks: readStacks(join(folder, directory)) };
  });
  if (environments.length === 0) {
    throw new AssemblyError(`The cloud assembly in ${folder} holds no environment. Run \`npm run synth\` again.`);
  }
  return environments;
}

/**
 * Reads a whole assembly, with what the HIPAA pack recorded.
 *
 * @throws AssemblyError as {@link readEnvironments}, and when the recorded verdicts are missing
 */
export function readAssembly(folder: string): Assembly {
  const environments = readEnvironments(folder);
  const verdicts = readVerdicts(join(folder, VERDICTS_FILE));
  const reports = readPluginReports(join(folder, 'validation-report.json'));
  const acceptances = reports.flatMap(({ pluginName, suppressedViolations = [] }) =>
    suppressedViolations.flatMap(({ ruleName, reason, violatingConstructs, acknowledgedStackTrace = '' }) =>
      violatingConstructs.map(({ constructPath }) => ({
        pack: pluginName,
        rule: ruleName,
        path: constructPath,
        reason,
        trace: acknowledgedStackTrace,
      })),
    ),
  );
  const origins = reports.flatMap(({ violations = [], suppressedViolations = [] }) =>
    [...violations, ...suppressedViolations].flatMap(({ violatingConstructs }) =>
      violatingConstructs.flatMap(({ constructPath, stackTraces = [] }) => stackTraces.map((trace) => ({ path: constructPath, trace }))),
    ),
  );
  return { environments, verdicts, acceptances, origins, context: readContext(join(folder, CONTEXT_FILE)) };
}

interface ReportedViolation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string; readonly stackTraces?: readonly string[] }[];
}

interface PluginReport {
  readonly pluginName: string;
  readonly violations?: readonly ReportedViolation[];
  readonly suppressedViolations?: readonly (ReportedViolation & { readonly reason: string; readonly acknowledgedStackTrace?: string })[];
}

function readVerdicts(path: string): readonly RecordedVerdict[] {
  const rows = readJson<unknown>(path);
  const isRow = (row: unknown): row is RecordedVerdict =>
    hasTexts(row, 'rule', 'path', 'verdict') && Array.isArray((row as Partial<RecordedVerdict>).citations);
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new AssemblyError(`${path} is no list of verdicts. Run \`npm run synth\` again.`);
  return rows;
}

function readContext(path: string): Readonly<Record<string, unknown>> {
  const context = existsSync(path) ? readJson<unknown>(path) : {};
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    throw new AssemblyError(`${path} is no context of CDK. Run \`npm run synth\` again.`);
  return context as Readonly<Record<string, unknown>>;
}

function readPluginReports(path: string): readonly PluginReport[] {
  const report = readJson<{ readonly pluginReports?: unknown } | null>(path);
  const isViolation = (each: ReportedViolation): boolean =>
    hasTexts(each, 'ruleName') &&
    Array.isArray(each.violatingConstructs) &&
    each.violatingConstructs.every((construct) => hasTexts(construct, 'constructPath'));
  const isReport = (each: unknown): each is PluginReport => {
    if (!hasTexts(each, 'pluginName')) return false;
    const { violations = [], suppressedViolations = [] } = each as Partial<PluginReport>;
    return [violations, suppressedViolations].every((list) => Array.isArray(list) && list.every(isViolation));
  };
  const reports = report?.pluginReports;
  if (!Array.isArray(reports) || !reports.every(isReport))
    throw new AssemblyError(`${path} is no validation report of CDK. Run \`npm run synth\` again.`);
  return reports;
}

function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<string, { readonly type: string; readonly displayName?: string; readonly properties?: Readonly<Record<string, unknown>> }>
  >;
}

function readStacks(folder: string): AssembledStack[] {
  return artifactProperties(folder, 'aws:cloudformation:stack').map(({ id, properties }) => {
    const file = join(folder, textOf(properties, 'templateFile') ?? `${id}.template.json`);
    const template = readJson<Template>(file);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return { name: textOf(properties, 'stackName') ?? id, template, sha256 };
  });
}

function artifactProperties(folder: string, type: string): { id: string; properties: Readonly<Record<string, unknown>> }[] {
  const artifacts = readJson<Manifest | null>(join(folder, 'manifest.json'))?.artifacts ?? {};
  return Object.entries(artifacts)
    .filter(([, artifact]) => artifact.type === type)
    .map(([id, { properties }]) => ({ id, properties: properties ?? {} }));
}

function textOf(properties: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw new AssemblyError(`Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}. Run \`npm run synth\` again.`);
  }
}
