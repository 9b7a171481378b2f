import type { Weakening } from '../../support/weakening';
import { referenceTo, WeakeningRows } from '../../support/weakening-rows';

const BUCKETS = 'liveness/logs-reach-buckets';
const GROUPS = 'liveness/logs-reach-groups';

interface RawStatement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  Condition?: unknown;
}

/** A policy that no longer lets in whom it names. */
const shutting = (type: string, prefix: string, name: string, document: string, who: string, noticedBy: string): Weakening =>
  new WeakeningRows(type, prefix, name).edit(
    `letting ${who} in no longer`,
    [],
    (properties) => {
      const policy = properties[document] as { Statement: RawStatement[] };
      policy.Statement = policy.Statement.filter(
        ({ Effect, Principal }) => Effect === 'Deny' || !JSON.stringify(Principal ?? '').includes(who),
      );
    },
    noticedBy,
  );

const bucketPolicy = (prefix: string, name: string, who: string): Weakening =>
  shutting('AWS::S3::BucketPolicy', prefix, `the policy of ${name}`, 'PolicyDocument', who, BUCKETS);
const keyPolicy = (prefix: string, name: string, who: string, noticedBy: string): Weakening =>
  shutting('AWS::KMS::Key', prefix, `the key ${name}`, 'KeyPolicy', who, noticedBy);

/** A policy of a role without one of its statements. */
const silenced = (prefix: string, name: string, action: string, noticedBy: string): Weakening =>
  new WeakeningRows('AWS::IAM::ManagedPolicy', prefix, `the policy of ${name}`).edit(
    `without ${action}`,
    [],
    (properties) => {
      const policy = properties['PolicyDocument'] as { Statement: RawStatement[] };
      policy.Statement = policy.Statement.filter(({ Action }) => !JSON.stringify(Action).includes(action));
    },
    noticedBy,
  );

const denyingPuts = (prefix: string, name: string): Weakening =>
  new WeakeningRows('AWS::S3::BucketPolicy', prefix, `the policy of ${name}`).edit(
    'denying whatever comes without a header',
    [],
    (properties) => {
      const policy = properties['PolicyDocument'] as { Statement: object[] };
      const Condition = { Null: { 's3:x-amz-server-side-encryption': 'true' } };
      policy.Statement.push({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*', Condition });
    },
    BUCKETS,
  );

const role = (prefix: string, name: string): WeakeningRows => new WeakeningRows('AWS::IAM::Role', prefix, `the role of ${name}`);
const trusting = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }] };
const documents = new WeakeningRows('AWS::S3::Bucket', 'Documents', 'the document bucket');

/** Weakenings by which logs are still asked for and no longer arrive. */
export const DELIVERY_ROWS: readonly Weakening[] = [
  bucketPolicy('LandingAccessLogs', 'the bucket for access logs', 'logging.s3.amazonaws.com'),
  bucketPolicy('LandingLoadBalancerLogs', 'the bucket for load balancer logs', '127311923021'),
  bucketPolicy('LandingConfig', 'the bucket for AWS Config', 'config.amazonaws.com'),
  bucketPolicy('ArchiveTrail', 'the trail archive', 'cloudtrail.amazonaws.com'),
  bucketPolicy('ArchiveTrail', 'the trail archive', 'delivery.logs.amazonaws.com'),
  denyingPuts('ArchiveTrail', 'the trail archive'),
  denyingPuts('LandingAccessLogs', 'the bucket for access logs'),
  documents.add(
    'LoggingConfiguration.DestinationBucketName',
    referenceTo('AWS::S3::Bucket', 'ArchiveAudit'),
    BUCKETS,
    'of the audit archive',
  ),

  keyPolicy('KeysTrail', 'of the trail', 'cloudtrail.amazonaws.com', BUCKETS),
  keyPolicy('KeysTrail', 'of the trail', 'delivery.logs.amazonaws.com', BUCKETS),
  keyPolicy('KeysAudit', 'of audit', 'config.amazonaws.com', BUCKETS),
  keyPolicy('KeysLogs', 'of logs', 'logs.us-east-1.amazonaws.com', GROUPS),

  silenced('ConfigRecordingPolicy', 'the recorder', 's3:PutObject', BUCKETS),
  silenced('ConfigRecordingPolicy', 'the recorder', 'kms:GenerateDataKey', BUCKETS),
  silenced('AuditTrailDeliveryPolicy', 'the trail', 'logs:PutLogEvents', GROUPS),
  silenced('RecordsApiExecutionPolicy', 'the records API', 'logs:PutLogEvents', GROUPS),
  role('AuditTrailDeliveryRole', 'the trail').add('AssumeRolePolicyDocument', trusting, GROUPS, 'for somebody else'),
  role('ConfigRecordingRole', 'the recorder').add('AssumeRolePolicyDocument', trusting, BUCKETS, 'for somebody else'),
  shutting(
    'AWS::Logs::LogGroup',
    'FirewallRequests',
    'the log group of the web ACL',
    'ResourcePolicyDocument',
    'delivery.logs.amazonaws.com',
    GROUPS,
  ),
];
