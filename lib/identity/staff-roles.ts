import { Duration, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { AccountPrincipal, Effect, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { ServiceRole } from '../shared/service-role';
import { auditTrailArn, breakGlassRoleName, containmentName } from '../shared/fixed-names';
import * as may from './staff-permissions';

/** What staff reach. */
export interface StaffRolesProps {
  readonly environment: EnvironmentName;
  readonly keys: Keys;
  readonly userPool: IUserPool;
  /** Logs and evidence that the auditor reads. */
  readonly archives: readonly IBucket[];
  readonly documents: IBucket;
  /** Restores run as this role. */
  readonly backupRole: ServiceRole;
  /** Do in the database what no request may. */
  readonly administration: readonly IFunction[];
}

/**
 * The four ways a person works in the account: operator (runs it, administers users, reads no PHI; a change of a group
 * raises an alarm), auditor (reads evidence only), incident officer (reads evidence, and appends to the record of incidents),
 * break-glass (emergency access, and what the database asks of an administrator; its use raises an alarm). Each is assumed with
 * MFA younger than an hour, for an hour at most, under a permissions boundary.
 * 164.308(a)(3), 164.308(a)(6)(ii), 164.312(a)(2)(ii), 164.312(d).
 */
export class StaffRoles extends Construct {
  readonly operator: IRole;
  readonly auditor: IRole;
  readonly incidentOfficer: IRole;
  readonly breakGlass: IRole;
  private readonly boundary: ManagedPolicy;
  private readonly readConfiguration: ManagedPolicy;
  private readonly containment: ManagedPolicy;

  constructor(scope: Construct, id: string, private readonly props: StaffRolesProps) {
    super(scope, id);
    this.boundary = this.createBoundary();
    // A policy of its own: with anything more, one would exceed the 6,144 characters that IAM takes.
    this.readConfiguration = new ManagedPolicy(this, 'ReadConfiguration', {
      description: 'Reads how the account is configured; no data.',
      statements: [allow('ReadConfiguration', may.AUDIT_READ, ['*'])],
    });
    this.containment = this.createContainment();
    this.operator = this.createOperator();
    this.auditor = this.createAuditor();
    this.incidentOfficer = this.createIncidentOfficer();
    this.breakGlass = this.createBreakGlass();
  }

  private createOperator(): IRole {
    const { userPool } = this.props;
    const { account, partition, region } = Stack.of(this);
    return this.role('Operator', 'Deploys and watches the platform, and administers its users; reads no PHI.', [
      allow('Watch', may.OPERATIONS_READ, ['*']),
      allow('ReadLogs', may.LOG_READ, [`arn:${partition}:logs:${region}:${account}:log-group:*`]),
      allow('ReadEncryptedLogs', may.KEY_READ, [this.props.keys.logs.keyArn]),
      allow('AdministerUsers', may.USER_ADMINISTRATION, [userPool.userPoolArn]),
      allow('RestartEvidence', may.RESTART_EVIDENCE, this.recorders()),
      allow('Deploy', ['sts:AssumeRole'], ['deploy-role', 'file-publishing-role'].map((role) => `arn:${partition}:iam::${account}:role/cdk-hnb659fds-${role}-${account}-*`)),
    ]);
  }

  private createAuditor(): IRole {
    const role = this.role('Auditor', 'Reads configuration and evidence; changes nothing and sees no PHI.', this.readingOfEvidence());
    role.addManagedPolicy(this.readConfiguration);
    return role;
  }

  /** Where the record is, and that it may be added to, says the stack that holds it. */
  private createIncidentOfficer(): IRole {
    const role = this.role('IncidentOfficer', 'Keeps the record of incidents, and reads the evidence for it; sees no PHI.', [
      ...this.readingOfEvidence(),
      allow('EncryptRecord', may.KEY_WRITE, [this.props.keys.evidence.keyArn]),
    ]);
    role.addManagedPolicy(this.containment);
    return role;
  }

  private readingOfEvidence(): PolicyStatement[] {
    const { archives, keys } = this.props;
    return [
      allow('ReadArchives', may.ARCHIVE_READ, archives.flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')])),
      allow('ReadEncryptedArchives', may.KEY_READ, [keys.trail, keys.audit, keys.evidence].map((key) => key.keyArn)),
      allow('CheckBatches', may.SIGNATURE_CHECK, [keys.auditSigning.keyArn]),
    ];
  }

  private createBreakGlass(): IRole {
    const { administration, archives, backupRole, documents, environment, userPool } = this.props;
    const { account, partition, region } = Stack.of(this);
    const buckets = [...archives, documents];
    const objects = buckets.flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]);
    const role = this.role(
      'BreakGlass',
      'Emergency access: recovery, containment, PHI documents. Every use raises an alarm.',
      [
        allow('ReadStores', may.ARCHIVE_READ, objects),
        allow('ChangeArchives', may.ARCHIVE_EMERGENCY, objects),
        allow('Recover', may.RECOVERY, [
          `arn:${partition}:rds:${region}:${account}:*`,
          `arn:${partition}:backup:${region}:${account}:recovery-point:*`,
        ]),
        allow('UnlockVaults', may.VAULT_EMERGENCY, [
          `arn:${partition}:backup:*:${account}:backup-vault:${environment}-*`,
          `arn:${partition}:backup:*:${account}:recovery-point:*`,
          `arn:${partition}:rds:*:${account}:snapshot:awsbackup:*`,
        ]),
        allow('RestartEvidence', may.RESTART_EVIDENCE, this.recorders()),
        new PolicyStatement({
          sid: 'RestoreAsBackupService',
          actions: ['iam:PassRole'],
          resources: [backupRole.role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
        }),
        allow('CutOffFunctions', may.CONTAINMENT, [`arn:${partition}:lambda:${region}:${account}:function:*`]),
        allow('AdministerDatabase', may.DATABASE_ADMINISTRATION, administration.map((fn) => fn.functionArn)),
        allow('CutOffUsers', may.USER_ADMINISTRATION, [userPool.userPoolArn]),
      ],
      // Archives and keys, which come first, name this role in their policies.
      breakGlassRoleName(environment),
    );
    role.addManagedPolicy(this.readConfiguration);
    role.addManagedPolicy(this.useOfKeysInEmergency());
    role.addManagedPolicy(this.containment);
    return role;
  }

  /** Containments and restores, by the names that the stack of the response gives them. */
  private createContainment(): ManagedPolicy {
    const { account, partition, region } = Stack.of(this);
    const named = (kind: string, rest: string): string[] =>
      (['contain', 'restore'] as const).map(
        (direction) => `arn:${partition}:states:${region}:${account}:${kind}:${containmentName(this.props.environment, direction, rest)}`,
      );
    return new ManagedPolicy(this, 'Containment', {
      description: 'Starts containments and restores, and answers for them.',
      statements: [
        allow('StartWorkflows', may.WORKFLOW_START, named('stateMachine', '*')),
        allow('FollowWorkflows', may.WORKFLOW_FOLLOW, named('execution', '*:*')),
      ],
    });
  }

  /** A policy of its own, for the same reason as the reading of configuration. */
  private useOfKeysInEmergency(): ManagedPolicy {
    const { keys } = this.props;
    const storeKeys = [keys.records, keys.trail, keys.audit, keys.evidence, keys.logs, keys.messaging, keys.backup].map((key) => key.keyArn);
    // To be cut off and rescued, never to be used: fields are read through the API, which audits each reading.
    const apiKeys = [keys.fields, ...Object.values(keys.indexes), keys.auditSigning].map((key) => key.keyArn);
    return new ManagedPolicy(this, 'EmergencyKeys', {
      description: 'Emergency access: keys.',
      statements: [
        allow('ReadEncryptedStores', may.KEY_READ, storeKeys),
        allow('RescueKeys', may.KEY_EMERGENCY, [...storeKeys, ...apiKeys]),
        new PolicyStatement({
          sid: 'RestoreUnderKeys',
          actions: [...may.KEY_GRANT],
          resources: storeKeys,
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        }),
      ],
    });
  }

  /** The trail, and the configuration recorder, whose id AWS makes up. */
  private recorders(): string[] {
    const { account, partition, region } = Stack.of(this);
    return [auditTrailArn(this, this.props.environment), `arn:${partition}:config:${region}:${account}:configuration-recorder/*`];
  }

  private role(id: string, description: string, statements: PolicyStatement[], roleName?: string): Role {
    return new Role(this, id, {
      roleName,
      description,
      assumedBy: new AccountPrincipal(Stack.of(this).account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
      }),
      maxSessionDuration: Duration.hours(1),
      permissionsBoundary: this.boundary,
      // The role names its policies: the one that may name the role is left to a later stack, for what is made there.
      managedPolicies: [new ManagedPolicy(this, `${id}Permissions`, { description, statements })],
    });
  }

  private createBoundary(): ManagedPolicy {
    const allowed = new Set([
      ...may.AUDIT_READ, ...may.ARCHIVE_READ, ...may.LOG_READ, ...may.USER_ADMINISTRATION, ...may.RECOVERY,
      ...may.KEY_EMERGENCY, ...may.KEY_GRANT, ...may.VAULT_EMERGENCY, ...may.RESTART_EVIDENCE, ...may.ARCHIVE_EMERGENCY,
      ...may.CONTAINMENT, ...may.KEY_READ, ...may.KEY_WRITE, ...may.RECORD_APPEND, ...may.DATABASE_ADMINISTRATION, ...may.SIGNATURE_CHECK,
      ...may.WORKFLOW_START, ...may.WORKFLOW_FOLLOW, 'iam:PassRole', 'sts:AssumeRole',
    ]);
    return new ManagedPolicy(this, 'Boundary', {
      description: 'The most that any staff role may ever do.',
      statements: [
        allow('AtMost', [...allowed].sort(), ['*']),
        new PolicyStatement({ sid: 'Never', effect: Effect.DENY, actions: [...may.NEVER], resources: ['*'] }),
      ],
    });
  }
}

function allow(sid: string, actions: readonly string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources });
}
