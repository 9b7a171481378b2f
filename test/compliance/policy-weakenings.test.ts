import { CHECKS } from '../../lib/compliance/catalogue';
import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { runChecks } from '../../lib/compliance/run-checks';
import { policyWeakenings, statementsIn, type StatementWeakening } from '../support/policy-weakening';
import { checkOf, modelOf } from '../support/weakening';

/** Notices whatever the reviewed list does not say; only for templates that the list was written for. */
const REVIEW = 'access/access-is-as-reviewed';

/** What notices it in anybody's templates. */
const IN_ANY_COPY = [
  'access/grants-name-actions-and-resources',
  'access/denials-bite',
  'access/other-accounts-stay-out',
  'access/services-act-for-this-account',
  'hard/nobody-is-everybody',
  'access/keys-deny-their-loss',
  'strength/records-cannot-be-deleted',
  'strength/messages-are-encrypted',
  'strength/vaults-are-locked',
  'strength/endpoints-are-private',
  'access/people-prove-themselves',
  'access/roles-are-passed-by-name',
  'access/key-grants-go-to-services',
  'access/phi-is-kept-under-its-key',
  'access/buckets-refuse-strangers',
  'access/phi-is-read-by-what-serves-it',
  'strength/buckets-refuse-plain-connections',
  'hard/nobody-is-administrator',
  'hard/audit-logs-cannot-be-deleted',
  'hard/keys-outlive-mistakes',
];

/** Changes after which everything is allowed and denied as before, and why; by what the change is called. */
const EQUIVALENT: Readonly<Record<string, string>> = {};

const original = modelOf('prod');
const weakenings = policyWeakenings('prod');
const kinds = [...new Set(weakenings.map(({ kind }) => kind))].sort();

let [noticed, noticedInAnyCopy] = [0, 0];

const texts = original.stacks.flatMap(({ template }) =>
  [...template.resources].map(([logicalId, { properties }]) => ({ logicalId, text: JSON.stringify(properties) })),
);
const relatives = new Map<string, ReadonlySet<string>>();

/** Resources that a finding about a policy may name: its own, what it points at, and what points at it, across stacks. */
function related({ logicalId }: StatementWeakening): ReadonlySet<string> {
  const known = relatives.get(logicalId);
  if (known) return known;
  const own = texts.find((each) => each.logicalId === logicalId)?.text ?? '';
  const made = new Set([
    logicalId,
    ...texts.filter((each) => own.includes(each.logicalId) || each.text.includes(logicalId)).map((each) => each.logicalId),
  ]);
  relatives.set(logicalId, made);
  return made;
}

function names(model: EnvironmentModel, id: string, weakening: StatementWeakening): boolean {
  const [result] = runChecks(model, [checkOf(id)], '2026-11-25').results;
  return result?.verdict.state === 'unmet' && result.findings.some(({ logicalId }) => related(weakening).has(logicalId));
}

const inOrder = [...IN_ANY_COPY];

/** Whoever noticed the last one is asked first: its neighbour is often noticed by the same. */
function isNoticedBySome(model: EnvironmentModel, weakening: StatementWeakening): boolean {
  const at = inOrder.findIndex((id) => names(model, id, weakening));
  inOrder.unshift(...inOrder.splice(at, at < 0 ? 0 : 1));
  return at >= 0;
}

describe.each(kinds)('a statement %s', (kind) => {
  it('is noticed, wherever it stands', () => {
    const missed = weakenings
      .filter((weakening) => weakening.kind === kind)
      .filter((weakening) => {
        const model = weakening.model();
        const isNoticedInAnyCopy = isNoticedBySome(model, weakening);
        const isNoticed = isNoticedInAnyCopy || names(model, REVIEW, weakening);
        if (isNoticedInAnyCopy) noticedInAnyCopy += 1;
        if (isNoticed) noticed += 1;
        return !isNoticed;
      });
    expect(missed.map(({ what }) => what).filter((what) => !Object.hasOwn(EQUIVALENT, what))).toEqual([]);
  });
});

it('breaks every statement that the checks read, and more than one way', () => {
  const broken = new Set(weakenings.map(({ what }) => what.slice(0, what.lastIndexOf(': '))));
  expect(broken.size).toBe(statementsIn(original).length);
  expect(weakenings.length).toBeGreaterThan(5 * broken.size);
});

it('starts from templates in which every one of these checks is met', () => {
  const checks = CHECKS.filter(({ id }) => id === REVIEW || IN_ANY_COPY.includes(id));
  expect(checks).toHaveLength(IN_ANY_COPY.length + 1);
  expect(runChecks(original, checks, '2026-11-25').results.filter(({ verdict }) => verdict.state !== 'met')).toEqual([]);
});

afterAll(() => {
  const count = weakenings.length;
  process.stdout.write(
    `Weakened statements noticed: ${noticed} of ${count}; ${noticedInAnyCopy} of them in any copy, without the reviewed list\n`,
  );
});
