import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt } from '../../model/read';
import { obstaclesOfRole, obstaclesTo } from './delivery';
import { deliveriesIntoBuckets } from './into-buckets';

/** A log that may not be written is not written: services try, give up, and tell nobody. */
export const logsReachBuckets: Check = {
  id: 'liveness/logs-reach-buckets',
  claim: 'whatever delivers logs to a bucket may write there, by the policies of bucket and key; to another bucket, in the same Region',
  citations: ['164.312(b)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) => {
    const deliveries = deliveriesIntoBuckets(environment);
    const recorders = environment.of('AWS::Config::ConfigurationRecorder');
    return judgeEach(
      [...new Set([...deliveries.map(({ from }) => from), ...recorders])],
      '164.312(b)',
      (resource) => [
        ...deliveries.filter(({ from }) => from === resource).flatMap((delivery) => obstaclesTo(environment, delivery)),
        ...(recorders.includes(resource) ? obstaclesOfRecorder(environment, resource) : []),
      ],
      'the templates deliver no log into a bucket',
    );
  },
};

/** A recorder with a role of its own delivers as that role; with the service-linked one, as the service. */
function obstaclesOfRecorder(environment: EnvironmentModel, recorder: Resource): readonly Fault[] {
  const role = textAt(recorder, 'RoleARN');
  if (role === undefined || /:role\/aws-service-role\//.test(role)) return [];
  return environment.of('AWS::Config::DeliveryChannel').flatMap((channel): readonly Fault[] => {
    const bucket = environment.at(textAt(channel, 'S3BucketName'), 'AWS::S3::Bucket');
    const key = environment.at(textAt(channel, 'S3KmsKeyArn'), 'AWS::KMS::Key');
    if (!bucket) return [];
    const prefix = textAt(channel, 'S3KeyPrefix');
    const arn = environment.arnOf(bucket);
    const path = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${environment.place.account}/Config/some`;
    return obstaclesOfRole(environment, 'RoleARN', role, 'config.amazonaws.com', [
      { action: 's3:GetBucketAcl', resource: arn },
      { action: 's3:PutObject', resource: `${arn}/${path}`, context: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      ...(key ? [{ action: 'kms:GenerateDataKey', resource: environment.arnOf(key) }] : []),
    ]);
  });
}
