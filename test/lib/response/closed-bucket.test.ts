import { decide } from '../../../lib/compliance/policy/evaluate';
import { statementsOf } from '../../../lib/compliance/policy/statement';
import { PretendAccount } from '../../../local/workflows/pretend-account';
import { contain } from '../../support/containments';

/** What the workflow adds to the policy that stands. */
async function denial() {
  const { calls } = await contain(new PretendAccount(), 'deny-bucket');
  const put = calls.find(({ resource }) => resource === 'aws-sdk:s3:putBucketPolicy');
  const added = statementsOf('the bucket', String(put?.arguments['Policy'])).filter(({ label }) => label === 'ContainmentDeniesEverybody');
  expect(added).toHaveLength(1);
  return added;
}

const STRANGER = 'arn:aws:iam::Account:role/somebody';

it.each(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:GetObject'])(
  'leaves break-glass, the backup and the workflows that close and open the bucket in, and nobody else: %s',
  async (action) => {
    const statements = await denial();
    const resource = action === 's3:GetObject' ? 'DocumentBucketArn/some' : 'DocumentBucketArn';
    const isDenied = (arn: string): boolean =>
      decide(statements, { by: { kind: 'identity', arn, account: 'Account' }, action, resource }) === 'denied';
    const callers = ['BreakGlassRoleArn', 'ContainRoleArn', 'RestoreRoleArn', 'BackupRoleArn', STRANGER];
    expect(callers.filter(isDenied)).toEqual([STRANGER]);
  },
);
