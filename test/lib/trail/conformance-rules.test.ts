import type { Control } from '../../../lib/hipaa/catalogue';
import { controlCatalogue, inForce } from '../../../lib/hipaa/catalogue';
import { DATA_CLASS_TAG } from '../../../lib/shared/data-class';
import { DECIDED_AGAINST, EXPECTED_FINDINGS } from '../../../lib/trail/conformance-decisions';
import { RULE_PARAMETERS } from '../../../lib/trail/conformance-parameters';
import { decideConformanceRules, unusedServicesInUse } from '../../../lib/trail/conformance-rules';
import { RULES_IN_USE } from '../../../lib/trail/conformance-services';
import { RULES_NOT_IN_USE } from '../../../lib/trail/conformance-unused-services';

const catalogue = controlCatalogue();
const { deployed, leftOut } = decideConformanceRules(catalogue);
const deployedNames = deployed.map((rule) => rule.name);
const leftOutNames = leftOut.map((rule) => rule.name);
const rulesOf = (control: Control) => [...control.configRules, ...control.relatedConfigRules];

/** A catalogue with one more control, copied from the first and changed. */
function withControl(change: Partial<Control>): Parameters<typeof decideConformanceRules>[0] {
  const [first] = catalogue.controls as [Control];
  const extra = { ...first, id: 'hipaa-extra', citation: '45 CFR 164.999', configRules: [], relatedConfigRules: [], ...change };
  return { ...catalogue, controls: [...catalogue.controls, extra] };
}

describe('every Config rule that a citation in force names', () => {
  it('is either deployed or left out with a reason, and never both', () => {
    const named = [...new Set(inForce(catalogue.controls).flatMap(rulesOf))].sort();
    expect([...deployedNames, ...leftOutNames].sort()).toEqual(named);
    expect(leftOut.filter(({ reason }) => reason.length < 20)).toEqual([]);
  });

  it('is classified once in the tables, and the tables name no other rule', () => {
    const classified = [...RULES_IN_USE, ...RULES_NOT_IN_USE].flatMap(({ rules }) => rules);
    expect(classified.filter((name, index) => classified.indexOf(name) !== index)).toEqual([]);
    expect(classified.filter((name) => !deployedNames.includes(name) && !leftOutNames.includes(name))).toEqual([]);
  });

  it('carries the citations that name it', () => {
    for (const rule of [...deployed, ...leftOut]) {
      const citations = inForce(catalogue.controls).filter((control) => rulesOf(control).includes(rule.name));
      expect(rule.citations).toEqual(citations.map((control) => control.citation));
    }
  });

  it('includes the human check of the risk analysis', () => {
    expect(deployed.find((rule) => rule.sourceIdentifier === 'AWS_CONFIG_PROCESS_CHECK')?.citations).toEqual([
      '45 CFR 164.308(a)(1)(ii)(A)',
    ]);
  });
});

describe('a catalogue that changes', () => {
  it('stops synthesis with one error naming every rule that nobody classified', () => {
    const changed = withControl({ configRules: ['quantum-vault-enabled'], relatedConfigRules: ['another-new-rule', 'cloudtrail-enabled'] });
    expect(() => decideConformanceRules(changed)).toThrow(
      /^AWS Config rules without a decision: another-new-rule, quantum-vault-enabled\. Give each a row/,
    );
  });

  it('stops synthesis for a deployed rule that lost its index row', () => {
    const { 'cloudtrail-enabled': removed, ...configRuleIndex } = catalogue.configRuleIndex;
    expect(removed).toBeDefined();
    expect(() => decideConformanceRules({ ...catalogue, configRuleIndex })).toThrow(/cloudtrail-enabled/);
  });

  it('takes rules of every rule family in force', () => {
    const changed = withControl({ rule: 'privacy', relatedConfigRules: ['cloudtrail-enabled'] });
    expect(decideConformanceRules(changed).deployed.find((rule) => rule.name === 'cloudtrail-enabled')?.citations).toContain(
      '45 CFR 164.999',
    );
  });

  it('takes nothing from a proposal, not even a rule that nobody classified', () => {
    const changed = withControl({ status: 'proposed', configRules: ['quantum-vault-enabled', 'cloudtrail-enabled'] });
    expect(decideConformanceRules(changed)).toEqual({ deployed, leftOut });
  });
});

describe('the tables beside the decision', () => {
  it('give parameters and expected findings to deployed rules only, each with its reason', () => {
    expect(Object.keys({ ...RULE_PARAMETERS, ...EXPECTED_FINDINGS }).filter((name) => !deployedNames.includes(name))).toEqual([]);
    expect(Object.values(RULE_PARAMETERS).filter(({ because }) => because.length < 20)).toEqual([]);
  });

  it('narrow the backup rules to the buckets that the baseline tags as PHI', () => {
    const resourceTags = JSON.stringify({ [DATA_CLASS_TAG]: 'phi' });
    expect(RULE_PARAMETERS['s3-resources-protected-by-backup-plan']?.values).toEqual({ resourceTags });
    expect(RULE_PARAMETERS['s3-last-backup-recovery-point-created']?.values).toEqual({ resourceTags });
  });

  it('decide against no rule that was not there to deploy', () => {
    const contradicting = leftOut.filter(({ why }) => why === 'contradicts-a-decision').map(({ name }) => name);
    expect(Object.keys(DECIDED_AGAINST).sort()).toEqual(contradicting);
  });

  it('spell true and false in lower case, since AWS Config reads any other spelling as false', () => {
    const values = Object.values(RULE_PARAMETERS).flatMap(({ values }) => Object.values(values));
    expect(values.filter((value) => /^(true|false)$/i.test(value) && value !== value.toLowerCase())).toEqual([]);
  });
});

describe('unusedServicesInUse', () => {
  it('names an unused service as soon as a template declares one of its resources', () => {
    expect(unusedServicesInUse(['AWS::DynamoDB::Table', 'AWS::EC2::Instance', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table'])).toEqual([
      'DynamoDB: AWS::DynamoDB::Table',
      'EBS: AWS::EC2::Instance',
      'EC2 instances: AWS::EC2::Instance',
    ]);
  });

  it('tells the classic load balancer from the application load balancer, and an instance from a cluster', () => {
    expect(unusedServicesInUse(['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::RDS::DBInstance', 'AWS::EC2::VPC'])).toEqual([]);
    expect(unusedServicesInUse(['AWS::RDS::DBCluster'])).toEqual(['Aurora and RDS clusters: AWS::RDS::DBCluster']);
  });
});
