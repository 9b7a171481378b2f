import { Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Effect, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentName } from '../config/environment';
import type { Keys } from '../foundation/keys';
import type { ServiceRole } from '../shared/service-role';
import { auditTrailArn, breakGlassRoleName } from '../shared/fixed-names';
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
 * The three ways a person works in the account: operator (runs it, administers users, reads no PHI; a change of a group
 * raises an alarm), auditor (reads evidence only), break-glass (emergency access, and what the database asks of an administrator;
 * its use raises an alarm). Each is assumed with MFA younger than an hour, for an hour at most, under a permissions boundary.
 * 164.308(a)(3), 164.312(a)(2)(ii), 164.312(d).
 */
export class StaffRoles extends Construct {
  private readonly boundary: ManagedPolicy;
  private readonly readConfiguration: ManagedPolicy;

  constructor(scope: Construct, id: string, private readonly props: StaffRolesProps) {
    super(scope, id);
    this.boundary = this.createBoundary();
    // A policy of its own: with anything more, one would exceed the 6,144 characters that IAM takes.
    this.readConfiguration = new ManagedPolicy(this, 'ReadConfiguration', {
      description: 'Reads how the account is configured; no data.',
      statements: [allow('ReadConfiguration', may.AUDIT_READ, ['*'])],
    });
    this.createOperator();
    this.createAuditor();
    this.createBreakGlass();
  }

  private createOperator(): void {
    const { userPool } = this.props;
    const { account, partition, region } = Stack.of(this);
    this.role('Operator', 'Deploys and watches the platform, and administers its users; reads no PHI.', [
      allow('Watch', may.OPERATIONS_READ, ['*']),
      allow('ReadLogs', may.LOG_READ, [`arn:${partition}:logs:${region}:${account}:log-group:*`]),
      allow('ReadEncryptedLogs', may.KEY_READ, [this.props.keys.logs.keyArn]),
      allow('AdministerUsers', may.USER_ADMINISTRATION, [userPool.userPoolArn]),
      allow('RestartEvidence', may.RESTART_EVIDENCE, this.recorders()),
      allow('Deploy', ['sts:AssumeRole'], ['deploy-role', 'file-publishing-role'].map((role) => `arn:${partition}:iam::${account}:role/cdk-hnb659fds-${role}-${account}-*`)),
    ]);
  }

  private createAuditor(): void {
    const { archives, keys } = this.props;
    this.role('Auditor', 'Reads configuration and evidence; changes nothing and sees no PHI.', [
      allow('ReadArchives', may.ARCHIVE_READ, archives.flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')])),
      allow('ReadEncryptedArchives', may.KEY_READ, [keys.trail.keyArn, keys.audit.keyArn]),
      allow('CheckBatches', may.SIGNATURE_CHECK, [keys.auditSigning.keyArn]),
    ]).addManagedPolicy(this.readConfiguration);
  }

  private createBreakGlass(): void {
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
  }

  /** A policy of its own, for the same reason as the reading of configuration. */
  private useOfKeysInEmergency(): ManagedPolicy {
    const { keys } = this.props;
    const storeKeys = [keys.records, keys.trail, keys.audit, keys.logs, keys.messaging, keys.backup].map((key) => key.keyArn);
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
    const role = new Role(this, id, {
      roleName,
      description,
      assumedBy: new AccountPrincipal(Stack.of(this).account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
      }),
      maxSessionDuration: Duration.hours(1),
      permissionsBoundary: this.boundary,
    });
    new ManagedPolicy(this, `${id}Permissions`, { description, roles: [role], statements });
    return role;
  }

  private createBoundary(): ManagedPolicy {
    const allowed = new Set([
      ...may.AUDIT_READ, ...may.ARCHIVE_READ, ...may.LOG_READ, ...may.USER_ADMINISTRATION, ...may.RECOVERY,
      ...may.KEY_EMERGENCY, ...may.KEY_GRANT, ...may.VAULT_EMERGENCY, ...may.RESTART_EVIDENCE, ...may.ARCHIVE_EMERGENCY,
      ...may.CONTAINMENT, ...may.KEY_READ, ...may.DATABASE_ADMINISTRATION, ...may.SIGNATURE_CHECK, 'iam:PassRole', 'sts:AssumeRole',
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
