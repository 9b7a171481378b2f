import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../lib/config/environment';
import type { RecordedVerdict } from '../../lib/compliance/assembly';
import { VERDICTS_FILE } from '../../lib/compliance/assembly';
import { ASSEMBLY_VARIABLE } from './run-variables';

/** Where the run's one synthesis stands. */
export const ASSEMBLY_FOLDER = folderOfRun();

/** One resource of a template. */
export interface TemplateResource {
  readonly environment: EnvironmentName;
  /** Stack's construct id, such as `Data`. */
  readonly stack: string;
  readonly logicalId: string;
  readonly Type: string;
  // Templates are data of any shape; a test states the shape it relies on by reading it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a template's properties have no static type
  readonly Properties: Record<string, any>;
  readonly Metadata?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** One stack's template. */
export interface StackTemplate {
  readonly stack: string;
  readonly body: string;
  readonly resources: readonly TemplateResource[];
}

/** Every environment the assembly holds. */
export const ENVIRONMENT_NAMES: readonly EnvironmentName[] = ['dev', 'staging', 'prod'];

const cache = new Map<string, readonly StackTemplate[]>();

/** The templates of one environment, by stack. */
export function templatesOf(environment: EnvironmentName): readonly StackTemplate[] {
  let templates = cache.get(environment);
  if (!templates) {
    templates = readTemplates(environment);
    cache.set(environment, templates);
  }
  return templates;
}

/** Every resource of one environment, of one type or of all. */
export function resourcesOf(environment: EnvironmentName, type?: string): readonly TemplateResource[] {
  const resources = templatesOf(environment).flatMap((template) => template.resources);
  return type === undefined ? resources : resources.filter(({ Type }) => Type === type);
}

/**
 * The one resource of a type, or the one whose logical id begins so.
 *
 * @throws Error when there is none or more than one: a test must not pass because it looked at nothing
 */
export function resourceOf(environment: EnvironmentName, type: string, logicalIdPrefix = ''): TemplateResource {
  const found = resourcesOf(environment, type).filter(({ logicalId }) => logicalId.startsWith(logicalIdPrefix));
  const [only] = found;
  if (!only || found.length > 1) {
    throw new Error(`Expected one ${type} "${logicalIdPrefix}*" in ${environment}, found ${found.length}: ${found.map(({ logicalId }) => logicalId).join(', ')}`);
  }
  return only;
}

/** Verdicts of the HIPAA pack. */
export function nagRows(): readonly RecordedVerdict[] {
  return readJson(join(ASSEMBLY_FOLDER, VERDICTS_FILE)) as RecordedVerdict[];
}

/** CDK's validation report. */
export function validationReport(): ValidationReport {
  return readJson(join(ASSEMBLY_FOLDER, 'validation-report.json')) as ValidationReport;
}

/** The part of the report that tests read. */
export interface ValidationReport {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly Violation[];
    readonly suppressedViolations?: readonly (Violation & { readonly acknowledgedId: string; readonly acknowledgedAt: string; readonly reason: string })[];
  }[];
}

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

function readTemplates(environment: EnvironmentName): StackTemplate[] {
  const folder = join(ASSEMBLY_FOLDER, `assembly-${environment}`);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .sort()
    .map((file) => {
      const body = readFileSync(join(folder, file), 'utf8');
      const { Resources } = JSON.parse(body) as { Resources: Record<string, Omit<TemplateResource, 'environment' | 'stack' | 'logicalId'>> };
      const stack = file.replace(new RegExp(`^${environment}`), '').replace(/[0-9A-F]{8}\.template\.json$/, '');
      const resources = Object.entries(Resources).map(([logicalId, resource]) => ({
        environment, stack, logicalId, ...resource, Properties: resource.Properties ?? {},
      }));
      return { stack, body, resources };
    });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Not for the set-up, which makes it: what that loads, the tests of a run in one process share. */
function folderOfRun(): string {
  const folder = process.env[ASSEMBLY_VARIABLE];
  if (folder === undefined) throw new Error(`${ASSEMBLY_VARIABLE} names no folder: jest's global set-up sets it.`);
  return folder;
}
