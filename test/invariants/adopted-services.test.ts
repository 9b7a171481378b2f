import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import type { BuildOptions } from 'esbuild';
import { CHECKS } from '../../lib/compliance/catalogue';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { ENVIRONMENTS } from '../../lib/config/select';
import { configFaults } from '../../lib/config/validate';
import { switchDetectionOn } from '../../lib/response/containment/switch-detection-on';
import { ACCEPTED_FINDINGS_METADATA } from '../../lib/shared/accept-finding';
import { BUNDLE_OPTIONS } from '../../lib/shared/function-bundles';
import type { StackTemplate, TemplateResource } from '../support/assembly';
import { bucketFor, bucketPolicyOf } from '../support/buckets';
import { Landscape, landscapeOf } from '../support/landscape';
import { decide, role } from '../support/policy';
import { synthesize } from '../support/synthesize';

const TRAIL_GROUP = 'organization/trail-events';
const { account, region } = ENVIRONMENTS.prod;
const CERTIFICATE = `arn:aws:acm:${region}:${account}:certificate/7e5f4d2c-0b1a-4c3d-9e8f-112233445566`;
const byOrganization = { source: 'adopt', managedBy: 'the organization' } as const;

/** Prod in an account where the organization runs what can exist once, with a certificate of its own and a reservation. */
const ADOPTING: EnvironmentConfig = {
  ...ENVIRONMENTS.prod,
  certificate: { from: 'arn', certificateArn: CERTIFICATE },
  accountServices: {
    ...ENVIRONMENTS.prod.accountServices,
    accountTrail: { ...byOrganization, logGroupName: TRAIL_GROUP },
    configRecorder: byOrganization,
    guardDuty: byOrganization,
    securityHub: byOrganization,
    accessAnalyzer: byOrganization,
    rdsMetricsLogGroup: byOrganization,
  },
  recordsReservedConcurrency: 20,
  audit: { stopReadsAfterHours: 24, exporterReservedConcurrency: 1 },
  recordingWriterRoleName: 'video-recorder',
};

let land: Landscape;
let folder: string;

