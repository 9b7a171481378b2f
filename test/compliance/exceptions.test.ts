import type { Check } from '../../lib/compliance/check';
import { CHECKS } from '../../lib/compliance/catalogue';
import { designationOf } from '../../lib/compliance/exceptions';
import { renderGate } from '../../lib/compliance/render-gate';
import { runChecks, type GateResult } from '../../lib/compliance/run-checks';
import { environmentOf, type Elsewhere, type TinyResource, type TinyResources } from '../support/tiny-environment';
import { checkOf } from '../support/weakening';

const TODAY = '2026-11-25';
const HARD = checkOf('hard/buckets-are-private');
const ORDINARY = checkOf('strength/buckets-belong-to-their-account');

const RECORD = {
  rule: ORDINARY.id,
  property: 'OwnershipControls.Rules.0.ObjectOwnership',
  citation: '164.312(a)(1)',
  because: 'A partner of this test writes into the bucket and keeps what it wrote.',
  insteadWe: 'see that nobody else gets in: hard/buckets-are-private.',
  owner: 'platform engineering',
  approver: 'security officer',
  approvedOn: '2026-11-22',
  expiresOn: '2026-11-26',
};

const blocked = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };

/** A bucket whose one finding is its ownership, with exceptions. */
function bucket(...records: readonly unknown[]): TinyResource {
  return { Type: 'AWS::S3::Bucket', Properties: { PublicAccessBlockConfiguration: blocked }, Metadata: { AcceptedFindings: records } };
}

function gate(resources: TinyResources, checks: readonly Check[] = [HARD, ORDINARY], elsewhere: Elsewhere = {}): GateResult {
  return runChecks(environmentOf(resources, elsewhere), checks, TODAY);
}

const faultsOf = (result: GateResult): string[] => result.exceptionFaults.map(({ fault }) => fault);
const openIn = ({ results }: GateResult): string[] =>
  results.flatMap(({ findings }) => findings.filter(({ accepted }) => !accepted).map(({ stack, logicalId }) => `${stack}/${logicalId}`));

it('takes one in order, up to the day before its review', () => {
  const result = gate({ Bucket: bucket(RECORD) });
  expect(result).toMatchObject({ passed: true, exceptionFaults: [] });
  expect(result.results.flatMap(({ findings }) => findings.map(({ accepted }) => accepted))).toEqual([true]);
  expect(renderGate([result])).toContain('1 findings accepted');
});

describe('an exception at fault accepts nothing:', () => {
  it.each<[string, Partial<Record<keyof typeof RECORD, unknown>>, RegExp]>([
    ['expired', { expiresOn: TODAY }, /^expired on 2026-11-25$/],
    ['without a day of review', { expiresOn: 'never' }, /^has no day of review$/],
    ['agreed on no day', { approvedOn: '2026-13-41' }, /^was agreed on no day/],
    ['to be agreed on one day', { approvedOn: '2026-11-26' }, /^was agreed on no day up to today$/],
    ['vague', { because: 'by design' }, /^gives a reason of fewer than 40 characters$/],
    ['padded', { because: `by design${' '.repeat(40)}` }, /^gives a reason of fewer than 40 characters$/],
    ['without a control in its place', { insteadWe: ' ' }, /^names no compensating control$/],
    [
      'of a required specification that nothing here stands in for',
      { insteadWe: 'look now and then' },
      /^relaxes 164.312\(a\)\(1\), which is required/,
    ],
    ['that names itself in its place', { insteadWe: ORDINARY.id }, /^relaxes/],
    ['without an owner', { owner: undefined }, /^needs an owner/],
    ['approved by its owner', { approver: RECORD.owner }, /another person$/],
    ['approved by nobody', { approver: '' }, /another person$/],
    ['of a citation that there is not', { citation: '164.399(z)' }, /^names no citation of the catalogue$/],
    ['of a citation of something else', { citation: '164.312(b)' }, /^cites 164.312\(b\), which the check is no evidence for$/],
    ['of all that a check finds', { property: undefined }, /^names no property$/],
  ])('%s', (_, wrong, fault) => {
    const result = gate({ Bucket: bucket({ ...RECORD, ...wrong }) });
    expect(result.passed).toBe(false);
    expect(openIn(result)).toEqual(['prod-Small/Bucket']);
    expect(faultsOf(result)).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
    expect(renderGate([result])).toMatch(/exception of strength\/buckets-belong-to-their-account on prod-Small\/Bucket /);
  });

  it('of a check that there is not', () => {
    const result = gate({ Bucket: bucket({ ...RECORD, rule: 'strength/buckets-are-blue' }) });
    expect(faultsOf(result)).toContain('names no check');
    expect(openIn(result)).toEqual(['prod-Small/Bucket']);
  });

  it('of a fatal check', () => {
    const open = {
      ...bucket({ ...RECORD, rule: HARD.id, property: 'WebsiteConfiguration' }),
      Properties: { PublicAccessBlockConfiguration: blocked, WebsiteConfiguration: {} },
    };
    const result = gate({ Bucket: open }, [HARD]);
    expect(faultsOf(result)).toEqual(['accepts what no environment may have', expect.stringMatching(/^relaxes/)]);
    expect(openIn(result)).toEqual(['prod-Small/Bucket']);
  });

  it('of a finding that there is not', () => {
    const sound = {
      ...bucket(RECORD),
      Properties: { PublicAccessBlockConfiguration: blocked, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    };
    const result = gate({ Bucket: sound });
    expect(faultsOf(result)).toEqual(['accepts a finding that there is not: take it out']);
    expect(result.passed).toBe(false);
  });

  it('given twice, or with the reason of another one', () => {
    expect(faultsOf(gate({ Bucket: bucket(RECORD, RECORD) }))).toContain('stands there twice');
    const twins = gate({ Bucket: bucket(RECORD), Other: bucket(RECORD) });
    expect(faultsOf(twins)).toEqual(['gives the reason of another one', 'gives the reason of another one']);
  });
});

it.each<[string, TinyResources, Elsewhere]>([
  ['another stack', { Bucket: bucket(RECORD) }, { 'us-west-2': { Bucket: bucket() } }],
  ['another resource of its stack', { Bucket: bucket(RECORD), Two: bucket() }, {}],
])('silences nothing in %s', (_, resources, elsewhere) => {
  const result = gate(resources, undefined, elsewhere);
  expect(result.passed).toBe(false);
  expect(openIn(result)).toHaveLength(1);
  expect(openIn(result)).not.toContain('prod-Small/Bucket');
});

it('silences no other property of its resource', () => {
  const result = gate({ Bucket: bucket({ ...RECORD, property: 'OwnershipControls' }) });
  expect(openIn(result)).toEqual(['prod-Small/Bucket']);
});

it('leaves what the published pack accepts to the pack', () => {
  expect(faultsOf(gate({ Bucket: bucket(RECORD, { rule: 'S3BucketLoggingEnabled' }) }))).toEqual([]);
});

it('knows of every citation of a check whether it is required or addressable', () => {
  const unknown = CHECKS.flatMap(({ citations }) =>
    citations.filter((citation) => !['required', 'addressable'].includes(designationOf(citation) ?? '')),
  );
  expect(unknown).toEqual([]);
});
