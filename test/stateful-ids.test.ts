import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENTS } from '../lib/config/select';
import type { TemplateResource } from './support/assembly';
import { ENVIRONMENT_NAMES, resourcesOf } from './support/assembly';

/**
 * What CloudFormation replaces a resource for: for each type that holds PHI, evidence or identity, the properties that
 * cannot change in place. A type without any is pinned by its logical id alone.
 */
const CREATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  'AWS::Backup::BackupVault': ['BackupVaultName', 'EncryptionKeyArn'],
  'AWS::CertificateManager::Certificate': ['DomainName', 'ValidationMethod'],
  'AWS::CloudTrail::Trail': ['TrailName'],
  'AWS::Cognito::UserPool': ['UsernameAttributes', 'UsernameConfiguration', 'AliasAttributes', 'Schema'],
  'AWS::Cognito::UserPoolClient': ['GenerateSecret', 'UserPoolId'],
  'AWS::Cognito::UserPoolGroup': ['GroupName'],
  'AWS::Config::ConfigurationRecorder': ['Name'],
  'AWS::Config::DeliveryChannel': ['Name'],
  'AWS::EC2::FlowLog': ['LogDestination', 'LogDestinationType', 'ResourceType', 'TrafficType'],
  'AWS::EC2::Subnet': ['AvailabilityZone', 'CidrBlock'],
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Name', 'Scheme', 'Type'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['Name', 'TargetType'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::KMS::Key': ['MultiRegion', 'KeySpec', 'KeyUsage'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::RDS::DBInstance': [
    'DBInstanceIdentifier', 'DBName', 'DBSubnetGroupName', 'KmsKeyId', 'StorageEncrypted', 'MasterUsername', 'Engine', 'MultiAZ',
    'AvailabilityZone', 'DBSnapshotIdentifier', 'PerformanceInsightsKMSKeyId',
  ],
  'AWS::RDS::DBParameterGroup': ['DBParameterGroupName', 'Family', 'Description'],
  'AWS::RDS::DBProxy': ['DBProxyName', 'EngineFamily', 'VpcSubnetIds'],
  'AWS::RDS::DBSubnetGroup': ['DBSubnetGroupName'],
  'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::WAFv2::WebACL': ['Name', 'Scope'],
};

type Pins = Record<string, Record<string, unknown>>;

/**
 * The committed list. Changing an entry means that CloudFormation deletes what it names and makes it anew, empty: say in the
 * commit why that is right, and how the content comes along.
 */
const PINNED_FILE = join(__dirname, 'stateful-ids.json');

/** Stack/logical id to create-only values, with what the configuration decides taken out. */
function pins(resources: readonly TemplateResource[]): Pins {
  const entries = resources
    .filter(({ Type }) => Type in CREATE_ONLY)
    .map((resource): [string, Record<string, unknown>] => [`${resource.stack}/${resource.logicalId} ${resource.Type}`, createOnlyValues(resource)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function createOnlyValues({ environment, Type, Properties }: TemplateResource): Record<string, unknown> {
  const values = Object.fromEntries((CREATE_ONLY[Type] ?? []).filter((name) => name in Properties).map((name) => [name, Properties[name] as unknown]));
  const { domainName, network, availabilityZones } = ENVIRONMENTS[environment];
  const neutral = availabilityZones
    .reduce((text, zone, index) => text.replaceAll(`"${zone}"`, `"zone ${index + 1}"`), JSON.stringify(values))
    .replaceAll(`"${domainName}"`, '"the API"')
    .replaceAll(`"${network.cidr.split('.').slice(0, 2).join('.')}.`, '"10.x.')
    .replaceAll(new RegExp(`\\b${environment}(?=[-A-Z_/])`, 'g'), 'ENV');
  return JSON.parse(neutral) as Record<string, unknown>;
}

const pinned = JSON.parse(readFileSync(PINNED_FILE, 'utf8')) as Pins;

test.each(ENVIRONMENT_NAMES)('no stateful resource of %s changes its logical id or a create-only value by accident', (environment) => {
  expect(pins(resourcesOf(environment))).toEqual(pinned);
});

test('notices a changed logical id, and a changed create-only value', () => {
  const [first, ...others] = resourcesOf('prod', 'AWS::S3::Bucket');
  if (!first) throw new Error('There is a bucket in prod.');
  expect(pins([{ ...first, logicalId: 'Renamed' }, ...others])).not.toEqual(pins([first, ...others]));
  expect(pins([{ ...first, Properties: { ...first.Properties, BucketName: 'fixed' } }])).not.toEqual(pins([first]));
});
