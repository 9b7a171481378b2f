import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../lib/compliance/assembly';
import type { Check } from '../../lib/compliance/check';
import type { FieldAccess } from '../../lib/compliance/field-access';
import { expectEqual, judgeTypes } from '../../lib/compliance/judge';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import { runChecks } from '../../lib/compliance/run-checks';
import { CannotTell } from '../../lib/compliance/verdict';
import { gather, type EvidenceInput, type Provenance } from '../../lib/evidence/gather';
import { packOf } from '../../lib/evidence/pack';
import type { PackFile } from '../../lib/evidence/pack-file';

/** What a spreadsheet, a browser and a terminal would each do something with. */
export const HOSTILE = `=1+1,"<img src=x onerror=alert(1)>'&\u202e\r\n@`;

/** Reason of the exception on the bucket `Logs`. */
export const BECAUSE = 'Nothing is ever written over in this bucket, and its logs are a second copy.';

const ACCEPTED = {
  owner: 'platform engineering', approver: 'security officer', approvedOn: '2026-01-01', expiresOn: '2027-01-01', because: BECAUSE,
};

const bucket = (dataClass: string, status: string, more: object = {}): object => ({
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    ],
  },
  VersioningConfiguration: { Status: status },
  Tags: [{ Key: 'DataClass', Value: dataClass }],
  ...more,
});

