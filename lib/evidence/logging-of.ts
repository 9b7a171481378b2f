import { attributeOf } from '../compliance/kinds';
import type { EnvironmentModel, Resource } from '../compliance/model/environment';
import { listAt, recordsAt, textsAt, valueAt, within } from '../compliance/model/read';
import { toldOrNone } from './told';

type Read = (environment: EnvironmentModel, resource: Resource) => readonly unknown[];

/** Where each type that tells of what happens says where it tells it. */
const DESTINATIONS: Readonly<Record<string, Read>> = {
  'AWS::S3::Bucket': (_, bucket) => [valueAt(bucket, 'LoggingConfiguration.DestinationBucketName')],
  'AWS::Lambda::Function': (_, fn) => [valueAt(fn, 'LoggingConfig.LogGroup')],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': (_, balancer) => [
    attributeOf(balancer, 'access_logs.s3.bucket'),
    attributeOf(balancer, 'connection_logs.s3.bucket'),
  ],
  'AWS::CloudTrail::Trail': (_, trail) => [valueAt(trail, 'S3BucketName'), valueAt(trail, 'CloudWatchLogsLogGroupArn')],
  'AWS::EC2::FlowLog': (_, log) => [valueAt(log, 'LogDestination') ?? valueAt(log, 'LogGroupName')],
  'AWS::EC2::VPC': (environment, vpc) =>
    environment
      .of('AWS::EC2::FlowLog')
      .filter((log) => environment.at(log.properties['ResourceId']) === vpc)
      .map((log) => valueAt(log, 'LogDestination') ?? valueAt(log, 'LogGroupName')),
  'AWS::Config::DeliveryChannel': (_, channel) => [valueAt(channel, 'S3BucketName')],
  'AWS::RDS::DBInstance': (_, database) => textsAt(database, 'EnableCloudwatchLogsExports').map((log) => `CloudWatch Logs: ${log}`),
  'AWS::WAFv2::WebACL': (environment, acl) =>
    environment
      .of('AWS::WAFv2::LoggingConfiguration')
      .filter((logging) => environment.at(logging.properties['ResourceArn']) === acl)
      .flatMap((logging) => listAt(logging, 'LogDestinationConfigs')),
  'AWS::Cognito::UserPool': (environment, pool) =>
    environment
      .of('AWS::Cognito::LogDeliveryConfiguration')
      .filter((delivery) => environment.at(delivery.properties['UserPoolId']) === pool)
      .flatMap((delivery) =>
        recordsAt(delivery, 'LogConfigurations').flatMap((each) => [
          within(delivery, each, 'S3Configuration.BucketArn'),
          within(delivery, each, 'CloudWatchLogsConfiguration.LogGroupArn'),
        ]),
      ),
};

/** Types that tell of what happens to them, or of what others do. */
export const TELLING_TYPES: readonly string[] = Object.keys(DESTINATIONS);

/** Where a resource's logs go, each once, by name where the templates hold it; empty for one that says nothing of logs. */
export function destinationsOf(environment: EnvironmentModel, resource: Resource): string {
  const read = DESTINATIONS[resource.type];
  if (!read) return '';
  return toldOrNone(() => {
    const named = read(environment, resource).flatMap((value) => (value === undefined ? [] : [nameOf(environment, value)]));
    return named.length === 0 ? undefined : [...new Set(named)].join('; ');
  });
}

function nameOf(environment: EnvironmentModel, value: unknown): string {
  const text = String(value);
  const bucket = /^arn:[\w-]+:s3:::([^/]+)/.exec(text)?.[1];
  return environment.at(text)?.name ?? environment.at(bucket, 'AWS::S3::Bucket')?.name ?? text;
}
