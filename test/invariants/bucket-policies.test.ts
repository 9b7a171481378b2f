import { bucketPolicyOf, bucketsOf } from '../support/buckets';
import type { Claim } from '../support/claims';
import { holds, judge, notices } from '../support/claims';
import type { Landscape } from '../support/landscape';
import type { PolicyDocument, Principal, Verdict } from '../support/policy';
import { decide, role } from '../support/policy';

const POLICY = 'AWS::S3::BucketPolicy';
/** As a careful client calls: over TLS, and never over another object. */
const TLS_1_2 = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2', 's3:if-none-match': '*' };
/** Calls on objects and on the bucket itself. */
const ANY_CALLS = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:GetBucketPolicy'];
const LOSE_DATA = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteBucket',
  's3:BypassGovernanceRetention',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
  's3:PutBucketObjectLockConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutBucketVersioning',
];
/** A deploy writes these; nobody else does. */
const OPEN_BUCKET = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketPublicAccessBlock',
  's3:PutEncryptionConfiguration',
];

type Bucket = ReturnType<typeof bucketsOf>[number];

function verdictOn(land: Landscape, bucket: Bucket) {
  const statements = bucketPolicyOf(land, bucket);
  return (by: Principal, action: string, context: Readonly<Record<string, string>> = TLS_1_2): readonly Verdict[] =>
    [land.arnOf(bucket), `${land.arnOf(bucket)}/folder/object`].map((resource) => decide(statements, { by, action, resource, context }));
}

function principals(land: Landscape): Readonly<Record<'root' | 'operator' | 'deployment' | 'breakGlass' | 'stranger', Principal>> {
  const { account, config } = land;
  return {
    root: { arn: `arn:aws:iam::${account}:root`, account },
    operator: role(account, 'operator'),
    deployment: role(account, `cdk-hnb659fds-cfn-exec-role-${account}-${config.region}`),
    breakGlass: role(account, `${config.name}-break-glass`),
    stranger: role('999999999999', `${config.name}-break-glass`),
  };
}

