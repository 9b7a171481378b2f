import type { Resource } from '../compliance/model/environment';
import { recordsAt, toNumber, valueAt, within } from '../compliance/model/read';
import { toldOrNone } from './told';

const LOCK = 'ObjectLockConfiguration.Rule.DefaultRetention';

/** How long a resource keeps what it holds, in words; empty where its type keeps nothing, or the template says nothing. */
export function retentionOf(resource: Resource): string {
  const at = (path: string): string => toldOrNone(() => valueAt(resource, path));
  const days = (path: string, words = ''): string => (at(path) === '' ? '' : `${at(path)} days${words}`);
  switch (resource.type) {
    case 'AWS::Logs::LogGroup':
      return days('RetentionInDays');
    case 'AWS::S3::Bucket':
      return [lockOf(resource), expiryOf(resource)].filter((part) => part !== '').join('; ');
    case 'AWS::RDS::DBInstance':
      return days('BackupRetentionPeriod', ' of automated backups');
    case 'AWS::Backup::BackupVault':
      return [days('LockConfiguration.MinRetentionDays', ' at least'), days('LockConfiguration.MaxRetentionDays', ' at most')]
        .filter((part) => part !== '')
        .join(', ');
    case 'AWS::SQS::Queue':
      return at('MessageRetentionPeriod') === '' ? '' : `${at('MessageRetentionPeriod')} seconds`;
    default:
      return '';
  }
}

/** The default lock of a bucket, as `COMPLIANCE lock, 2192 days`; empty without one. The name of the mode is the one that S3 gives it. */
export function lockOf(bucket: Resource): string {
  const at = (path: string): string => toldOrNone(() => valueAt(bucket, `${LOCK}.${path}`));
  const length = at('Days') === '' ? `${at('Years')} years` : `${at('Days')} days`;
  return at('Mode') === '' ? '' : `${at('Mode')} lock, ${length}`;
}

function expiryOf(bucket: Resource): string {
  return toldOrNone(() => {
    const rules = recordsAt(bucket, 'LifecycleConfiguration.Rules').filter(({ Status }) => Status === 'Enabled');
    const parts = rules.flatMap((rule) => {
      const current = toNumber(within(bucket, rule, 'ExpirationInDays'));
      const old = toNumber(within(bucket, rule, 'NoncurrentVersionExpiration.NoncurrentDays'));
      return [
        ...(current === undefined ? [] : [`expires after ${current} days`]),
        ...(old === undefined ? [] : [`old versions kept ${old} days`]),
      ];
    });
    return parts.length === 0 ? undefined : parts.join('; ');
  });
}
