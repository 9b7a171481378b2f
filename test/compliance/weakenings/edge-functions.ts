import type { Weakening } from '../../support/weakening';
import { addedResource } from '../../support/added-resource';
import { referenceTo, WeakeningRows } from '../../support/weakening-rows';

const CONTAINED = 'strength/functions-are-contained';
const CODE = 'strength/functions-run-known-code';
const OURS = 'strength/functions-work-with-ours';
const NAMED = 'strength/functions-are-called-by-name';

const records = new WeakeningRows('AWS::Lambda::Function', 'RecordsApi', 'the records function');
const exporter = new WeakeningRows('AWS::Lambda::Function', 'AuditExporter', 'the audit exporter');
const refresher = new WeakeningRows('AWS::Lambda::Function', 'TokenKeys', 'the refresher of token keys');
const rotator = new WeakeningRows('AWS::Lambda::Function', 'KeyRotation', 'the rotation of data keys');
const migration = new WeakeningRows('AWS::Lambda::Function', 'Migrations', 'the migration');
const permission = new WeakeningRows('AWS::Lambda::Permission', 'RecordsApi', 'the permission of the load balancer');
const schedule = new WeakeningRows('AWS::Lambda::Permission', 'AuditSchedule', 'the permission of the schedule');

const signals = new WeakeningRows('AWS::Lambda::Function', 'SignalsCount', 'the audit signals');
const clocks = new WeakeningRows('AWS::Lambda::Function', 'ClocksFunction', 'the clocks of incidents');
const guardian = new WeakeningRows('AWS::Lambda::Function', 'Guardian', 'the trail guardian');

/** A guardian that is told another text of the trail than the template has. */
const misled = (what: string, from: string, to: string): Weakening =>
  guardian.edit(`that is told of ${what}`, ['Environment.Variables.EXPECTED_TRAIL'], (properties) => {
    const { Variables } = properties['Environment'] as { Variables: Record<string, unknown> };
    const told = JSON.stringify(Variables['EXPECTED_TRAIL']).replace(from, to);
    if (told === JSON.stringify(Variables['EXPECTED_TRAIL'])) throw new Error(`The guardian is not told of ${from}.`);
    Variables['EXPECTED_TRAIL'] = JSON.parse(told);
  }, 'strength/guardians-know-the-trail');
const variable = (rows: WeakeningRows, name: string, value: unknown): Weakening => rows.set(`Environment.Variables.${name}`, value, OURS);
const OTHER_KEY = 'arn:aws:kms:us-east-1:444455556666:key/11111111-2222-3333-4444-555555555555';
const retagged = (rows: WeakeningRows, value: string, covers: readonly string[] = []): Weakening =>
  rows.edit(`tagged ${value}`, covers, (properties) => Object.assign(properties, { Tags: [{ Key: 'DataClass', Value: value }] }), CONTAINED);

