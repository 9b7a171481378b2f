import type { EnvironmentModel, Resource } from './model/environment';
import { shown, toFlag, toNumber, valueAt } from './model/read';
import type { Finding, Subject, Verdict } from './verdict';

/** What is wrong with one resource. */
export interface Fault {
  /** Path of the property, such as `VersioningConfiguration.Status`. */
  readonly property: string;
  /** What stands there. */
  readonly value: unknown;
  /** What has to stand there, as a phrase: `Enabled`, `at least 2192`. */
  readonly expected: string;
}

/**
 * Judges resources one by one. Met when none has a fault; not applicable when there is none to judge, which is no pass.
 *
 * @param citation of the findings.
 * @param faultsOf pure; throws CannotTell where it cannot read.
 * @param none why no resource is no fault here; whether one has to exist, a check of presence says.
 */
export function judgeEach(
  resources: readonly Resource[],
  citation: string,
  faultsOf: (resource: Resource) => readonly Fault[],
  none = 'the templates hold no such resource',
): Verdict {
  if (resources.length === 0) return { state: 'notApplicable', reason: none };
  const findings: Finding[] = [];
  for (const resource of resources) for (const fault of faultsOf(resource)) findings.push(toFinding(resource, citation, fault));
  return verdictOf(resources, findings);
}

/** Judges every resource of the given types. */
export function judgeTypes(
  environment: EnvironmentModel,
  types: readonly string[],
  citation: string,
  faultsOf: (resource: Resource) => readonly Fault[],
): Verdict {
  return judgeEach(
    types.flatMap((type) => environment.of(type)),
    citation,
    faultsOf,
    `the templates hold no ${types.join(' and no ')}`,
  );
}

/** Met without findings, unmet with any. */
export function verdictOf(population: readonly Resource[], findings: readonly Finding[]): Verdict {
  const subjects = population.map(({ stack, logicalId, type }): Subject => ({ stack, logicalId, type }));
  return findings.length === 0 ? { state: 'met', population: subjects } : { state: 'unmet', population: subjects, findings };
}

/** A fault of a resource as a finding. */
export function toFinding({ stack, logicalId }: Resource, citation: string, { property, value, expected }: Fault): Finding {
  return { stack, logicalId, property, value: shown(value), expected, citation };
}

/** The finding that something is not there at all. */
export function missing(environment: EnvironmentModel, citation: string, expected: string): Finding {
  return { stack: environment.place.name, logicalId: '', property: '', value: 'absent', expected, citation };
}

/** No fault when the property equals the value, however a template writes a number or a boolean. */
export function expectEqual(resource: Resource, property: string, expected: string | number | boolean): readonly Fault[] {
  const value = valueAt(resource, property);
  const given = typeof expected === 'boolean' ? toFlag(value) : typeof expected === 'number' ? toNumber(value) : value;
  return given === expected ? [] : [{ property, value, expected: String(expected) }];
}

/** No fault when the property is a number of at least the bound. */
export function expectAtLeast(resource: Resource, property: string, bound: number): readonly Fault[] {
  const value = valueAt(resource, property);
  return (toNumber(value) ?? Number.NEGATIVE_INFINITY) >= bound ? [] : [{ property, value, expected: `at least ${bound}` }];
}

/** No fault when the property is a number of at most the bound. */
export function expectAtMost(resource: Resource, property: string, bound: number): readonly Fault[] {
  const value = valueAt(resource, property);
  return (toNumber(value) ?? Number.POSITIVE_INFINITY) <= bound ? [] : [{ property, value, expected: `at most ${bound}` }];
}

/** No fault when the property is one of the values. */
export function expectOneOf(resource: Resource, property: string, allowed: readonly string[]): readonly Fault[] {
  const value = valueAt(resource, property);
  return typeof value === 'string' && allowed.includes(value) ? [] : [{ property, value, expected: `one of ${allowed.join(', ')}` }];
}

/** No fault when nothing stands there. */
export function expectAbsent(resource: Resource, property: string): readonly Fault[] {
  const value = valueAt(resource, property);
  return value === undefined ? [] : [{ property, value, expected: 'absent' }];
}
