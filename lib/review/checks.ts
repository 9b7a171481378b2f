import { stableNames } from '../compliance/access/names';
import type { CheckResult } from '../compliance/run-checks';
import type { EnvironmentModel } from '../compliance/model/environment';
import { groupBy } from '../compliance/model/group-by';
import type { Finding } from '../compliance/verdict';
import type { Entry, EnvironmentPair } from './entry';
import { listed, say, toText, type Phrase } from './phrase';

/** Longest list of findings under one check; the count of the others follows. */
const MOST_FINDINGS = 8;

/**
 * The check whose expectation is a list in the sources. The list changes together with the templates, and the head's says nothing of the
 * base; who may newly do what has a section of its own.
 */
const JUDGED_BY_A_LIST = 'access/access-is-as-reviewed';

/** What got weaker or stronger, by check, and citations that lost or gained their last passing check. Fatal first. */
export function checkEntries(pair: EnvironmentPair): readonly Entry[] {
  const after = pair.after.results;
  const before = after.map((now) => {
    const was = pair.before.results.find(({ check }) => check.id === now.check.id) ?? now;
    return now.check.id === JUDGED_BY_A_LIST && now.verdict.state === 'met' ? now : was;
  });
  const blind = blindEntries(after, before);
  const seen = after.flatMap((now, at) => (now.verdict.state === 'cannotTell' ? [] : entryOf(pair, before[at] ?? now, now)));
  return [...blind, ...seen, ...citationEntries(before, after)];
}

/** Checks that no environment may fail, of an environment that has no base to compare with. */
export function fatalEntries(model: EnvironmentModel, results: readonly CheckResult[]): readonly Entry[] {
  const failed = results.filter((now) => isFatal(now) && now.verdict.state !== 'cannotTell');
  const blind = blindEntries(
    results.filter(({ check }) => check.severity === 'fatal'),
    [],
  );
  return [
    ...blind,
    ...failed.map((now) => toEntry('check-fatal', 'stops', now, 'must never fail, and is not met', findingsOf(model, now).map(toPhrase))),
  ];
}

/**
 * Checks that cannot tell, one entry for all that meet the same obstacle. One that must never fail stops the change also where the base
 * could not tell either.
 */
function blindEntries(after: readonly CheckResult[], before: readonly CheckResult[]): readonly Entry[] {
  const blind = after.filter(
    (now, at) => now.verdict.state === 'cannotTell' && (isFatal(now) || toReason(now) !== toReason(before[at] ?? now)),
  );
  const alike = groupBy(blind, (now) => `${isFatal(now)} ${toReason(now)}`);
  return [...alike.values()].flatMap(([first, ...rest]): readonly Entry[] => {
    if (!first) return [];
    const words = isFatal(first) ? 'Must never fail, and cannot tell: ' : 'Cannot tell any more: ';
    const ids = [first, ...rest].map(({ check }) => `${check.id} (${check.citations[0]})`);
    const text = [words, ...say`${toReason(first)}`];
    return [
      isFatal(first)
        ? { kind: 'check-fatal', weight: 'stops', text, details: [listed(ids)] }
        : { kind: 'check-weaker', weight: 'asks', text, details: [listed(ids)] },
    ];
  });
}

function isFatal({ check, passed }: CheckResult): boolean {
  return check.severity === 'fatal' && !passed;
}

