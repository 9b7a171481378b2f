import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { ManagedRuleIdentifiers } from 'aws-cdk-lib/aws-config';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import type { NagPack } from 'cdk-nag';
import { controlCatalogue } from '../../../lib/hipaa/catalogue';

const { controls, configRuleIndex } = controlCatalogue();

/** Ids of every rule that the installed version of these packs applies to a resource. */
function installedNagRules(): ReadonlySet<string> {
  const app = new App({ context: { '@aws-cdk/core:validationReportJson': false } });
  const resource = new CfnResource(new Stack(app, 'Probe'), 'Probe', { type: 'Probe::Probe::Probe' });
  const ids = new Set<string>();
  for (const pack of [new HIPAASecurityChecks(app), new AwsSolutionsChecks(app), new NIST80053R5Checks(app)]) {
    // The packs hand every rule they know to applyRule, whatever the resource: recording instead of judging lists them.
    const recording = pack as unknown as {
      applyRule(rule: { ruleSuffixOverride?: string; rule: { name: string } }): void;
      checkResource(node: CfnResource): void;
    };
    recording.applyRule = ({ ruleSuffixOverride, rule }) => ids.add(`${(pack as NagPack).readPackName}-${ruleSuffixOverride ?? rule.name}`);
    recording.checkResource(resource);
  }
  return ids;
}

/** Properties of one CloudFormation type in the installed aws-cdk-lib, in lower case; `undefined` if the type is unknown. */
function l1Properties(resourceType: string): ReadonlySet<string> | undefined {
  const [, namespace, name] = resourceType.split('::');
  const library = dirname(require.resolve('aws-cdk-lib/package.json'));
  const folder = readdirSync(library).find((entry) => entry === `aws-${namespace?.toLowerCase()}`);
  if (folder === undefined) {
    return undefined;
  }
  const l1s = createRequire(library)(join(library, folder)) as Record<string, { CFN_RESOURCE_TYPE_NAME?: string; prototype?: object }>;
  const l1 = l1s[`Cfn${name}`];
  if (l1?.CFN_RESOURCE_TYPE_NAME !== resourceType || l1.prototype === undefined) {
    return undefined;
  }
  // EnableIAMDatabaseAuthentication is enableIamDatabaseAuthentication here, so case is left out of the comparison.
  return new Set(Object.getOwnPropertyNames(l1.prototype).map((property) => property.replace(/Raw$/, '').toLowerCase()));
}

/** Template evidence whose type or top-level property the installed library does not have. */
function deadEvidence(entries: readonly { resourceType: string; property: string }[]): readonly string[] {
  return entries
    .filter(({ resourceType, property }) => !l1Properties(resourceType)?.has((property.split('.')[0] ?? '').toLowerCase()))
    .map(({ resourceType, property }) => `${resourceType} ${property}`);
}

describe('what the catalogue names exists in the installed tools', () => {
  const installed = installedNagRules();

  it('knows all 90 rules of the HIPAA pack, so that the next claims are not vacuous', () => {
    expect([...installed].filter((id) => id.startsWith('HIPAA.Security-'))).toHaveLength(90);
  });

  it.each(['nagRules', 'relatedNagRules'] as const)('%s names only rules of the installed cdk-nag', (key) => {
    const named = [...new Set(controls.flatMap((control) => control[key]))];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((id) => !installed.has(id))).toEqual([]);
  });

  it('names only resource types and properties of the installed aws-cdk-lib as template evidence', () => {
    const entries = controls.flatMap((control) => control.evidence.filter((evidence) => evidence.type === 'template'));
    expect(entries.length).toBeGreaterThan(100);
    expect([...new Set(deadEvidence(entries))]).toEqual([]);
  });

  it('would notice a type or a property that is gone', () => {
    expect(
      deadEvidence([
        { resourceType: 'AWS::KMS::Key', property: 'EnableKeyRotation' },
        { resourceType: 'AWS::KMS::Key', property: 'EnableKeyRotations' },
        { resourceType: 'AWS::KMS::Lock', property: 'EnableKeyRotation' },
        { resourceType: 'AWS::Nowhere::Key', property: 'EnableKeyRotation' },
      ]),
    ).toEqual(['AWS::KMS::Key EnableKeyRotations', 'AWS::KMS::Lock EnableKeyRotation', 'AWS::Nowhere::Key EnableKeyRotation']);
  });

  it('uses source identifiers that the installed aws-cdk-lib knows', () => {
    const known = new Set<unknown>(Object.values(ManagedRuleIdentifiers));
    // Published in the AWS pack for the Security Rule, but not listed by aws-cdk-lib.
    const notListed = new Set(['AWS_CONFIG_PROCESS_CHECK', 'ELASTICSEARCH_LOGS_TO_CLOUDWATCH', 'NO_UNRESTRICTED_ROUTE_TO_IGW']);
    const identifiers = Object.values(configRuleIndex).map((row) => row.sourceIdentifier);
    expect(identifiers.filter((id) => !known.has(id) && !notListed.has(id))).toEqual([]);
    expect([...notListed].filter((id) => known.has(id))).toEqual([]);
  });
});
