import fc from 'fast-check';
import { controlCatalogue } from '../../../lib/hipaa/catalogue';
import {
  CONFORMANCE_PACK_INLINE_LIMIT_BYTES,
  CONFORMANCE_PACK_RULE_LIMIT,
  CONFORMANCE_PACK_S3_LIMIT_BYTES,
  conformancePack,
  deliveryOf,
  evidenceDescription,
} from '../../../lib/trail/conformance-pack-template';
import type { DeployedRule } from '../../../lib/trail/conformance-rules';
import { decideConformanceRules } from '../../../lib/trail/conformance-rules';

/** Parameters that the AWS Config Developer Guide does not mark as optional, of every rule in the catalogue that has one. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'access-keys-rotated': ['maxAccessKeyAge'],
  'cloudwatch-alarm-action-check': ['alarmActionRequired', 'insufficientDataActionRequired', 'okActionRequired'],
  'iam-customer-policy-blocked-kms-actions': ['blockedActionsPatterns'],
  'iam-inline-policy-blocked-kms-actions': ['blockedActionsPatterns'],
  'iam-user-unused-credentials-check': ['maxCredentialUsageAge'],
};

const { deployed } = decideConformanceRules(controlCatalogue());
const pack = conformancePack(deployed);
const rules = Object.values(pack.template.Resources).map(({ Properties }) => Properties);

function rule(name: string, extra: Partial<DeployedRule> = {}): DeployedRule {
  return { name, sourceIdentifier: 'A_RULE', citations: ['45 CFR 164.312(b)'], trigger: 'schedule', parameters: {}, ...extra };
}

describe('the conformance pack', () => {
  it('contains every deployed rule once, sorted, and nothing but managed Config rules', () => {
    expect(rules.map(({ ConfigRuleName }) => ConfigRuleName)).toEqual(deployed.map(({ name }) => name));
    expect(rules.map(({ Source }) => Source)).toEqual(
      deployed.map(({ sourceIdentifier }) => ({ Owner: 'AWS', SourceIdentifier: sourceIdentifier })),
    );
    expect(new Set(Object.values(pack.template.Resources).map(({ Type }) => Type))).toEqual(new Set(['AWS::Config::ConfigRule']));
  });

  it('supplies every parameter that AWS Config requires', () => {
    const missing = rules.flatMap(({ ConfigRuleName, InputParameters }) =>
      (REQUIRED[ConfigRuleName] ?? []).filter((name) => !InputParameters?.[name]).map((name) => `${ConfigRuleName}.${name}`),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(REQUIRED).filter((name) => !rules.some(({ ConfigRuleName }) => ConfigRuleName === name))).toEqual([]);
  });

  it('asks for the retention, the ports and the backups of this baseline', () => {
    const { CwLoggroupRetentionPeriodCheck, RestrictedCommonPorts, VpcSgOpenOnlyToAuthorizedPorts } = pack.template.Resources;
    expect(CwLoggroupRetentionPeriodCheck?.Properties.InputParameters).toEqual({ MinRetentionTime: '1827' });
    expect(Object.values(RestrictedCommonPorts?.Properties.InputParameters ?? {})).toContain('5432');
    expect(VpcSgOpenOnlyToAuthorizedPorts?.Properties.InputParameters).toEqual({ authorizedTcpPorts: '443' });
  });

  it('scopes each rule that follows changes, and only those', () => {
    expect(rules.filter(({ Scope }) => Scope !== undefined && Scope.ComplianceResourceTypes.length === 0)).toEqual([]);
    const scoped = rules.filter(({ Scope }) => Scope !== undefined).map(({ ConfigRuleName }) => ConfigRuleName);
    expect(scoped).toEqual(deployed.filter(({ trigger }) => typeof trigger !== 'string').map(({ name }) => name));
    expect(pack.template.Resources['RestrictedSsh']?.Properties.Scope).toEqual({ ComplianceResourceTypes: ['AWS::EC2::SecurityGroup'] });
  });

  it('says of each rule what it is evidence for', () => {
    expect(rules.filter(({ Description }) => !/^Evidence for 45 CFR 164\.\d{3}/.test(Description))).toEqual([]);
    expect(rules.filter(({ Description }) => Description.length > 256)).toEqual([]);
    const { AnnualRiskAssessmentPerformed } = pack.template.Resources;
    expect(AnnualRiskAssessmentPerformed?.Properties.Description).toBe('Evidence for 45 CFR 164.308(a)(1)(ii)(A)');
  });

  it('has the size that its delivery allows', () => {
    expect(pack.bytes).toBe(Buffer.byteLength(pack.body));
    expect(pack.delivery).toBe('inline');
    expect(pack.bytes).toBeLessThanOrEqual(CONFORMANCE_PACK_INLINE_LIMIT_BYTES);
    expect(rules.length).toBeLessThanOrEqual(CONFORMANCE_PACK_RULE_LIMIT);
  });

  it('has the same bytes whatever order the rules come in, and they parse back to the template', () => {
    expect(conformancePack([...deployed].reverse()).body).toBe(pack.body);
    expect(JSON.parse(pack.body)).toEqual(pack.template);
  });
});

describe('a pack that AWS Config would refuse', () => {
  it('cannot be written when two rules share a logical id', () => {
    const colliding = [rule('a-rule'), rule('aRule')];
    expect(() => conformancePack(colliding)).toThrow('Two conformance rules have the logical id ARule, the second being aRule.');
  });

  it('cannot be written with more rules than a pack holds', () => {
    const many = Array.from({ length: CONFORMANCE_PACK_RULE_LIMIT + 1 }, (_, index) => rule(`rule-${index}`));
    expect(() => conformancePack(many)).toThrow('A conformance pack holds 130 rules, not 131');
    expect(() => conformancePack(many.slice(1))).not.toThrow();
  });

  it('goes to a bucket past the inline limit, and nowhere past the other', () => {
    expect(deliveryOf(CONFORMANCE_PACK_INLINE_LIMIT_BYTES)).toBe('inline');
    expect(deliveryOf(CONFORMANCE_PACK_INLINE_LIMIT_BYTES + 1)).toBe('s3');
    expect(deliveryOf(CONFORMANCE_PACK_S3_LIMIT_BYTES)).toBe('s3');
    expect(() => deliveryOf(CONFORMANCE_PACK_S3_LIMIT_BYTES + 1)).toThrow('has 307201 bytes; AWS Config accepts 307200');
  });

  it('counts bytes, not characters', () => {
    const wide = conformancePack([rule('wide', { parameters: { text: 'é'.repeat(10) } })]);
    expect(wide.bytes).toBe(wide.body.length + 10);
  });
});

describe('the description of a rule', () => {
  it('lists citations in order and writes the title of the code once', () => {
    expect(evidenceDescription(['45 CFR 164.312(a)(1)', '45 CFR 164.312(b)'])).toBe('Evidence for 45 CFR 164.312(a)(1), 164.312(b)');
  });

  it('is cut between citations, with a count of the rest', () => {
    const citations = Array.from({ length: 20 }, (_, index) => `45 CFR 164.${300 + index}(a)(1)(ii)(A)`);
    expect(evidenceDescription(citations)).toBe(
      'Evidence for 45 CFR 164.300(a)(1)(ii)(A), 164.301(a)(1)(ii)(A), 164.302(a)(1)(ii)(A), 164.303(a)(1)(ii)(A), 164.304(a)(1)(ii)(A), ' +
        '164.305(a)(1)(ii)(A), 164.306(a)(1)(ii)(A), 164.307(a)(1)(ii)(A), 164.308(a)(1)(ii)(A), 164.309(a)(1)(ii)(A) and 10 more',
    );
  });

  it('accounts for every citation within 256 characters, however many there are', () => {
    // Citations of varying length, so that the cut falls on every position.
    const citation = fc.integer({ min: 1, max: 9 }).map((depth) => `45 CFR 164.308${'(a)'.repeat(depth)}`);
    fc.assert(
      fc.property(fc.array(citation, { minLength: 1, maxLength: 400 }), (citations) => {
        const text = evidenceDescription(citations);
        const listed = text.match(/164\.308/g)?.length ?? 0;
        const more = Number(/ and (\d+) more$/.exec(text)?.[1] ?? 0);
        expect(text.length).toBeLessThanOrEqual(256);
        expect(listed + more).toBe(citations.length);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a rule that no citation names', () => {
    expect(() => evidenceDescription([])).toThrow('is evidence for nothing');
  });
});
