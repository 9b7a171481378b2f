import { attributeOf } from '../../kinds';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { flagAt, recordsAt, textAt, valueAt, within } from '../../model/read';
import type { Caller } from '../../policy/evaluate';
import { keyNamed, service, type Delivery, type Step } from './delivery';
import { LOAD_BALANCER_ACCOUNTS } from './load-balancer-accounts';

const DELIVERY = 'delivery.logs.amazonaws.com';

/** The key that a bucket encrypts under when nothing else is said. */
const BUCKET_KEY = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID';

/** What one kind of delivery needs. */
interface Needs {
  /** Path of the objects within the bucket, without a leading slash. */
  readonly path: string;
  readonly by: readonly Caller[];
  /** Whether the service looks at the bucket before it writes. */
  readonly looksFirst: boolean;
  readonly sourceArn: string;
  readonly key: Resource | undefined;
  readonly keyActions: readonly string[];
  readonly keyContext?: Readonly<Record<string, string>>;
}

/** Every delivery into a bucket that the templates ask for: access logs, load balancer logs, trail, flow logs, configuration, sign-ins. */
export function deliveriesIntoBuckets(environment: EnvironmentModel): readonly Delivery[] {
  return [
    ...environment.of('AWS::S3::Bucket').flatMap((bucket) => accessLogs(environment, bucket)),
    ...environment.of('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((balancer) => balancerLogs(environment, balancer)),
    ...environment.of('AWS::CloudTrail::Trail').map((trail) => trailFiles(environment, trail)),
    ...environment.of('AWS::EC2::FlowLog').flatMap((log) => flowLogs(environment, log)),
    ...environment.of('AWS::Config::DeliveryChannel').map((channel) => configuration(environment, channel)),
    ...environment.of('AWS::Cognito::LogDeliveryConfiguration').flatMap((delivery) => signIns(environment, delivery)),
  ];
}

function deliveryTo(environment: EnvironmentModel, from: Resource, property: string, named: unknown, needs: Needs): Delivery {
  const target = environment.at(named, 'AWS::S3::Bucket');
  if (!target) return { from, property, target, steps: [] };
  const { account } = environment.place;
  const { by, key } = needs;
  const arn = environment.arnOf(target);
  const source = { 'aws:SourceAccount': account, 'aws:SourceArn': needs.sourceArn, 'aws:SecureTransport': 'true' };
  const context = { ...source, 's3:TlsVersion': '1.3' };
  const steps: readonly Step[] = [
    ...(needs.looksFirst ? [{ at: target, by, action: 's3:GetBucketAcl', resource: arn, context }] : []),
    {
      at: target,
      by,
      action: 's3:PutObject',
      resource: `${arn}/${needs.path}some`,
      context: { ...context, 's3:x-amz-acl': 'bucket-owner-full-control' },
    },
    ...(key
      ? needs.keyActions.map((action) => ({
          at: key,
          by,
          action,
          resource: environment.arnOf(key),
          context: { ...source, ...needs.keyContext },
        }))
      : []),
  ];
  return { from, property, target, steps };
}

function keyOf(environment: EnvironmentModel, bucket: unknown): Resource | undefined {
  const target = environment.at(bucket, 'AWS::S3::Bucket');
  return target && keyNamed(environment, target, BUCKET_KEY);
}

function accessLogs(environment: EnvironmentModel, bucket: Resource): readonly Delivery[] {
  const named = valueAt(bucket, 'LoggingConfiguration.DestinationBucketName');
  const path = textAt(bucket, 'LoggingConfiguration.LogFilePrefix') ?? '';
  const needs = {
    path,
    by: [service('logging.s3.amazonaws.com')],
    looksFirst: false,
    sourceArn: environment.arnOf(bucket),
    key: undefined,
    keyActions: [],
  };
  return named === undefined ? [] : [deliveryTo(environment, bucket, 'LoggingConfiguration.DestinationBucketName', named, needs)];
}

function balancerLogs(environment: EnvironmentModel, balancer: Resource): readonly Delivery[] {
  const { account } = environment.place;
  const old = LOAD_BALANCER_ACCOUNTS[balancer.region];
  const by: readonly Caller[] = [
    ...(old === undefined ? [] : [{ kind: 'identity', arn: `arn:aws:iam::${old}:root`, account: old } as const]),
    service('logdelivery.elasticloadbalancing.amazonaws.com'),
  ];
  return ['access_logs', 'connection_logs', 'health_check_logs'].flatMap((kind) => {
    if (attributeOf(balancer, `${kind}.s3.enabled`) !== 'true') return [];
    const path = `${folder(attributeOf(balancer, `${kind}.s3.prefix`))}AWSLogs/${account}/elasticloadbalancing/${balancer.region}/`;
    const sourceArn = `arn:aws:elasticloadbalancing:${balancer.region}:${account}:loadbalancer/app/some`;
    return [
      deliveryTo(environment, balancer, `${kind}.s3`, attributeOf(balancer, `${kind}.s3.bucket`), {
        path,
        by,
        looksFirst: false,
        sourceArn,
        key: undefined,
        keyActions: [],
      }),
    ];
  });
}

function trailFiles(environment: EnvironmentModel, trail: Resource): Delivery {
  const sourceArn = environment.arnOf(trail);
  return deliveryTo(environment, trail, 'S3BucketName', valueAt(trail, 'S3BucketName'), {
    path: `${folder(textAt(trail, 'S3KeyPrefix'))}AWSLogs/${environment.place.account}/CloudTrail/${trail.region}/`,
    by: [service('cloudtrail.amazonaws.com')],
    looksFirst: true,
    sourceArn,
    key: keyNamed(environment, trail, 'KMSKeyId'),
    // Decrypt is for the bucket key, without which every object costs a call.
    keyActions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'],
    keyContext: { 'kms:EncryptionContext:aws:cloudtrail:arn': sourceArn },
  });
}

function vended(environment: EnvironmentModel, from: Resource, bucket: unknown, path: string): Needs {
  return {
    path,
    by: [service(DELIVERY)],
    looksFirst: true,
    sourceArn: `arn:aws:logs:${from.region}:${environment.place.account}:delivery-source:some`,
    key: keyOf(environment, bucket),
    keyActions: ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'],
  };
}

function flowLogs(environment: EnvironmentModel, log: Resource): readonly Delivery[] {
  const [, arn, prefix] = /^(arn:aws:s3:::[^/]+)(?:\/(.*))?$/.exec(textAt(log, 'LogDestination') ?? '') ?? [];
  if (arn === undefined && textAt(log, 'LogDestinationType') !== 's3') return [];
  const { account } = environment.place;
  const isByHive = flagAt(log, 'DestinationOptions.HiveCompatiblePartitions') === true;
  const parts = isByHive
    ? [`aws-account-id=${account}`, 'aws-service=vpcflowlogs', `aws-region=${log.region}`]
    : [account, 'vpcflowlogs', log.region];
  const path = `${folder(prefix)}AWSLogs/${parts.join('/')}/`;
  return [deliveryTo(environment, log, 'LogDestination', arn, vended(environment, log, arn, path))];
}

function configuration(environment: EnvironmentModel, channel: Resource): Delivery {
  return deliveryTo(environment, channel, 'S3BucketName', valueAt(channel, 'S3BucketName'), {
    path: `${folder(textAt(channel, 'S3KeyPrefix'))}AWSLogs/${environment.place.account}/Config/${channel.region}/`,
    by: [service('config.amazonaws.com')],
    looksFirst: true,
    sourceArn: `arn:aws:config:${channel.region}:${environment.place.account}:some`,
    key: keyNamed(environment, channel, 'S3KmsKeyArn') ?? keyOf(environment, valueAt(channel, 'S3BucketName')),
    keyActions: ['kms:GenerateDataKey', 'kms:Decrypt'],
  });
}

function signIns(environment: EnvironmentModel, delivery: Resource): readonly Delivery[] {
  return recordsAt(delivery, 'LogConfigurations').flatMap((each, at) => {
    const bucket = within(delivery, each, 'S3Configuration.BucketArn');
    if (bucket === undefined) return [];
    const path = `AWSLogs/${environment.place.account}/`;
    return [
      deliveryTo(
        environment,
        delivery,
        `LogConfigurations.${at}.S3Configuration.BucketArn`,
        bucket,
        vended(environment, delivery, bucket, path),
      ),
    ];
  });
}

/** A prefix as a folder: services put the slash in themselves. */
function folder(prefix: string | undefined): string {
  return prefix === undefined || prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`;
}