/** Resources of the stack `prod-Small`. */
const RESOURCES = {
  Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
  Records: {
    Type: 'AWS::S3::Bucket',
    Properties: bucket('phi', 'Enabled', { LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' } } }),
    Metadata: { 'aws:cdk:path': 'prod/Small/Records/Resource' },
  },
  Logs: {
    Type: 'AWS::S3::Bucket',
    Properties: bucket('audit', 'Suspended', { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } }),
    Metadata: {
      'aws:cdk:path': 'prod/Small/Logs/Resource',
      AcceptedFindings: [
        {
          ...ACCEPTED, rule: 'strength/buckets-keep-versions', property: 'VersioningConfiguration.Status', citation: '164.312(c)(1)',
          insteadWe: 'look by deploy/nothing-is-there',
        },
        { ...ACCEPTED, because: `${BECAUSE} Twice.`, rule: 'S3BucketReplicationEnabled', citation: '164.308(a)(7)(ii)(A)', insteadWe: 'keep a copy' },
      ],
    },
  },
  Open: { Type: 'AWS::S3::Bucket', Properties: bucket(HOSTILE, HOSTILE), Metadata: { 'aws:cdk:path': 'prod/Small/Open/Resource' } },
  Lines: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'lines', RetentionInDays: 2192, KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  Filter: {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: 'Lines' }, FilterPattern: '{ $.event = "refused" }',
      MetricTransformations: [{ MetricName: 'Refused', MetricNamespace: 'Small', MetricValue: '1' }],
    },
  },
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmActions: [{ Ref: 'Topic' }], AlarmDescription: 'Refused. Evidence for 164.312(b). What to do: docs/runbook.md, Refused.',
      ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, MetricName: 'Refused', Namespace: 'Small', Period: 60, Statistic: 'Sum', Threshold: 3,
    },
  },
  Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { SecurityGroupIngress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }] },
  },
  Plan: {
    Type: 'AWS::Backup::BackupPlan',
    Properties: {
      BackupPlan: { BackupPlanName: 'plan', BackupPlanRule: [{ RuleName: 'Daily', TargetBackupVault: { Ref: 'Vault' }, Lifecycle: { DeleteAfterDays: 35 } }] },
    },
  },
  Vault: { Type: 'AWS::Backup::BackupVault', Properties: { BackupVaultName: 'vault', EncryptionKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  Selection: {
    Type: 'AWS::Backup::BackupSelection',
    Properties: { BackupPlanId: { Ref: 'Plan' }, BackupSelection: { SelectionName: 's', Resources: [{ 'Fn::GetAtt': ['Records', 'Arn'] }] } },
  },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::111122223333:root' },
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
          },
        ],
      },
      Policies: [
        { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Records', 'Arn'] }, '/*']] } }] } },
      ],
    },
  },
};

const REPLICATION = 'HIPAA.Security-S3BucketReplicationEnabled';
const VERDICTS = [
  { rule: 'HIPAA.Security-S3BucketVersioningEnabled', path: 'prod/Small/Records/Resource', verdict: 'Compliant', citations: ['164.312(c)(1)'] },
  { rule: REPLICATION, path: 'prod/Small/Logs/Resource', verdict: 'Non-Compliant', citations: ['164.308(a)(7)(ii)(A)'] },
  { rule: REPLICATION, path: 'prod/Small/Open/Resource', verdict: 'Error', citations: ['164.308(a)(7)(ii)(A)', '164.999(z)'] },
  { rule: REPLICATION, path: 'dev/Small/Other/Resource', verdict: 'Non-Compliant', citations: ['164.308(a)(7)(ii)(A)'] },
];

const trace = (root: string, line: number): string => `...new Bucket2 in aws-cdk-lib...\nnew SecureBucket (${root}/lib/shared/secure-bucket.ts:${line}:20)\n<anonymous> (${root}/bin/app.ts:11:81)`;

/** Checks whose answers on the small assembly are known. */
export const SMALL_CHECKS: readonly Check[] = [
  {
    id: 'strength/buckets-keep-versions', claim: 'every bucket keeps versions', citations: ['164.312(c)(1)'], severity: 'error',
    evaluate: (environment) =>
      judgeTypes(environment, ['AWS::S3::Bucket'], '164.312(c)(1)', (each) => expectEqual(each, 'VersioningConfiguration.Status', 'Enabled')),
  },
  {
    id: 'deploy/nothing-is-there', claim: 'queues are kept', citations: ['164.312(d)'], severity: 'error',
    evaluate: (environment) => judgeTypes(environment, ['AWS::SQS::Queue'], '164.312(d)', () => []),
  },
  {
    id: 'access/nobody-knows', claim: 'all is well', citations: ['164.312(a)(1)'], severity: 'error',
    evaluate: () => {
      throw new CannotTell('a parameter decides');
    },
  },
  {
    id: 'access/keys-turn', claim: 'keys are rotated', citations: ['164.312(a)(2)(iv)'], severity: 'error',
    evaluate: (environment) => judgeTypes(environment, ['AWS::KMS::Key'], '164.312(a)(2)(iv)', (key) => expectEqual(key, 'EnableKeyRotation', true)),
  },
];

/** Provenance that does not depend on who asks. */
export const PROVENANCE: Provenance = {
  project: 'small', generatedAt: '2026-06-01T00:00:00.000Z', commit: 'c0ffee', isDirty: false, command: 'npm run evidence -- --env prod', tools: { node: '0' },
};

/** What two roles may do with one field. */
export const SMALL_FIELD_ACCESS: readonly FieldAccess[] = [
  { resource: 'patient', field: 'ssn', dataClass: 'identity', stored: 'encrypted', role: 'clinician', read: false, write: ['creation'], search: true },
  { resource: 'patient', field: 'ssn', dataClass: 'identity', stored: 'encrypted', role: 'billing', read: false, write: [], search: false },
];

/** Writes the small assembly below a new folder; `remove` takes it away. */
export function smallAssembly(): { readonly folder: string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'evidence-'));
  const folder = join(root, 'cdk.out');
  mkdirSync(join(folder, 'assembly-prod'), { recursive: true });
  const write = (path: string, value: unknown): void => writeFileSync(join(folder, path), JSON.stringify(value));
  write('manifest.json', { artifacts: { 'assembly-prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-prod' } } } });
  write('assembly-prod/manifest.json', {
    artifacts: { prodSmall: { type: 'aws:cloudformation:stack', environment: 'aws://111122223333/us-east-1', properties: { templateFile: 't.json', stackName: 'prod-Small' } } },
  });
  write('assembly-prod/t.json', { Resources: RESOURCES });
  write('nag-rows.json', VERDICTS);
  write('validation-report.json', {
    pluginReports: [
      {
        pluginName: 'HIPAA.Security',
        violations: [{ ruleName: REPLICATION, violatingConstructs: [{ constructPath: 'prod/Small/Open/Resource', stackTraces: [trace(root, 51)] }] }],
        suppressedViolations: [
          {
            ruleName: REPLICATION, reason: 'r', acknowledgedStackTrace: trace(root, 127),
            violatingConstructs: [{ constructPath: 'prod/Small/Logs/Resource', stackTraces: [trace(root, 51)] }],
          },
        ],
      },
      {
        pluginName: 'Baseline',
        suppressedViolations: [{ ruleName: 'strength/buckets-keep-versions', reason: 'r', violatingConstructs: [{ constructPath: 'prod/Small/Logs/Resource' }] }],
      },
    ],
  });
  return { folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** What a pack of the small assembly is made from. */
export function smallInput(provenance: Partial<Provenance> = {}): EvidenceInput {
  const { folder, remove } = smallAssembly();
  try {
    const full = { ...PROVENANCE, ...provenance };
    const [model] = readEnvironmentModels([folder]);
    if (!model) throw new Error('The small assembly has an environment.');
    return gather(readAssembly(folder), model, runChecks(model, SMALL_CHECKS, full.generatedAt.slice(0, 10)), SMALL_FIELD_ACCESS, full);
  } finally {
    remove();
  }
}

/** A pack of the small assembly, by path. */
export function smallPack(provenance: Partial<Provenance> = {}): ReadonlyMap<string, PackFile> {
  return new Map(packOf(smallInput(provenance)).files.map((file) => [file.path, file]));
}

/** A file of JSON of a pack, parsed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test states the shape it relies on by reading it
export function parsed(pack: ReadonlyMap<string, PackFile>, path: string): any {
  const file = pack.get(path);
  if (!file) throw new Error(`The pack holds no ${path}.`);
  return JSON.parse(file.text);
}