/** Synthesized once, under the HIPAA pack and our checks: an environment that adopts has no open finding either. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'adopting-'));
  // Nobody looks into the functions here, and the packages are most of what bundling costs.
  const options: BuildOptions = BUNDLE_OPTIONS;
  jest.replaceProperty(options, 'packages', 'external');
  // Who may do what here nobody has reviewed: the list is of the environments as they are committed.
  const checks = CHECKS.filter(({ id }) => id !== 'access/access-is-as-reviewed');
  synthesize({ outdir: folder, environments: [ADOPTING], checks });
  land = new Landscape(ADOPTING, templatesIn(join(folder, 'assembly-prod')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function templatesIn(assembly: string): StackTemplate[] {
  return readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => {
      const body = readFileSync(join(assembly, file), 'utf8');
      const { Resources } = JSON.parse(body) as { Resources: Record<string, TemplateResource> };
      const stack = file.replace(/^prod/, '').replace(/[0-9A-F]{8}\.template\.json$/, '');
      const resources = Object.entries(Resources).map(([logicalId, resource]) => ({
        ...resource,
        environment: 'prod' as const,
        stack,
        logicalId,
        Properties: resource.Properties ?? {},
      }));
      return { stack, body, resources };
    });
}

const countOf = (...types: readonly string[]) => land.all.filter(({ type }) => types.includes(type)).map(({ name }) => name);

describe('an environment that adopts what the organization runs', () => {
  it('is a valid configuration but for the example values that it still holds', () => {
    expect(configFaults(ADOPTING).filter(({ allowed }) => !allowed.startsWith('your own value'))).toEqual([]);
  });

  it('makes no second trail, recorder, detector, hub or analyzer', () => {
    expect(
      countOf(
        'AWS::CloudTrail::Trail',
        'AWS::Config::ConfigurationRecorder',
        'AWS::Config::DeliveryChannel',
        'AWS::GuardDuty::Detector',
        'AWS::SecurityHub::Hub',
        'AWS::SecurityHub::Standard',
        'AWS::AccessAnalyzer::Analyzer',
      ),
    ).toEqual([]);
    expect(
      land.of<{ LogGroupName?: string }>('AWS::Logs::LogGroup').filter(({ properties }) => properties.LogGroupName === 'RDSOSMetrics'),
    ).toEqual([]);
  });

  it('switches on nothing that the organization runs, and otherwise what it runs itself', () => {
    const names = land.of<{ StateMachineName: string }>('AWS::StepFunctions::StateMachine').map(({ properties }) => properties.StateMachineName);
    expect([names.includes('prod-contain-keep-key'), names.includes('prod-contain-switch-detection-on')]).toEqual([true, false]);
    const own = { source: 'create' } as const;
    const [action] = switchDetectionOn(new Stack(), { ...ADOPTING.accountServices, guardDuty: own, configRecorder: own });
    expect(action?.contain.map(({ name }) => name)).toEqual(['Enable GuardDuty', 'Start the recorder']);
    expect(action?.contained).toBe(`$present.guardDuty = 'on' and $present.recorder = 'on'`);
    expect(action?.may.contain.flatMap(({ actions }) => actions).filter((each) => each.startsWith('securityhub:'))).toEqual([]);
  });

  it('keeps every alarm, over the log group that it was told of', () => {
    const filters = land.of<{ LogGroupName: string; MetricTransformations: { MetricNamespace: string }[] }>('AWS::Logs::MetricFilter');
    const ofTrail = filters.filter(({ properties }) => properties.MetricTransformations[0]?.MetricNamespace.endsWith('/Trail'));
    expect(ofTrail.length).toBeGreaterThan(10);
    expect([...new Set(ofTrail.map(({ properties }) => properties.LogGroupName))]).toEqual([TRAIL_GROUP]);
  });

  it('keeps its rules, its archives and the rules over findings', () => {
    const [pack] = land.of('AWS::Config::ConformancePack');
    expect(pack?.dependsOn).toEqual([]);
    expect(land.of('AWS::S3::Bucket')).toHaveLength(7);
    expect(land.of('AWS::Events::Rule').map(({ logicalId }) => logicalId)).toEqual(
      expect.arrayContaining([expect.stringMatching(/ThreatFinding/), expect.stringMatching(/CriticalControlFailed/)]),
    );
  });
});

describe('an environment with a certificate of its own', () => {
  it('listens with it, and makes neither a certificate nor a record', () => {
    expect(countOf('AWS::CertificateManager::Certificate', 'AWS::Route53::RecordSet')).toEqual([]);
    expect(land.one<{ Certificates: unknown }>('AWS::ElasticLoadBalancingV2::Listener').properties.Certificates).toEqual([
      { CertificateArn: CERTIFICATE },
    ]);
  });
});

describe('an environment with a quota', () => {
  it('reserves for the records function and the audit exporter alone, and accepts no finding about them', () => {
    interface Reserving {
      readonly ReservedConcurrentExecutions?: number;
    }
    const functions = land.of<Reserving>('AWS::Lambda::Function').map(({ logicalId, properties, metadata }) => {
      const accepted = (metadata[ACCEPTED_FINDINGS_METADATA] ?? []) as { rule: string }[];
      return [
        logicalId.replace(/[0-9A-F]{8}$/, ''),
        properties.ReservedConcurrentExecutions,
        accepted.some(({ rule }) => rule === 'LambdaConcurrency'),
      ];
    });
    expect(functions.sort()).toEqual([
      ['AdministrationAdministerFunction', undefined, true],
      ['AuditExporterFunction', 1, false],
      ['ClocksFunction', undefined, true],
      ['CoordinationCoordinatorFunction', undefined, true],
      ['KeyRotationRotateFunction', undefined, true],
      ['MigrationsMigrateFunction', undefined, true],
      ['RecordsApiFunction', 20, false],
      ['RecordsCloseDefaultGroupFunction', undefined, true],
      ['SessionRevokerRevokeFunction', undefined, true],
      ['SignalsCountFunction', undefined, true],
      ['TokenKeysRefresherFunction', undefined, true],
    ]);
  });
});

describe('an environment that stops reads when its audit trail cannot be exported', () => {
  it('hands the hours over as text, which is how CloudFormation hands over numbers', () => {
    const { properties } = land.one<{ StopReadsAfterHours?: unknown }>('Custom::AuditSettings');
    expect(properties.StopReadsAfterHours).toBe('24');
  });

  it('hands over nothing where the file says nothing, so that the limit is taken away', () => {
    expect(landscapeOf('prod').one<{ StopReadsAfterHours?: unknown }>('Custom::AuditSettings').properties).not.toHaveProperty(
      'StopReadsAfterHours',
    );
  });
});

describe('an environment with a video product', () => {
  const writer = role(account, 'video-recorder');
  const verdict = (action: string, folder: string) =>
    decide(bucketPolicyOf(land, bucketFor(land, 'documents')), {
      by: writer,
      action,
      resource: `${land.arnOf(bucketFor(land, 'documents'))}/${folder}/1`,
      context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
    });

  it('leaves recordings to be written by its role, and nothing to be read', () => {
    expect(verdict('s3:PutObject', 'recordings')).toBe('silent');
    expect(verdict('s3:GetObject', 'recordings')).toBe('denied');
    expect(verdict('s3:PutObject', 'documents')).toBe('denied');
  });
});
