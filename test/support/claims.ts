import type { EnvironmentName } from '../../lib/config/environment';
import { ENVIRONMENT_NAMES } from './assembly';
import type { Draft } from './draft';
import type { Landscape, Resource } from './landscape';
import { landscapeOf, weakened } from './landscape';

/** What is wrong with an environment, as `Stack/LogicalId: what`; nothing when the claim holds. */
export type Claim = (land: Landscape) => readonly string[];

/** What is wrong with one subject; what is falsy is no fault. */
export type Faults = readonly (string | false | undefined)[];

/** A claim about every environment: one test for each, failing with the list of offenders. */
export function holds(title: string, claim: Claim): void {
  it.each(ENVIRONMENT_NAMES)(`${title} (%s)`, (environment) => {
    expect(claim(landscapeOf(environment))).toEqual([]);
  });
}

/** Shows that a claim can fail: on a copy with one thing spoilt it names the offender. */
export function notices(
  what: string,
  claim: Claim,
  weaken: (draft: Draft) => void,
  finding: RegExp,
  environment: EnvironmentName = 'prod',
): void {
  it(`notices ${what}`, () => {
    expect(claim(weakened(environment, weaken))).toContainEqual(expect.stringMatching(finding));
  });
}

/** Judges every subject; a population of none is a finding too, so that no claim holds because its walk found nothing. */
export function judge<Properties>(
  population: string,
  subjects: readonly Resource<Properties>[],
  faultsOf: (subject: Resource<Properties>) => Faults,
): string[] {
  if (subjects.length === 0) return [`no ${population}`];
  return subjects.flatMap((subject) => faultsOf(subject).flatMap((fault) => (fault ? [`${subject.name}: ${fault}`] : [])));
}

/** Faults of what is no resource of its own, such as a statement or a rule; none at all is a finding. */
export function judgeAll<Subject>(population: string, subjects: readonly Subject[], faultsOf: (subject: Subject) => Faults): string[] {
  if (subjects.length === 0) return [`no ${population}`];
  return subjects.flatMap((subject) => faultsOf(subject).flatMap((fault) => (fault ? [fault] : [])));
}

/** The fault of a value that is not the expected one; the order of an object's keys does not count. */
export function unlike(what: string, actual: unknown, expected: unknown): string | undefined {
  const [is, should] = [JSON.stringify(inOrder(actual)), JSON.stringify(inOrder(expected))];
  return is === should ? undefined : `${what} is ${is ?? 'absent'}, expected ${should ?? 'none'}`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, inOrder(item)]),
  );
}
