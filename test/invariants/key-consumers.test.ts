import type { Claim } from '../support/claims';
import { holds, judge, notices } from '../support/claims';
import { identityOf, may } from '../support/identities';
import type { KeyProperties } from '../support/keys';
import { faultsOfUse, keyAt } from '../support/keys';
import type { Landscape } from '../support/landscape';

const KEY = 'AWS::KMS::Key';
/** Where each type names its key or keys. */
const KEYED_BY: Readonly<Record<string, readonly string[]>> = {
  'AWS::Logs::LogGroup': ['KmsKeyId'],
  'AWS::SNS::Topic': ['KmsMasterKeyId'],
  'AWS::SQS::Queue': ['KmsMasterKeyId'],
  'AWS::CloudTrail::Trail': ['KMSKeyId'],
  'AWS::Config::DeliveryChannel': ['S3KmsKeyArn'],
  'AWS::Backup::BackupVault': ['EncryptionKeyArn'],
  'AWS::RDS::DBInstance': ['KmsKeyId', 'PerformanceInsightsKMSKeyId', 'MasterUserSecret'],
  'AWS::Lambda::Function': ['KmsKeyArn'],
};

const everythingIsKeyed: Claim = (land) =>
  Object.entries(KEYED_BY).flatMap(([type, properties]) =>
    judge(type, land.of<Record<string, unknown>>(type), (resource) =>
      properties.map((property) => {
        const value = resource.properties[property];
        const reference = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['KmsKeyId'] : value;
        const key = keyAt(land, reference);
        if (!key) return `${property} names no key of the templates`;
        return land.regionOf(key.stack) !== land.regionOf(resource.stack) && `${property} names a key of another Region`;
      }),
    ),
  );

const logGroupsAreEncrypted: Claim = (land) =>
  judge('log groups', land.of<{ KmsKeyId?: string }>('AWS::Logs::LogGroup'), (group) =>
    faultsOfUse(land, group.properties.KmsKeyId, {
      service: `logs.${land.regionOf(group.stack)}.amazonaws.com`,
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      context: { 'kms:EncryptionContext:aws:logs:arn': land.arnOf(group).replace(/:\*$/, '') },
    }),
  );

const trailIsEncrypted: Claim = (land) =>
  judge(
    'trails',
    land.of<{ KMSKeyId?: string; TrailName: string; S3BucketName: string }>('AWS::CloudTrail::Trail'),
    ({ stack, properties }) => {
      const arn = `arn:aws:cloudtrail:${land.regionOf(stack)}:${land.account}:trail/${properties.TrailName}`;
      const service = 'cloudtrail.amazonaws.com';
      return [
        ...faultsOfUse(land, properties.KMSKeyId, {
          service,
          actions: ['kms:GenerateDataKey'],
          context: { 'aws:SourceArn': arn, 'kms:EncryptionContext:aws:cloudtrail:arn': arn },
        }),
        // The bucket uses an S3 Bucket Key, which makes Decrypt mandatory.
        ...faultsOfUse(land, properties.KMSKeyId, {
          service,
          actions: ['kms:Decrypt', 'kms:DescribeKey'],
          context: { 'aws:SourceArn': arn },
        }),
        keyOfBucket(land, properties.S3BucketName) !== properties.KMSKeyId && 'its key is not the key of its bucket',
      ];
    },
  );

const flowLogsAreEncrypted: Claim = (land) =>
  judge('flow logs', land.of<{ LogDestination: string }>('AWS::EC2::FlowLog'), ({ properties }) =>
    faultsOfUse(land, keyOfBucket(land, properties.LogDestination), {
      service: 'delivery.logs.amazonaws.com',
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      context: { 'aws:SourceAccount': land.account },
    }),
  );

const configIsEncrypted: Claim = (land) =>
  judge('delivery channels', land.of<{ S3KmsKeyArn?: string; S3BucketName: string }>('AWS::Config::DeliveryChannel'), ({ properties }) => [
    ...faultsOfUse(land, properties.S3KmsKeyArn, {
      service: 'config.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      context: { 'aws:SourceAccount': land.account },
    }),
    keyOfBucket(land, properties.S3BucketName) !== properties.S3KmsKeyArn && 'its key is not the key of its bucket',
  ]);

const alarmsReachTopics: Claim = (land) =>
  judge('alarms', land.of<{ AlarmActions?: readonly string[] }>('AWS::CloudWatch::Alarm'), ({ properties }) =>
    (properties.AlarmActions ?? []).flatMap((topic) =>
      faultsOfUse(land, land.at<{ KmsMasterKeyId?: string }>(topic, 'AWS::SNS::Topic')?.properties.KmsMasterKeyId, {
        service: 'cloudwatch.amazonaws.com',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        context: { 'aws:SourceAccount': land.account },
      }),
    ),
  );

interface RuleTargets {
  readonly Targets: readonly { readonly DeadLetterConfig?: { readonly Arn: string } }[];
}

const rulesReachQueues: Claim = (land) =>
  judge('rules', land.of<RuleTargets>('AWS::Events::Rule'), (rule) =>
    rule.properties.Targets.flatMap(({ DeadLetterConfig }) =>
      faultsOfUse(land, land.at<{ KmsMasterKeyId?: string }>(DeadLetterConfig?.Arn, 'AWS::SQS::Queue')?.properties.KmsMasterKeyId, {
        service: 'events.amazonaws.com',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        context: { 'aws:SourceAccount': land.account },
      }),
    ),
  );

