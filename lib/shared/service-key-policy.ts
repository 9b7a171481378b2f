import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * The key-policy statements that AWS services need and that CDK does not write. Without them delivery fails in silence:
 * the account's own `kms:*` does not cover a service principal. Each is bound to this account or to one resource, so that
 * no other customer of the service can borrow the key (confused deputy).
 */

/** CloudTrail encrypts log and digest files of one trail. */
export function allowCloudTrail(key: IKey, trailArn: string): void {
  const { account, partition } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'CloudTrailEncryptsLogs',
      principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
      actions: ['kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:SourceArn': trailArn },
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*` },
      },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      // Decrypt is mandatory once the bucket uses an S3 Bucket Key.
      sid: 'CloudTrailReadsBucketKey',
      principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
      actions: ['kms:DescribeKey', 'kms:Decrypt'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceArn': trailArn } },
    }),
  );
}

/** CloudWatch Logs encrypts any log group of this account and Region. A narrower name prefix would break for the next group. */
export function allowCloudWatchLogs(key: IKey): void {
  const { account, partition, region } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'CloudWatchLogsEncryptsGroups',
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` } },
    }),
  );
}

/** VPC flow logs are delivered to a bucket under this key. */
export function allowLogDelivery(key: IKey): void {
  allowService(key, 'LogDeliveryEncryptsFlowLogs', 'delivery.logs.amazonaws.com', [
    'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey',
  ]);
}

/** AWS Config delivers snapshots and history to a bucket under this key. */
export function allowConfig(key: IKey): void {
  allowService(key, 'ConfigEncryptsSnapshots', 'config.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*']);
}

/** CloudWatch alarms publish to a topic under this key; without it an alarm turns red and no mail comes. */
export function allowAlarms(key: IKey): void {
  allowService(key, 'AlarmsPublish', 'cloudwatch.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*']);
}

/** EventBridge sends undeliverable events to a dead-letter queue under this key. */
export function allowEventBridge(key: IKey): void {
  allowService(key, 'EventBridgeSendsToQueues', 'events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey*']);
}

function allowService(key: IKey, sid: string, service: string, actions: string[]): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(service)],
      actions,
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(key).account } },
    }),
  );
}
