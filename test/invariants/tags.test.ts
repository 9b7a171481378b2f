import { DATA_CLASS_TAG } from '../../lib/shared/data-class';
import type { Claim } from '../support/claims';
import { holds, judge, notices, unlike } from '../support/claims';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Every type that stores data or carries it, with the property that holds its tags. */
const STORES_AND_CHANNELS: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'BackupVaultTags',
  'AWS::CloudTrail::Trail': 'Tags',
  'AWS::Cognito::UserPool': 'UserPoolTags',
  'AWS::EC2::FlowLog': 'Tags',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Tags',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Tags',
  'AWS::KMS::Key': 'Tags',
  'AWS::Lambda::Function': 'Tags',
  'AWS::Logs::LogGroup': 'Tags',
  'AWS::RDS::DBInstance': 'Tags',
  'AWS::RDS::DBProxy': 'Tags',
  'AWS::S3::Bucket': 'Tags',
  'AWS::SNS::Topic': 'Tags',
  'AWS::SQS::Queue': 'Tags',
  'AWS::SSM::Parameter': 'Tags',
  'AWS::StepFunctions::StateMachine': 'Tags',
  'AWS::WAFv2::WebACL': 'Tags',
};

/** Types that hold data elsewhere: one that appears here without a row above is a store that nobody classified. */
const OTHER_STORES = [
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::EFS::FileSystem',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::Kinesis::Stream',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::RDS::DBCluster',
  'AWS::SecretsManager::Secret',
  'AWS::EC2::Volume',
];

/** Stores of PHI by the beginning of their names: what is tagged less would be handled as less. */
const PHI = [
  'Data/DatabaseInstance',
  'Data/Documents',
  'Data/Proxy',
  'Api/RecordsApiFunction',
  'Api/EdgeLoadBalancer',
  'Identity/Users',
  'Foundation/KeysRecords',
  'Foundation/KeysBackup',
  'Recovery/',
];

function tagsOf(properties: Readonly<Record<string, unknown>>, property: string): ReadonlyMap<string, string> {
  const tags = (properties[property] ?? {}) as readonly Tag[] | Readonly<Record<string, string>>;
  return new Map(
    Array.isArray(tags)
      ? (tags as readonly Tag[]).map(({ Key, Value }) => [Key, Value])
      : Object.entries(tags as Readonly<Record<string, string>>),
  );
}

const everyStoreIsClassified: Claim = (land) =>
  Object.entries(STORES_AND_CHANNELS).flatMap(([type, property]) =>
    judge(type, land.of<Record<string, unknown>>(type), ({ properties }) => {
      const tags = tagsOf(properties, property);
      return [
        unlike('its environment', tags.get('Environment'), land.config.name),
        !['phi', 'audit', 'operational', 'none'].includes(tags.get(DATA_CLASS_TAG) ?? '') &&
          `its data class is ${tags.get(DATA_CLASS_TAG)}`,
      ];
    }),
  );

const noOtherStore: Claim = (land) =>
  land.all
    .filter(({ type }) => OTHER_STORES.includes(type))
    .map(({ name, type }) => `${name}: is a ${type}, which has no row in this test`);

const phiIsCalledPhi: Claim = (land) =>
  PHI.flatMap((prefix) => {
    const stores = land.all.filter(
      ({ name, type }) => name.startsWith(prefix) && (STORES_AND_CHANNELS[type] ?? '') !== '' && type !== 'AWS::Logs::LogGroup',
    );
    return judge(prefix, stores, ({ type, properties }) => [
      unlike('its data class', tagsOf(properties, STORES_AND_CHANNELS[type] ?? '').get(DATA_CLASS_TAG), 'phi'),
    ]);
  });

describe('every store and channel', () => {
  holds('says what it holds and which environment it is of', everyStoreIsClassified);
  holds('is of a type that has a row here', noOtherStore);
  holds('of PHI is called so', phiIsCalledPhi);

  notices(
    'a queue that nobody classified',
    everyStoreIsClassified,
    (draft) => draft.set('AWS::SQS::Queue', 'EventsUndelivered', ['Tags'], [{ Key: 'Environment', Value: 'prod' }]),
    /^Detection\/EventsUndelivered\w+: its data class is undefined/,
  );
  notices(
    'a bucket of another environment',
    everyStoreIsClassified,
    (draft) => draft.set('AWS::S3::Bucket', 'Documents', ['Tags'], [{ Key: 'DataClass', Value: 'phi' }]),
    /^Data\/Documents\w+: its environment is absent/,
  );
  notices(
    'a table that nobody thought of',
    noOtherStore,
    (draft) => draft.add('Data', 'Sessions', 'AWS::DynamoDB::Table', {}),
    /^Data\/Sessions: is a AWS::DynamoDB::Table/,
  );
  notices(
    'documents that are called operational',
    phiIsCalledPhi,
    (draft) => draft.set('AWS::S3::Bucket', 'Documents', ['Tags', 0, 'Value'], 'operational'),
    /^Data\/Documents\w+: its data class is "operational"/,
  );
});
