import { Duration } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { EnvironmentConfig } from '../config/environment';

/**
 * How an environment locks every version of what it keeps as proof: in its own mode, for its own days. Nobody shortens a lock in
 * COMPLIANCE mode, which is why the environment's file has to acknowledge it. 164.312(c)(1), 164.316(b)(2)(i).
 */
export function archiveLock({ archiveLock: { mode }, retention }: EnvironmentConfig): ObjectLockRetention {
  const days = Duration.days(retention.archiveDays);
  return mode === 'COMPLIANCE' ? ObjectLockRetention.compliance(days) : ObjectLockRetention.governance(days);
}
