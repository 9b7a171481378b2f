import { environmentOf, type TinyResources } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const allow = (Service: string, Action: unknown, Condition: object = {}) => ({
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action, Resource: '*', Condition }],
});

describe('liveness/logs-reach-buckets', () => {
  const CHECK = 'liveness/logs-reach-buckets';
  const flowLogs = (PolicyDocument: object, destination = '${Archive.Arn}/flows/'): TinyResources => ({
    Archive: { Type: 'AWS::S3::Bucket' },
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Archive' }, PolicyDocument } },
    Log: { Type: 'AWS::EC2::FlowLog', Properties: { LogDestinationType: 's3', LogDestination: { 'Fn::Sub': destination } } },
  });
  const WRITING = ['s3:PutObject', 's3:GetBucketAcl'];

  it('has nothing to say where nothing is delivered', () => {
    expect(judge(environmentOf({ Bucket: { Type: 'AWS::S3::Bucket' } }), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
  });

  it.each([
    ['lets it', allow('delivery.logs.amazonaws.com', WRITING), 'met'],
    [
      'lets it for this account',
      allow('delivery.logs.amazonaws.com', WRITING, { StringEquals: { 'aws:SourceAccount': '111122223333' } }),
      'met',
    ],
    [
      'lets it for another account',
      allow('delivery.logs.amazonaws.com', WRITING, { StringEquals: { 'aws:SourceAccount': '999999999999' } }),
      'unmet',
    ],
    ['lets somebody else', allow('cloudtrail.amazonaws.com', WRITING), 'unmet'],
    ['lets it read', allow('delivery.logs.amazonaws.com', 's3:GetBucketAcl'), 'unmet'],
    [
      'has a condition of a kind unknown here',
      allow('delivery.logs.amazonaws.com', WRITING, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
      'cannotTell',
    ],
  ])('judges flow logs to a bucket that %s: %3$s', (_, document, state) => {
    expect(judge(environmentOf(flowLogs(document)), CHECK).verdict).toMatchObject({ state });
  });

  it('writes below the account where partitions are named as Hive names them', () => {
    const document = (Resource: unknown) => ({
      Statement: [{ Effect: 'Allow', Principal: { Service: 'delivery.logs.amazonaws.com' }, Action: WRITING, Resource }],
    });
    const judged = (folder: string) => {
      const { Log, ...rest } = flowLogs(
        document([{ 'Fn::Sub': '${Archive.Arn}' }, { 'Fn::Sub': `\${Archive.Arn}/flows/AWSLogs/${folder}/*` }]),
      );
      const Properties = { ...Log?.Properties, DestinationOptions: { HiveCompatiblePartitions: 'true' } };
      return judge(environmentOf({ ...rest, Log: { Type: 'AWS::EC2::FlowLog', Properties } }), CHECK).verdict.state;
    };
    expect([judged('aws-account-id=111122223333'), judged('111122223333')]).toEqual(['met', 'unmet']);
  });

  it('finds a bucket in another Region, which takes no access logs', () => {
    const Properties = { LoggingConfiguration: { DestinationBucketName: 'far-logs' } };
    const far = (region: string) => {
      const Policy = {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: 'far-logs', PolicyDocument: allow('logging.s3.amazonaws.com', 's3:PutObject') },
      };
      return { [region]: { Logs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'far-logs' } }, Policy } };
    };
    const source = { Source: { Type: 'AWS::S3::Bucket', Properties } };
    expect(judge(environmentOf({ ...source, ...far('us-east-1')['us-east-1'] }), CHECK).verdict).toMatchObject({ state: 'met' });
    expect(judge(environmentOf(source, far('us-west-2')), CHECK).findings).toMatchObject([{ value: 'us-west-2' }]);
  });

  it('cannot tell whom a key of no template lets in', () => {
    const { Archive, ...rest } = flowLogs(allow('delivery.logs.amazonaws.com', WRITING));
    const encryption = { ServerSideEncryptionByDefault: { KMSMasterKeyID: 'arn:aws:kms:us-east-1:111122223333:key/elsewhere' } };
    const Properties = { ...Archive?.Properties, BucketEncryption: { ServerSideEncryptionConfiguration: [encryption] } };
    const keyed = { Archive: { Type: 'AWS::S3::Bucket', Properties }, ...rest };
    expect(judge(environmentOf(keyed), CHECK).verdict).toMatchObject({ state: 'cannotTell' });
  });

  it('finds a target that the templates do not hold', () => {
    expect(judge(environmentOf(flowLogs({}, 'arn:aws:s3:::elsewhere')), CHECK).findings).toMatchObject([
      { logicalId: 'Log', property: 'LogDestination' },
    ]);
  });

  it('takes load balancer logs from the account of the Region or from the service', () => {
    const balancer = (PolicyDocument: object) =>
      environmentOf({
        Logs: { Type: 'AWS::S3::Bucket' },
        Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Logs' }, PolicyDocument } },
        Balancer: {
          Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
          Properties: {
            LoadBalancerAttributes: [
              { Key: 'access_logs.s3.enabled', Value: 'true' },
              { Key: 'access_logs.s3.bucket', Value: { Ref: 'Logs' } },
            ],
          },
        },
      });
    expect(judge(balancer(allow('logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject')), CHECK).verdict).toMatchObject({
      state: 'met',
    });
    expect(judge(balancer(allow('delivery.logs.amazonaws.com', 's3:PutObject')), CHECK).verdict).toMatchObject({ state: 'unmet' });
  });

  it('asks nothing of a recorder’s own policies when it has the service-linked role', () => {
    const recorder = (RoleARN: string) =>
      environmentOf({ Recorder: { Type: 'AWS::Config::ConfigurationRecorder', Properties: { RoleARN } } });
    expect(
      judge(recorder('arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig'), CHECK).verdict,
    ).toMatchObject({ state: 'met' });
  });
});

describe('liveness/logs-reach-groups', () => {
  const CHECK = 'liveness/logs-reach-groups';

  it('has nothing to say without a log group', () => {
    expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
  });

  it.each([
    ['arn:aws:logs:us-east-1:111122223333:log-group:*', 'met'],
    ['arn:aws:logs:us-east-1:111122223333:log-group:/of/another/*', 'unmet'],
  ])('judges a key for %s: %s', (arn, state) => {
    const KeyPolicy = allow('logs.us-east-1.amazonaws.com', 'kms:*', { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn } });
    const environment = environmentOf({
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/of/this', KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    });
    expect(judge(environment, CHECK).verdict).toMatchObject({ state });
  });
});