/** The functions: who calls them, what they run, with what they work, and where. */
export const FUNCTION_ROWS: readonly Weakening[] = [
  records.set('Runtime', 'nodejs18.x', CONTAINED),
  records.drop('KmsKeyArn', CONTAINED),
  exporter.set('KmsKeyArn', OTHER_KEY, CONTAINED),
  records.drop('LoggingConfig.LogGroup', CONTAINED),
  exporter.set('LoggingConfig.LogGroup', '/aws/lambda/somewhere', CONTAINED),
  records.add('LoggingConfig.ApplicationLogLevel', 'FATAL', CONTAINED),
  records.edit('under the role of another function', ['Role'], (properties) => Object.assign(properties, { Role: { 'Fn::GetAtt': ['AuditExporterExecutionRoleE11EDE38', 'Arn'] } }), CONTAINED),
  refresher.set('Role', 'arn:aws:iam::111122223333:role/anything', CONTAINED),
  exporter.drop('DeadLetterConfig.TargetArn', CONTAINED),
  rotator.set('DeadLetterConfig.TargetArn', 'arn:aws:sqs:us-east-1:444455556666:elsewhere', CONTAINED),
  exporter.add('ReservedConcurrentExecutions', 0, CONTAINED),
  retagged(records, 'none', ['Tags']),
  retagged(exporter, 'operational'),
  retagged(refresher, 'whatever'),
  records.edit('outside the network', [], (properties) => void delete properties['VpcConfig'], CONTAINED),
  exporter.edit('outside the network', [], (properties) => void delete properties['VpcConfig'], CONTAINED),
  records.set('VpcConfig.SecurityGroupIds.0', 'sg-0123456789abcdef0', CONTAINED),
  records.set('VpcConfig.SubnetIds.0', 'subnet-0123456789abcdef0', CONTAINED),
  records.drop('VpcConfig.SubnetIds.1', 'strength/tiers-span-zones'),

  records.set('Code.S3Bucket', 'somebody-elses-bucket', CODE),
  records.set('Code.S3Key', 'latest.zip', CODE),
  migration.edit('with code in the template', [], (properties) => Object.assign(properties, { Code: { ZipFile: 'exports.handler = () => {}' } }), CODE),
  records.add('Layers', ['arn:aws:lambda:us-east-1:444455556666:layer:monitoring:7'], CODE),
  ...['NODE_OPTIONS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'AWS_ENDPOINT_URL_KMS', 'https_proxy'].map((name) => records.add(`Environment.Variables.${name}`, '0', CODE)),
  records.add('FileSystemConfigs', [{ Arn: 'arn:aws:elasticfilesystem:us-east-1:444455556666:access-point/fsap-0', LocalMountPath: '/mnt/theirs' }], CODE),
  records.add('RuntimeManagementConfig', { UpdateRuntimeOn: 'Manual', RuntimeVersionArn: 'arn:aws:lambda:us-east-1::runtime:0' }, CODE),

  variable(records, 'USER_POOL_ID', 'us-east-1_Elsewhere'),
  variable(refresher, 'USER_POOL_ID', 'us-east-1_Elsewhere'),
  variable(records, 'USER_POOL_CLIENT_ID', 'some-other-client'),
  variable(records, 'JWKS_PARAMETER_NAME', '/elsewhere/jwks'),
  variable(records, 'DATABASE_HOST', 'database.example.org'),
  variable(exporter, 'DATABASE_HOST', 'database.example.org'),
  variable(records, 'DATABASE_USER', 'postgres'),
  variable(guardian, 'RESTARTS_PARAMETER_NAME', '/elsewhere/restarts'),
  guardian.set('Environment.Variables.RECOVERY_REGION', 'eu-north-1', 'strength/guardians-know-the-trail'),
  misled('unvalidated files', '\\"isValidated\\":true', '\\"isValidated\\":false'),
  misled('one Region', '\\"isMultiRegion\\":true', '\\"isMultiRegion\\":false'),
  misled('another prefix', '\\"prefix\\":\\"cloudtrail\\"', '\\"prefix\\":\\"elsewhere\\"'),
  misled('management events that are left out', '[\\"Management\\"]', '[\\"Data\\"]'),
  misled('one insight', '\\"ApiCallRateInsight\\",', ''),
  misled('another name', '-audit-trail', '-another-trail'),
  guardian.edit('that is told of no trail', [], (properties) => void delete (properties['Environment'] as { Variables: Record<string, unknown> }).Variables['EXPECTED_TRAIL'], 'presence/a-verification-of-the-trail'),
  variable(records, 'ENVIRONMENT_NAME', 'dev'),
  variable(records, 'FIELD_KEY_ARN', OTHER_KEY),
  variable(rotator, 'FIELD_KEY_ARN', OTHER_KEY),
  variable(records, 'MRN_INDEX_KEY_ARN', OTHER_KEY),
  variable(records, 'INSURANCE_ID_INDEX_KEY_ARN', OTHER_KEY),
  records.edit('with one key for two indexes', ['Environment.Variables.SSN_INDEX_KEY_ARN'], (properties) => {
    const variables = (properties['Environment'] as { Variables: Record<string, unknown> }).Variables;
    variables['SSN_INDEX_KEY_ARN'] = variables['MRN_INDEX_KEY_ARN'];
  }, OURS),
  variable(signals, 'EVENT_BUS_NAME', 'ours'),
  variable(signals, 'DATABASE_HOST', 'database.example.org'),
  retagged(signals, 'operational'),
  variable(records, 'DOCUMENT_BUCKET_NAME', 'somebody-elses-bucket'),
  variable(exporter, 'AUDIT_BUCKET_NAME', 'somebody-elses-bucket'),
  variable(exporter, 'SIGNING_KEY_ARN', OTHER_KEY),
  variable(clocks, 'EVIDENCE_BUCKET_NAME', 'somebody-elses-bucket'),
  variable(clocks, 'PRIVACY_TOPIC_ARN', 'arn:aws:sns:us-east-1:444455556666:elsewhere'),
  variable(clocks, 'SECURITY_TOPIC_ARN', referenceTo('AWS::SNS::Topic', 'Heartbeat')),
  clocks.edit('that tell one officer twice', [], (properties) => {
    const { Variables } = properties['Environment'] as { Variables: Record<string, unknown> };
    Variables['PRIVACY_TOPIC_ARN'] = Variables['SECURITY_TOPIC_ARN'];
  }, OURS),
  variable(migration, 'MASTER_SECRET_ARN', 'arn:aws:secretsmanager:us-east-1:444455556666:secret:other'),

  permission.set('Principal', '*', NAMED),
  permission.set('Principal', 'apigateway.amazonaws.com', NAMED, 'of API Gateway'),
  permission.set('SourceArn', 'arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/*', NAMED),
  schedule.drop('SourceArn', NAMED),
  permission.set('Action', 'lambda:*', NAMED),
  permission.set('FunctionName', 'arn:aws:lambda:us-east-1:444455556666:function:other', NAMED),
  permission.set('SourceAccount', '444455556666', 'liveness/targets-may-be-invoked'),
  permission.gone('liveness/targets-may-be-invoked'),
  schedule.gone('liveness/rules-arrive'),
  addedResource('a function with an address of its own', 'Api', {
    Type: 'AWS::Lambda::Url',
    Properties: { AuthType: 'NONE', TargetFunctionArn: { 'Fn::GetAtt': ['RecordsApiFunctionFB8CC33E', 'Arn'] } },
  }, NAMED),
  addedResource('results that go to another account', 'Api', {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'AuditExporterFunctionC37731C8' }, Qualifier: '$LATEST', DestinationConfig: { OnSuccess: { Destination: 'arn:aws:sqs:us-east-1:444455556666:theirs' } } },
  }, 'strength/results-stay-with-us'),
  addedResource('an API beside the load balancer', 'Api', { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'second', ProtocolType: 'HTTP' } }, 'strength/there-is-one-way-in'),
  addedResource('a permission for another account', 'Api', {
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': ['RecordsApiFunctionFB8CC33E', 'Arn'] }, Principal: '444455556666' },
  }, NAMED),
];
