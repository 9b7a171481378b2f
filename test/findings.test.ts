import type { TemplateResource } from './support/assembly';
import { ENVIRONMENT_NAMES, nagRows, resourcesOf, validationReport } from './support/assembly';
import type { AcceptedFinding } from '../lib/shared/accept-finding';
import { ACCEPTED_FINDINGS_METADATA } from '../lib/shared/accept-finding';

type Registered = Required<AcceptedFinding> & { readonly path: string };

const HIPAA = 'HIPAA.Security';
const reports = validationReport().pluginReports;
const report = reports.find(({ pluginName }) => pluginName === HIPAA);
const suppressed = (report?.suppressedViolations ?? []).flatMap((violation) =>
  violation.violatingConstructs.map(({ constructPath }) => ({ ...violation, path: constructPath })),
);

/** Exceptions as the templates state them. */
function register(): Registered[] {
  return ENVIRONMENT_NAMES.flatMap((environment) => resourcesOf(environment)).flatMap((resource) => registeredOn(resource));
}

function registeredOn({ Metadata }: TemplateResource): Registered[] {
  const accepted = (Metadata?.[ACCEPTED_FINDINGS_METADATA] ?? []) as Required<AcceptedFinding>[];
  return accepted.map((finding) => ({ ...finding, path: String(Metadata?.['aws:cdk:path']) }));
}

describe('the HIPAA pack', () => {
  test('judged every environment and has no open finding', () => {
    expect(report?.violations).toEqual([]);
    for (const environment of ENVIRONMENT_NAMES) {
      expect(nagRows().filter(({ path, verdict }) => path.startsWith(`${environment}/`) && verdict === 'Compliant').length).toBeGreaterThan(200);
    }
  });

  test('has no rule that failed to read a resource', () => {
    expect(nagRows().filter(({ verdict }) => verdict === 'Error')).toEqual([]);
  });
});

describe('the register of exceptions', () => {
  test('is, in the templates, exactly what the validation report lists', () => {
    const inTemplates = register().map(({ rule, path }) => `${path} ${HIPAA}-${rule}`);
    const inReport = suppressed.map(({ ruleName, path }) => `${path} ${ruleName}`);
    expect(inReport.length).toBeGreaterThan(0);
    expect(inReport.sort()).toEqual(inTemplates.sort());
  });

  test('matches a finding that the rule really has, each', () => {
    const live = new Set(nagRows().filter(({ verdict }) => verdict === 'Non-Compliant').map(({ rule, path }) => `${path} ${rule}`));
    expect(register().filter(({ rule, path }) => !live.has(`${path} ${HIPAA}-${rule}`))).toEqual([]);
    expect(live.size).toBe(register().length);
  });

  test('stands on single resources, under qualified ids', () => {
    for (const { acknowledgedId, acknowledgedAt, path } of suppressed) {
      expect(acknowledgedAt).toBe(path);
      expect(acknowledgedId).toMatch(/^HIPAA\.Security::HIPAA\.Security-/);
    }
  });

  test.each(ENVIRONMENT_NAMES)('gives a reason of its own for each exception of %s', (environment) => {
    const reasons = register().filter(({ path }) => path.startsWith(`${environment}/`)).map(({ rule, because }) => `${rule}: ${because}`);
    expect(reasons.filter((reason, index) => reasons.indexOf(reason) !== index)).toEqual([]);
    expect(register().filter(({ because }) => because.length <= 40)).toEqual([]);
  });

  test('has expired nowhere', () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(register().filter(({ expiresOn }) => expiresOn <= today)).toEqual([]);
  });

  test('keeps the same exceptions in staging and prod, and in dev two more that its disposability needs', () => {
    const rules = (environment: string): string[] =>
      register().filter(({ path }) => path.startsWith(`${environment}/`)).map(({ rule, path }) => `${rule} ${path.slice(environment.length)}`).sort();
    expect(rules('staging')).toEqual(rules('prod'));
    expect(rules('dev').filter((entry) => !rules('prod').includes(entry)).map((entry) => entry.split(' ')[0])).toEqual([
      'ELBDeletionProtectionEnabled', 'RDSInstanceDeletionProtectionEnabled',
    ]);
  });

  test('does not grow unseen', () => {
    expect(register().filter(({ path }) => path.startsWith('prod/'))).toHaveLength(35); // Raise it only with the reason in the commit.
  });
});
