import { PretendDetection } from './pretend-detection';
import type { Call } from './walker';
import { WorkflowError } from './walker';

type Values = Readonly<Record<string, unknown>>;
type Answer = (given: Values) => unknown;

/** A user of the service, as the user pool and the database know them. */
export interface PretendUser {
  enabled: boolean;
  signedOut: boolean;
  role: string;
  disabledAt: string | null;
  revokedBefore: string | null;
}

/** What a person answers who is asked: a second person's yes or no, or nothing until time is up. */
export type SecondPerson = 'approves' | 'rejects' | 'is silent';

const USER = '0c9f3f1e-7d0a-4c44-9d3b-6f6f7d1f0a01';
const KEY = '1d2c3b4a-0000-4000-8000-00000000000a';
const BUCKET_POLICY =
  '{"Version":"2012-10-17","Statement":[{"Sid":"InTransit","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}';

/**
 * An account to contain things in, which answers what the services document, in their shapes, and remembers: for tests and drills. It holds
 * one of each thing under the name of the template's substitution, such as a bucket `DocumentBucket`.
 */
export class PretendAccount {
  /** Key to text. */
  readonly evidence = new Map<string, string>();
  readonly parameters = new Map<string, string>([['/Environment/ir/freeze/none', 'nothing']]);
  readonly attached = new Set<string>();
  readonly concurrency = new Map<string, number>([['records', 50]]);
  readonly users = new Map<string, PretendUser>([
    [USER, { enabled: true, signedOut: false, role: 'clinician', disabledAt: null, revokedBefore: null }],
  ]);
  readonly inlinePolicies = new Map<string, string>();
  readonly started: Values[] = [];
  readonly notices: Values[] = [];
  readonly snapshots: string[] = [];
  /** By id, in the words of KMS; the one of a drill is about to be deleted. */
  readonly keys = new Map<string, string>([[KEY, 'PendingDeletion']]);
  /** By bucket; null where somebody has taken it off. */
  readonly accessBlocks = new Map<string, Values | null>([['document-bucket', null]]);
  /** With whom snapshots are shared, by their name. */
  readonly shared = new Map<string, readonly string[]>([['shared-snapshot', ['999999999999', 'all']]]);
  readonly detection = new PretendDetection();
  bucketPolicy = BUCKET_POLICY;
  databaseGroups: readonly string[] = ['sg-database'];
  secondPerson: SecondPerson = 'approves';

  /** Answers one call; throws a {@link WorkflowError} where the service would. */
  readonly answer = (call: Call): unknown => {
    const answer = this.answers[call.resource] ?? this.detection.answers[call.resource];
    if (!answer) throw new Error(`The pretend account has no answer to ${call.resource}.`);
    return answer(call.arguments);
  };

  /**
   * Answers as to a role of that name, such as `ContainRoleArn`: refuses it the policy of a bucket whose denial does not leave it in.
   */
  answerTo(role: string): (call: Call) => unknown {
    return (call) => {
      if (/:s3:(?:get|put)BucketPolicy$/.test(call.resource) && this.locksOut(role)) throw new WorkflowError('S3.S3Exception', 'Access Denied');
      return this.answer(call);
    };
  }

  private locksOut(role: string): boolean {
    const { Statement } = JSON.parse(this.bucketPolicy) as {
      readonly Statement: readonly { readonly Condition?: { readonly ArnNotEquals?: Readonly<Record<string, readonly string[]>> } }[];
    };
    return Statement.some(({ Condition }) => Condition?.ArnNotEquals?.['aws:PrincipalArn']?.includes(role) === false);
  }

  /** Everything in it but the record of evidence and the messages sent: what containing changes and restoring puts back. */
  state(): unknown {
    const { parameters, attached, concurrency, users, inlinePolicies, keys, accessBlocks, shared, detection, bucketPolicy, databaseGroups } = this;
    const named = { parameters, concurrency, users, inlinePolicies, keys, accessBlocks, shared };
    const byName = Object.entries(named).map(([name, map]) => [name, Object.fromEntries<unknown>(map)] as const);
    return JSON.parse(JSON.stringify({ ...Object.fromEntries(byName), attached: [...attached], detection, bucketPolicy, databaseGroups }));
  }

