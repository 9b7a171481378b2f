import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import { bucketKindOf } from '../../kinds';
import { valueAt } from '../../model/read';

/** Who was at a bucket can be told afterwards. The target itself does not log to itself: that would never end. */
export const bucketsLogAccess: Check = {
  id: 'strength/buckets-log-access',
  claim: 'every bucket but the target of access logs logs access to a bucket that is there for it, under a prefix of its own',
  citations: ['164.312(b)'],
  severity: 'error',
  evaluate: (environment) => {
    const logged = environment.of('AWS::S3::Bucket').filter((bucket) => bucketKindOf(environment, bucket) !== 'accessLogs');
    const prefixes = logged.map((bucket) => valueAt(bucket, 'LoggingConfiguration.LogFilePrefix'));
    return judgeEach(logged, '164.312(b)', (bucket) => {
      const target = valueAt(bucket, 'LoggingConfiguration.DestinationBucketName');
      const prefix = valueAt(bucket, 'LoggingConfiguration.LogFilePrefix');
      const isShared = prefixes.filter((other) => other === prefix).length > 1;
      return [
        ...(environment.at(target, 'AWS::S3::Bucket')
          ? []
          : [{ property: 'LoggingConfiguration.DestinationBucketName', value: target, expected: 'the bucket for access logs' }]),
        ...(typeof prefix === 'string' && !isShared
          ? []
          : [{ property: 'LoggingConfiguration.LogFilePrefix', value: prefix, expected: 'a prefix that no other bucket has' }]),
      ];
    });
  },
};
