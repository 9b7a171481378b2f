import type { Check } from '../../check';
import { judgeTypes } from '../../judge';
import { textAt, valueAt } from '../../model/read';
import { expectOwnKey } from '../storage/buckets-use-a-customer-key';

/** The trail is encrypted under its own key, delivered to the archive, and watched as it comes in. */
export const trailsAreEncryptedAndKept: Check = {
  id: 'strength/trails-are-encrypted-and-kept',
  claim:
    'every trail is under a customer key for audit data, has a bucket and a log group of these templates, and watches for unusual rates',
  citations: ['164.312(b)', '164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::CloudTrail::Trail'], '164.312(b)', (trail) => [
      ...expectOwnKey(environment, trail, 'KMSKeyId'),
      ...(environment.at(textAt(trail, 'S3BucketName'), 'AWS::S3::Bucket')
        ? []
        : [{ property: 'S3BucketName', value: valueAt(trail, 'S3BucketName'), expected: 'a bucket of these templates' }]),
      ...(environment.at(textAt(trail, 'CloudWatchLogsLogGroupArn'), 'AWS::Logs::LogGroup')
        ? []
        : [
            {
              property: 'CloudWatchLogsLogGroupArn',
              value: valueAt(trail, 'CloudWatchLogsLogGroupArn'),
              expected: 'a log group of these templates',
            },
          ]),
      ...(environment.at(textAt(trail, 'CloudWatchLogsRoleArn'), 'AWS::IAM::Role')
        ? []
        : [{ property: 'CloudWatchLogsRoleArn', value: valueAt(trail, 'CloudWatchLogsRoleArn'), expected: 'a role of these templates' }]),
      ...insights(JSON.stringify(valueAt(trail, 'InsightSelectors') ?? [])),
    ]),
};

function insights(selectors: string): { property: string; value: unknown; expected: string }[] {
  const left = ['ApiCallRateInsight', 'ApiErrorRateInsight'].filter((type) => !selectors.includes(`"${type}"`));
  return left.length === 0 ? [] : [{ property: 'InsightSelectors', value: selectors, expected: `with ${left.join(' and ')}` }];
}
