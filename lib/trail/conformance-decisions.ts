/**
 * Rules for services in use that are left out, each with the decision it contradicts.
 *
 * A managed rule cannot excuse one resource. So a rule is left out where, by decision, its answer would be no for the account
 * or for nearly all it looks at. Where it guards something here and reports known resources besides, it is deployed, and
 * they stand in {@link EXPECTED_FINDINGS}.
 */
export const DECIDED_AGAINST: Readonly<Record<string, string>> = {
  'cloudtrail-s3-dataevents-enabled':
    'The trail records data events of every bucket with one exception: its own deliveries, which would otherwise record themselves ' +
    'without end. The rule asks for all buckets without exception, or for a list of names that exist only after a deploy.',
  'internet-gateway-authorized-vpc-only':
    'The load balancer needs the one internet gateway. The rule reports every attached gateway unless it is given VPC ids, ' +
    'and those exist only after a deploy.',
  'lambda-concurrency-check':
    'A reservation is a setting of the environment: a new account has ten concurrent executions in all and refuses any.',
  'lambda-dlq-check':
    'A dead-letter queue receives failed asynchronous invocations only, and the callers of most functions wait for their answer.',
  'no-unrestricted-route-to-igw':
    'The subnets of the load balancer route to the internet gateway by design, and the route table ids that the rule would ' +
    'excuse exist only after a deploy.',
  's3-bucket-policy-grantee-check':
    'The rule compares each bucket policy with one list of principals. Log delivery, backup and deployment roles differ by ' +
    'bucket, so a list long enough to pass would prove nothing for any of them.',
  's3-bucket-replication-enabled':
    'PHI and audit batches are copied to a second Region by the backup plan, into a locked vault. A replica of a log bucket ' +
    'would need a lock of its own and would store six years of logs twice.',
  's3-event-notifications-enabled':
    'Only the document bucket publishes events. A notification from a log bucket would have nobody to receive it.',
};

/** Deployed rules that report some resources by design: which ones, and why that is accepted. */
export const EXPECTED_FINDINGS: Readonly<Record<string, string>> = {
  'elb-deletion-protection-enabled': 'A disposable environment has the protection off, so that it can be destroyed in one pass.',
  'iam-customer-policy-blocked-kms-actions':
    'The permissions boundary of staff names kms:Decrypt for every key: it is a ceiling, and grants nothing by itself.',
  'lambda-inside-vpc':
    'The functions that fetch the token keys and close the default security group must reach a public endpoint; neither reaches ' +
    'a store of PHI.',
  'rds-instance-deletion-protection-enabled': 'A disposable environment has the protection off, so that it can be destroyed in one pass.',
  's3-bucket-default-lock-enabled':
    'Server access logs, load balancer logs and AWS Config cannot be delivered to a locked bucket, and documents are kept by ' +
    'versions and backups; all these buckets deny deletion instead.',
  's3-bucket-logging-enabled': 'The bucket that receives the access logs does not log its own deliveries.',
  's3-default-encryption-kms':
    'Server access logs and load balancer logs are delivered only to buckets with the AES-256 encryption of S3 itself.',
  'secretsmanager-secret-unused': 'Only migrations read the master login of the database: it is reported after 90 days without a deploy.',
};