function entryOf(pair: EnvironmentPair, was: CheckResult, now: CheckResult): readonly Entry[] {
  const [old, open] = [findingsOf(pair.base, was), findingsOf(pair.head, now)];
  if (isFatal(now)) return [toEntry('check-fatal', 'stops', now, 'must never fail, and is not met', open.map(toPhrase))];
  const [before, state] = [was.verdict.state, now.verdict.state];
  if (state === 'notApplicable') {
    return before === state
      ? []
      : [toEntry('check-gone', before === 'met' ? 'asks' : 'tells', now, 'has nothing left to judge', [say`${toReason(now)}`])];
  }
  if (state === 'met') return before === 'met' ? [] : [toEntry('check-stronger', 'tells', now, `is met; before, it ${WORDS[before]}`, [])];
  const [added, gone] = [without(open, old), without(old, open)];
  if (before !== 'unmet') {
    const words = now.passed ? 'was met, and is now accepted as unmet' : 'was met, and is not any more';
    return [toEntry('check-weaker', 'asks', now, before === 'met' ? words : 'is not met', open.map(toPhrase))];
  }
  return [
    ...(added.length > 0 ? [toEntry('check-weaker', 'asks', now, 'has new findings', added.map(toPhrase))] : []),
    ...(gone.length > 0 ? [toEntry('check-stronger', 'tells', now, 'has fewer findings; gone', gone.map(toPhrase))] : []),
  ];
}

const WORDS: Readonly<Record<CheckResult['verdict']['state'], string>> = {
  met: 'was met',
  unmet: 'was not',
  notApplicable: 'had nothing to judge',
  cannotTell: 'could not tell',
};

function toEntry(kind: string, weight: Entry['weight'], { check }: CheckResult, words: string, details: readonly Phrase[]): Entry {
  const more = details.length > MOST_FINDINGS ? [say`and ${details.length - MOST_FINDINGS} more`] : [];
  const text = [...say`${check.id} (${check.citations[0]}) `, `${words}: `, { value: check.claim }];
  return { kind, weight, text, details: [...details.slice(0, MOST_FINDINGS), ...more] };
}

/** A finding in names that the environments and both sides share. */
interface NamedFinding extends Finding {
  readonly name: string;
}

function findingsOf(model: EnvironmentModel, { findings }: CheckResult): readonly NamedFinding[] {
  const names = stableNames(model);
  return findings.map((finding) => {
    const resource = model.all.find(({ stack, logicalId }) => stack === finding.stack && logicalId === finding.logicalId);
    const [property, value, expected] = [finding.property, finding.value, finding.expected].map((text) => names.text(text));
    return {
      ...finding,
      property: property ?? '',
      value: value ?? '',
      expected: expected ?? '',
      name: resource ? names.of(resource) : names.text(finding.stack),
    };
  });
}

function toPhrase({ name, property, value, expected }: NamedFinding): Phrase {
  return property === '' ? say`${name}: ${value}; expected ${expected}` : say`${name} ${property}: ${value}; expected ${expected}`;
}

function without(findings: readonly NamedFinding[], others: readonly NamedFinding[]): readonly NamedFinding[] {
  const known = new Set(others.map((finding) => toText(toPhrase(finding))));
  return findings.filter((finding) => !known.has(toText(toPhrase(finding))));
}

function toReason({ verdict }: CheckResult): string {
  return 'reason' in verdict ? verdict.reason : '';
}

/** A citation is carried by what looked at something and passed: what had nothing to judge carries none. */
function citationEntries(before: readonly CheckResult[], after: readonly CheckResult[]): readonly Entry[] {
  const [old, carried] = [carriedBy(before), carriedBy(after)];
  return [
    ...[...old]
      .filter((citation) => !carried.has(citation))
      .map((citation) => citationEntry('citation-lost', 'stops', say`${citation} has lost its last passing check`)),
    ...[...carried]
      .filter((citation) => !old.has(citation))
      .map((citation) => citationEntry('citation-gained', 'tells', say`${citation} has a passing check now`)),
  ];
}

function citationEntry(kind: string, weight: Entry['weight'], text: Phrase): Entry {
  return { kind, weight, text, details: [] };
}

function carriedBy(results: readonly CheckResult[]): ReadonlySet<string> {
  const passing = results.filter(({ passed, verdict }) => passed && verdict.state !== 'notApplicable');
  return new Set(passing.flatMap(({ check }) => check.citations).sort());
}