interface FunctionKeys {
  readonly KmsKeyArn: string;
  readonly Role: string;
  readonly DeadLetterConfig?: { readonly TargetArn: string };
}

const functionsUseTheirKeys: Claim = (land) =>
  judge('functions', land.of<FunctionKeys>('AWS::Lambda::Function'), ({ properties }) => {
    const identity = identityOf(land, properties.Role);
    const letters = land.at<{ KmsMasterKeyId: string }>(properties.DeadLetterConfig?.TargetArn, 'AWS::SQS::Queue');
    return [
      !may(land, identity, { action: 'kms:Decrypt', resource: properties.KmsKeyArn }) && 'its role cannot decrypt its environment',
      letters &&
        !may(land, identity, { action: 'sqs:SendMessage', resource: land.arnOf(letters) }) &&
        'its role cannot write to its dead-letter queue',
      letters &&
        ['kms:GenerateDataKey', 'kms:Decrypt'].some(
          (action) => !may(land, identity, { action, resource: letters.properties.KmsMasterKeyId }),
        ) &&
        'its role cannot use the key of its dead-letter queue',
    ];
  });

function keyOfBucket(land: Landscape, bucket: string): string | undefined {
  interface Encrypted {
    readonly BucketEncryption: {
      readonly ServerSideEncryptionConfiguration: readonly {
        readonly ServerSideEncryptionByDefault: { readonly KMSMasterKeyID?: string };
      }[];
    };
  }
  const [rule] = land.at<Encrypted>(bucket, 'AWS::S3::Bucket')?.properties.BucketEncryption.ServerSideEncryptionConfiguration ?? [];
  return rule?.ServerSideEncryptionByDefault.KMSMasterKeyID;
}

describe('whatever is under a customer key', () => {
  holds('names a key of the templates, in its own Region', everythingIsKeyed);
  holds('can be written by CloudWatch Logs, for this account only', logGroupsAreEncrypted);
  holds('can be written by CloudTrail, for this trail only', trailIsEncrypted);
  holds('can be written by flow logs, for this account only', flowLogsAreEncrypted);
  holds('can be written by AWS Config, for this account only', configIsEncrypted);
  holds('can be published to by alarms of this account only', alarmsReachTopics);
  holds('can receive undelivered events of this account only', rulesReachQueues);
  holds('can be used by the function that it belongs to', functionsUseTheirKeys);

  notices(
    'a log group under no key',
    everythingIsKeyed,
    (draft) => draft.unset('AWS::Logs::LogGroup', 'AuditTrailEvents', ['KmsKeyId']),
    /^Trail\/AuditTrailEvents\w+: KmsKeyId names no key/,
  );
  notices(
    'a topic under the key of AWS',
    everythingIsKeyed,
    (draft) => draft.set('AWS::SNS::Topic', 'Privacy', ['KmsMasterKeyId'], 'alias/aws/sns'),
    /^Detection\/PrivacyTopic\w+: KmsMasterKeyId names no key/,
  );
  for (const [what, claim, key, sid, finding] of [
    ['CloudWatch Logs', logGroupsAreEncrypted, 'KeysLogs', 'CloudWatchLogsEncryptsGroups', /does not allow kms:Encrypt to logs\./],
    [
      'CloudTrail, once the bucket has a key of its own,',
      trailIsEncrypted,
      'KeysTrail',
      'CloudTrailReadsBucketKey',
      /does not allow kms:Decrypt to cloudtrail/,
    ],
    [
      'flow logs',
      flowLogsAreEncrypted,
      'KeysTrail',
      'LogDeliveryEncryptsFlowLogs',
      /^Network\/RecordsVpcFlowLog\w+: .*does not allow kms:GenerateDataKey to delivery\.logs/,
    ],
    ['AWS Config', configIsEncrypted, 'KeysAudit', 'ConfigEncryptsSnapshots', /does not allow kms:GenerateDataKey to config/],
    [
      'alarms',
      alarmsReachTopics,
      'KeysMessaging',
      'AlarmsPublish',
      /^Detection\/TrailRootUse\w+: .*does not allow kms:Decrypt to cloudwatch/,
    ],
    ['undelivered events', rulesReachQueues, 'KeysMessaging', 'EventBridgeSendsToQueues', /does not allow kms:Decrypt to events/],
  ] as const) {
    notices(
      `a key that forgot ${what}`,
      claim,
      (draft) =>
        draft.edit<KeyProperties>(KEY, key, ({ KeyPolicy }) => {
          KeyPolicy.Statement = KeyPolicy.Statement.filter((statement) => statement.Sid !== sid);
        }),
      finding,
    );
  }
  notices(
    'a trail key that serves trails of any account',
    trailIsEncrypted,
    (draft) =>
      draft.edit<KeyProperties>(KEY, 'KeysTrail', ({ KeyPolicy }) => {
        for (const statement of KeyPolicy.Statement.filter((candidate) => candidate.Sid === 'CloudTrailReadsBucketKey'))
          delete statement.Condition;
      }),
    /allows kms:Decrypt to cloudtrail\.amazonaws\.com for any account/,
  );
  notices(
    'a function that cannot read its environment',
    functionsUseTheirKeys,
    (draft) =>
      draft.edit<{ PolicyDocument: KeyProperties['KeyPolicy'] }>('AWS::IAM::ManagedPolicy', 'RecordsApiExecution', ({ PolicyDocument }) => {
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Action }) => Action !== 'kms:Decrypt');
      }),
    /^Api\/RecordsApiFunction\w+: its role cannot decrypt/,
  );
});
