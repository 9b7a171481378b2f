import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnBucket, IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acceptFinding } from './accept-finding';
import type { Administrators } from './break-glass-deny';
import { denyUnlessBreakGlass } from './break-glass-deny';
import type { DataClass } from './data-class';
import { classify } from './data-class';
import { noncurrentVersionExpiration } from './retention';

/** How a bucket encrypts what it receives. */
export type BucketEncryptionChoice =
  | { readonly by: 'customerKey'; readonly key: IKey }
  /** For the two kinds of log that AWS delivers only to a bucket with S3-managed keys. */
  | { readonly by: 's3ManagedKey'; readonly because: string };

/** Where a bucket's own server access log goes. */
export type AccessLogging =
  | { readonly to: IBucket; readonly prefix: string }
  /** The target of the access logs itself: logging there would loop. */
  | 'isTheTarget';

/** One bucket. */
export interface SecureBucketProps {
  readonly dataClass: DataClass;
  readonly encryption: BucketEncryptionChoice;
  readonly accessLogging: AccessLogging;
  /** Days that every version is kept. */
  readonly retentionDays: number;
  /** Why there is no replication rule here; unique to the bucket. */
  readonly unreplicatedBecause: string;
  /** What protects the content from loss instead. */
  readonly insteadOfReplication: string;
  /** Roles that may still delete versions and change lock, lifecycle and policy: the break-glass role first. */
  readonly administrators: Administrators;
  /** Roles that may change the policy beside the administrators. @default none */
  readonly policyKeeperRoleArns?: readonly string[];
  /** @default no lock: AWS Config and S3 access logs cannot be delivered to a locked bucket */
  readonly lock?: ObjectLockRetention;
}

/**
 * A bucket that only TLS 1.2 or higher reaches, private, owner-enforced, versioned, kept when its stack goes, and whose
 * versions, lock, lifecycle and policy nobody but break-glass can weaken. 164.312(a)(2)(iv), (c)(1), (e)(1).
 */
export class SecureBucket extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: SecureBucketProps) {
    super(scope, id);
    const bucket = new Bucket(this, 'Bucket', {
      ...encryptionProps(props.encryption),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      objectLockEnabled: props.lock ? true : undefined,
      objectLockDefaultRetention: props.lock,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'KeepEveryVersion',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: noncurrentVersionExpiration(props.retentionDays),
          transitions: [{ storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) }],
        },
      ],
    });
    this.bucket = bucket;
    this.logAccess(props.accessLogging);
    this.denyWeakening(props.administrators, props.policyKeeperRoleArns ?? []);
    this.denyOpening(props.administrators);
    // A bucket that outlives its stack keeps what protects it.
    bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.acceptStructuralFindings(props);
    classify(this, props.dataClass);
  }

  /** By the L1 property: the L2 would write an unconditional statement on a target in another stack. */
  private logAccess(accessLogging: AccessLogging): void {
    if (accessLogging === 'isTheTarget') return;
    (this.bucket.node.defaultChild as CfnBucket).loggingConfiguration = {
      destinationBucketName: accessLogging.to.bucketName,
      logFilePrefix: accessLogging.prefix,
    };
  }

  private denyWeakening({ breakGlassRoleArn, deploymentRoleArn }: Administrators, policyKeepers: readonly string[]): void {
    this.bucket.addToResourcePolicy(
      denyUnlessBreakGlass({
        sid: 'DenyDeletionAndUnlocking',
        actions: [
          's3:DeleteBucket',
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:BypassGovernanceRetention',
          's3:PutBucketObjectLockConfiguration',
          's3:PutBucketVersioning',
          's3:PutLifecycleConfiguration',
          's3:PutObjectLegalHold',
          's3:PutObjectRetention',
        ],
        resources: [this.bucket.bucketArn, this.bucket.arnForObjects('*')],
        exceptRoleArns: [breakGlassRoleArn],
      }),
    );
    this.bucket.addToResourcePolicy(
      denyUnlessBreakGlass({
        sid: 'DenyPolicyChange',
        actions: ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy'],
        resources: [this.bucket.bucketArn],
        exceptRoleArns: [breakGlassRoleArn, deploymentRoleArn, ...policyKeepers],
      }),
    );
    this.bucket.addToResourcePolicy(
      denyUnlessBreakGlass({
        sid: 'DenyChangeOfSettings',
        actions: [
          's3:PutBucketAcl',
          's3:PutBucketLogging',
          's3:PutBucketOwnershipControls',
          's3:PutEncryptionConfiguration',
          's3:PutReplicationConfiguration',
        ],
        resources: [this.bucket.bucketArn],
        exceptRoleArns: [breakGlassRoleArn, deploymentRoleArn],
      }),
    );
  }

  /** The permission to put the block of public access back is the one to take it off, so whoever has it has nothing else. */
  private denyOpening({ breakGlassRoleArn, deploymentRoleArn, accessBlockRoleArn }: Administrators): void {
    this.bucket.addToResourcePolicy(
      denyUnlessBreakGlass({
        sid: 'DenyOpening',
        actions: ['s3:PutBucketPublicAccessBlock'],
        resources: [this.bucket.bucketArn],
        exceptRoleArns: [breakGlassRoleArn, deploymentRoleArn, accessBlockRoleArn],
      }),
    );
  }

  private acceptStructuralFindings(props: SecureBucketProps): void {
    acceptFinding(this.bucket, {
      rule: 'S3BucketReplicationEnabled',
      citation: '164.308(a)(7)(ii)(A)',
      because: props.unreplicatedBecause,
      insteadWe: props.insteadOfReplication,
    });
    if (props.encryption.by === 's3ManagedKey') {
      acceptFinding(this.bucket, {
        rule: 'S3DefaultEncryptionKMS',
        citation: '164.312(a)(2)(iv)',
        because: props.encryption.because,
        insteadWe: 'encrypt with AES-256 under keys that S3 manages, and keep PHI out of URLs and headers that such logs record',
      });
    }
  }
}

function encryptionProps(choice: BucketEncryptionChoice): { encryption: BucketEncryption; encryptionKey?: IKey; bucketKeyEnabled?: boolean } {
  return choice.by === 'customerKey'
    ? { encryption: BucketEncryption.KMS, encryptionKey: choice.key, bucketKeyEnabled: true }
    : { encryption: BucketEncryption.S3_MANAGED };
}
