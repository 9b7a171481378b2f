import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** Six years (`lib/config/six-years.ts`) as CloudWatch Logs spells it; log groups accept only a fixed list of values. */
export const LOG_RETENTION = RetentionDays.SIX_YEARS;

/** How long a continuous backup reaches back: the maximum of both RDS and AWS Backup. */
export const POINT_IN_TIME_DAYS = 35;

/** What the lock of the point-in-time vault accepts at least; a lock needs two different bounds. */
export const MIN_POINT_IN_TIME_DAYS = 30;

/** Noncurrent versions and failed uploads must outlive the lock, which holds them anyway: expiring them earlier changes nothing. */
export function noncurrentVersionExpiration(retentionDays: number): Duration {
  return Duration.days(retentionDays + 30);
}