  private readonly answers: Readonly<Record<string, Answer>> = {
    'aws-sdk:s3:putObject': (given) => this.putObject(given),
    'aws-sdk:s3:putObject.waitForTaskToken': (given) => {
      this.putObject(given);
      if (this.secondPerson === 'is silent') throw new WorkflowError('States.Timeout');
      if (this.secondPerson === 'rejects') throw new WorkflowError('Rejected', 'the second person said no');
      return { approver: 'second person' };
    },
    'aws-sdk:s3:getObject': ({ Key }) => {
      const body = this.evidence.get(String(Key));
      if (body === undefined) throw new WorkflowError('S3.NoSuchKeyException', 'The specified key does not exist.');
      return { Body: body, ContentType: 'application/json' };
    },
    'aws-sdk:s3:getBucketPolicy': () => ({ Policy: this.bucketPolicy }),
    'aws-sdk:s3:putBucketPolicy': ({ Bucket, Policy }) => {
      if (Bucket !== 'DocumentBucket') throw new WorkflowError('S3.S3Exception', 'Access Denied');
      this.bucketPolicy = String(Policy);
      return {};
    },
    'aws-sdk:s3:getPublicAccessBlock': ({ Bucket }) => {
      const block = this.accessBlock(Bucket);
      if (block === null) throw new WorkflowError('S3.S3Exception', 'The public access block configuration was not found');
      return { PublicAccessBlockConfiguration: block };
    },
    'aws-sdk:s3:putPublicAccessBlock': ({ Bucket, PublicAccessBlockConfiguration }) => {
      this.accessBlock(Bucket);
      this.accessBlocks.set(String(Bucket), PublicAccessBlockConfiguration as Values);
    },
    'aws-sdk:ssm:putParameter': ({ Name, Value }) => {
      this.parameters.set(String(Name), String(Value));
      return { Version: 1 };
    },
    'aws-sdk:ssm:deleteParameter': ({ Name }) => {
      if (!this.parameters.delete(String(Name))) throw new WorkflowError('Ssm.ParameterNotFoundException');
      return {};
    },
    'aws-sdk:ssm:getParametersByPath': ({ Path }) => ({
      Parameters: [...this.parameters].filter(([name]) => name.startsWith(`${String(Path)}/`)).map(([Name, Value]) => ({ Name, Value })),
    }),
    'aws-sdk:iam:attachRolePolicy': ({ PolicyArn }) => void this.attached.add(String(PolicyArn)),
    'aws-sdk:iam:detachRolePolicy': ({ PolicyArn }) => {
      if (!this.attached.delete(String(PolicyArn))) throw new WorkflowError('Iam.NoSuchEntityException');
    },
    'aws-sdk:iam:getRolePolicy': ({ RoleName, PolicyName }) => {
      const document = this.inlinePolicies.get(`${String(RoleName)}/${String(PolicyName)}`);
      if (document === undefined) throw new WorkflowError('Iam.NoSuchEntityException');
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
    'aws-sdk:iam:putRolePolicy': ({ RoleName, PolicyName, PolicyDocument }) =>
      void this.inlinePolicies.set(`${String(RoleName)}/${String(PolicyName)}`, String(PolicyDocument)),
    'aws-sdk:iam:deleteRolePolicy': ({ RoleName, PolicyName }) => {
      if (!this.inlinePolicies.delete(`${String(RoleName)}/${String(PolicyName)}`)) throw new WorkflowError('Iam.NoSuchEntityException');
    },
    'aws-sdk:lambda:getFunctionConcurrency': ({ FunctionName }) => {
      const reserved = this.concurrency.get(String(FunctionName));
      return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
    },
    'aws-sdk:lambda:putFunctionConcurrency': ({ FunctionName, ReservedConcurrentExecutions }) => {
      this.concurrency.set(String(FunctionName), Number(ReservedConcurrentExecutions));
      return { ReservedConcurrentExecutions };
    },
    'aws-sdk:lambda:deleteFunctionConcurrency': ({ FunctionName }) => void this.concurrency.delete(String(FunctionName)),
    'aws-sdk:lambda:getFunctionConfiguration': ({ FunctionName }) => ({
      FunctionName,
      CodeSha256: 'c2FtcGxl',
      Version: '$LATEST',
      LastModified: '2026-11-27T00:00:00.000+0000',
    }),
    'aws-sdk:rds:describeDBInstances': () => ({
      DbInstances: [
        {
          DbInstanceStatus: 'available',
          VpcSecurityGroups: this.databaseGroups.map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
        },
      ],
    }),
    'aws-sdk:rds:modifyDBInstance': ({ VpcSecurityGroupIds }) => {
      this.databaseGroups = VpcSecurityGroupIds as string[];
      return {};
    },
    'aws-sdk:rds:describeDBSnapshots': ({ DbSnapshotIdentifier }) => {
      if (!this.snapshots.includes(String(DbSnapshotIdentifier))) throw new WorkflowError('Rds.DbSnapshotNotFoundException');
      return { DbSnapshots: [{ DbSnapshotIdentifier, Status: 'creating' }] };
    },
    'aws-sdk:rds:createDBSnapshot': ({ DbSnapshotIdentifier }) => {
      if (this.snapshots.includes(String(DbSnapshotIdentifier))) throw new WorkflowError('Rds.DbSnapshotAlreadyExistsException');
      this.snapshots.push(String(DbSnapshotIdentifier));
      return { DbSnapshot: { DbSnapshotIdentifier } };
    },
    'aws-sdk:rds:describeDBSnapshotAttributes': ({ DbSnapshotIdentifier }) => ({
      DbSnapshotAttributesResult: {
        DbSnapshotIdentifier,
        DbSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: this.sharedWith(DbSnapshotIdentifier) }],
      },
    }),
    'aws-sdk:rds:modifyDBSnapshotAttribute': ({ DbSnapshotIdentifier, AttributeName, ValuesToRemove }) => {
      if (AttributeName !== 'restore' || !Array.isArray(ValuesToRemove)) throw new WorkflowError('Rds.RdsException');
      const left = this.sharedWith(DbSnapshotIdentifier).filter((each) => !ValuesToRemove.includes(each));
      this.shared.set(String(DbSnapshotIdentifier), left);
      return {};
    },
    'aws-sdk:cognitoidentityprovider:listUsers': ({ Filter }) => ({
      Users: [...this.users]
        .filter(([sub]) => Filter === `sub = "${sub}"`)
        .map(([sub, { enabled }]) => ({ Username: sub, Enabled: enabled, Attributes: [{ Name: 'sub', Value: sub }] })),
    }),
    'aws-sdk:cognitoidentityprovider:adminUserGlobalSignOut': ({ Username }) => void (this.user(Username).signedOut = true),
    'aws-sdk:cognitoidentityprovider:adminDisableUser': ({ Username }) => void (this.user(Username).enabled = false),
    'aws-sdk:cognitoidentityprovider:adminEnableUser': ({ Username }) => void (this.user(Username).enabled = true),
    'aws-sdk:kms:describeKey': ({ KeyId }) => ({ KeyMetadata: { KeyId, KeyState: this.keys.get(this.key(KeyId)) } }),
    'aws-sdk:kms:cancelKeyDeletion': ({ KeyId }) => this.changeKey(KeyId, /^Pending(?:Replica)?Deletion$/, 'Disabled'),
    'aws-sdk:kms:enableKey': ({ KeyId }) => this.changeKey(KeyId, /^(?:Enabled|Disabled)$/, 'Enabled'),
    'lambda:invoke': ({ Payload }) => ({ StatusCode: 200, Payload: this.revoke(Payload as Values) }),
    'aws-sdk:sns:publish': (given) => {
      this.notices.push(given);
      return { MessageId: 'm' };
    },
    'states:startExecution.sync:2': (given) => {
      this.started.push(given);
      return { Status: 'SUCCEEDED' };
    },
  };

  private putObject({ Key, Body, IfNoneMatch }: Values): unknown {
    if (IfNoneMatch === '*' && this.evidence.has(String(Key)))
      throw new WorkflowError(
        'S3.S3Exception',
        'At least one of the pre-conditions you specified did not hold (Service: S3, Status Code: 412)',
      );
    this.evidence.set(String(Key), JSON.stringify(Body));
    return { ETag: '"etag"' };
  }

  private user(name: unknown): PretendUser {
    const user = this.users.get(String(name));
    if (!user) throw new WorkflowError('CognitoIdentityProvider.UserNotFoundException');
    return user;
  }

  private sharedWith(snapshot: unknown): readonly string[] {
    const accounts = this.shared.get(String(snapshot));
    if (accounts === undefined) throw new WorkflowError('Rds.DbSnapshotNotFoundException');
    return accounts;
  }

  private accessBlock(bucket: unknown): Values | null {
    const block = this.accessBlocks.get(String(bucket));
    if (block === undefined) throw new WorkflowError('S3.NoSuchBucketException');
    return block;
  }

  /** The id of a key that is named by id or by ARN. */
  private key(given: unknown): string {
    const id = String(given).replace(/^arn:Partition:kms:Region:Account:key\//, '');
    if (!this.keys.has(id)) throw new WorkflowError('Kms.NotFoundException');
    return id;
  }

  private changeKey(given: unknown, allowed: RegExp, state: string): unknown {
    const id = this.key(given);
    if (!allowed.test(this.keys.get(id) ?? '')) throw new WorkflowError('Kms.KmsInvalidStateException');
    this.keys.set(id, state);
    return { KeyId: id };
  }

  /** As `lambda/session-revoker` answers. */
  private revoke({ action, sub }: Values): unknown {
    const user = this.users.get(String(sub));
    if (!user) throw new WorkflowError('not_found');
    const now = new Date().toISOString();
    if (action === 'read') return { outcome: 'ok', role: user.role, disabledAt: user.disabledAt, revokedBefore: user.revokedBefore };
    if (action !== 'enable') user.revokedBefore = now;
    user.disabledAt = action === 'disable' ? (user.disabledAt ?? now) : action === 'enable' ? null : user.disabledAt;
    return { outcome: 'ok' };
  }
}

/** The one user whom a {@link PretendAccount} knows. */
export const PRETEND_USER = USER;

/** The key that somebody has scheduled for deletion in it. */
export const PRETEND_KEY = KEY;