const tlsOnly: Claim = (land) =>
  judge('buckets', bucketsOf(land), (bucket) => {
    const verdict = verdictOn(land, bucket);
    const who: readonly Principal[] = [...Object.values(principals(land)), { service: 'logging.s3.amazonaws.com' }];
    const denied = (context: Readonly<Record<string, string>>) =>
      who.every((by) => ANY_CALLS.every((action) => verdict(by, action, context).every((each) => each === 'denied')));
    return [
      !denied({ 'aws:SecureTransport': 'false' }) && 'does not deny plain HTTP to everybody, on bucket and objects',
      !denied({ 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.1' }) && 'does not deny TLS 1.1 to everybody, on bucket and objects',
      ANY_CALLS.some((action) => verdict(principals(land).breakGlass, action).includes('denied')) && 'denies TLS 1.2',
    ];
  });

const onlyBreakGlassLosesData: Claim = (land) =>
  judge('buckets', bucketsOf(land), (bucket) => {
    const verdict = verdictOn(land, bucket);
    const { breakGlass, ...others } = principals(land);
    return LOSE_DATA.flatMap((action) => [
      ...Object.entries(others).map(
        ([who, by]) => verdict(by, action).some((each) => each !== 'denied') && `${action} is not denied to ${who}`,
      ),
      verdict(breakGlass, action).includes('denied') && `${action} is denied to break-glass too`,
    ]);
  });

const onlyDeploysChangeProtection: Claim = (land) =>
  judge('buckets', bucketsOf(land), (bucket) => {
    const both = verdictOn(land, bucket);
    const verdict = (by: Principal, action: string) => both(by, action)[0];
    const { breakGlass, deployment, root, operator, stranger } = principals(land);
    const keeper = role(land.account, `${land.config.name}-contain-block-public-access`);
    return OPEN_BUCKET.flatMap((action) => [
      (verdict(keeper, action) === 'denied') === (action === 's3:PutBucketPublicAccessBlock') &&
        `${action} is not as it should be to what puts the access block back`,
      ...Object.entries({ root, operator, stranger }).map(
        ([who, by]) => verdict(by, action) !== 'denied' && `${action} is not denied to ${who}`,
      ),
      ...Object.entries({ breakGlass, deployment }).map(
        ([who, by]) => verdict(by, action) === 'denied' && `${action} is denied to ${who} too`,
      ),
    ]);
  });

/** The vended-log set-up of AWS stops at a policy that excludes instead of naming. */
const nothingIsExcluded: Claim = (land) =>
  judge('bucket policies', land.of<{ PolicyDocument: PolicyDocument }>(POLICY), ({ properties }) =>
    properties.PolicyDocument.Statement.map(
      ({ NotPrincipal, NotAction, NotResource }) =>
        (NotPrincipal ?? NotAction ?? NotResource) !== undefined && 'excludes instead of naming',
    ),
  );

const nobodyAnonymous: Claim = (land) =>
  judge('buckets', bucketsOf(land), (bucket) => {
    const statements = bucketPolicyOf(land, bucket).filter(({ Effect }) => Effect === 'Allow');
    return statements.map(
      ({ Principal }) =>
        (Principal === '*' || (typeof Principal === 'object' && [Principal['AWS']].flat().includes('*'))) && 'allows every principal',
    );
  });

/** Edits one statement of a bucket's policy, found by its condition key or its Sid. */
function statement(
  found: (candidate: PolicyDocument['Statement'][number]) => boolean,
  change: (candidate: PolicyDocument['Statement'][number]) => void,
) {
  return ({ PolicyDocument }: { PolicyDocument: PolicyDocument }) => PolicyDocument.Statement.filter(found).forEach(change);
}

const hasKey = (key: string) => (candidate: PolicyDocument['Statement'][number]) => JSON.stringify(candidate.Condition ?? {}).includes(key);

describe('the policy of every bucket', () => {
  holds('denies plain HTTP and TLS below 1.2 to every principal, on the bucket and its objects', tlsOnly);
  holds('denies deletion, unlocking and expiry to everybody but break-glass', onlyBreakGlassLosesData);
  holds('lets only break-glass and a deploy change what protects the bucket', onlyDeploysChangeProtection);
  holds('names what it means', nothingIsExcluded);
  holds('allows nobody anonymous', nobodyAnonymous);

  notices(
    'a bucket without a policy',
    tlsOnly,
    (draft) => draft.remove(POLICY, 'Documents'),
    /^Data\/Documents\w+: does not deny plain HTTP/,
  );
  notices(
    'a TLS statement that denies HTTPS instead',
    tlsOnly,
    (draft) =>
      draft.edit(
        POLICY,
        'LandingConfig',
        statement(hasKey('aws:SecureTransport'), (found) => {
          found.Condition = { Bool: { 'aws:SecureTransport': 'true' } };
        }),
      ),
    /^Foundation\/LandingConfig\w+: does not deny plain HTTP/,
  );
  notices(
    'a TLS statement that forgets the objects',
    tlsOnly,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement(hasKey('s3:TlsVersion'), (found) => {
          found.Resource = (found.Resource ?? [])[0];
        }),
      ),
    /^Data\/Documents\w+: does not deny TLS 1\.1/,
  );
  notices(
    'a TLS statement for one principal only',
    tlsOnly,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement(hasKey('aws:SecureTransport'), (found) => {
          found.Principal = { AWS: 'arn:aws:iam::111122223333:root' };
        }),
      ),
    /does not deny plain HTTP to everybody/,
  );
  notices(
    'a deny that turned into an allow',
    onlyBreakGlassLosesData,
    (draft) =>
      draft.edit(
        POLICY,
        'ArchiveTrail',
        statement(
          ({ Sid }) => Sid === 'DenyDeletionAndUnlocking',
          (found) => {
            found.Effect = 'Allow';
          },
        ),
      ),
    /^Foundation\/ArchiveTrail\w+: s3:DeleteObject is not denied to root/,
  );
  notices(
    'a deny that spares versions',
    onlyBreakGlassLosesData,
    (draft) =>
      draft.edit(
        POLICY,
        'ArchiveAudit',
        statement(
          ({ Sid }) => Sid === 'DenyDeletionAndUnlocking',
          (found) => {
            found.Action = (found.Action as string[]).filter((action) => action !== 's3:DeleteObjectVersion');
          },
        ),
      ),
    /s3:DeleteObjectVersion is not denied to operator/,
  );
  notices(
    'a deploy locked out of its own bucket',
    onlyDeploysChangeProtection,
    (draft) =>
      draft.edit(
        POLICY,
        'Documents',
        statement(
          ({ Sid }) => Sid === 'DenyPolicyChange',
          (found) => {
            found.Condition = { ArnNotEquals: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/prod-break-glass'] } };
          },
        ),
      ),
    /s3:PutBucketPolicy is denied to deployment too/,
  );
  const exempt = (sid: string, also: string) =>
    statement(
      ({ Sid }) => Sid === sid,
      (found) => {
        found.Condition = { ArnNotEquals: { 'aws:PrincipalArn': [`arn:aws:iam::111122223333:role/${also}`] } };
      },
    );
  notices(
    'an access block that its workflow cannot put back',
    onlyDeploysChangeProtection,
    (draft) => draft.edit(POLICY, 'ArchiveTrail', exempt('DenyOpening', 'prod-break-glass')),
    /^Foundation\/ArchiveTrail\w+: s3:PutBucketPublicAccessBlock is not as it should be to what puts/,
  );
  notices(
    'a workflow for the access block that may change the policy as well',
    onlyDeploysChangeProtection,
    (draft) => draft.edit(POLICY, 'Documents', exempt('DenyPolicyChange', 'prod-contain-block-public-access')),
    /s3:PutBucketPolicy is not as it should be to what puts/,
  );
});
