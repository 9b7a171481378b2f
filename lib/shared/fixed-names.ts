import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { trailFilesPrefix } from '../../lambda/trail-guardian/contract';
import type { EnvironmentName } from '../config/environment';
import type { Administrators } from './break-glass-deny';

/**
 * The physical names that are fixed, each because a policy or an ARN has to name the resource before it exists. All other
 * names are generated, so that a replacement never collides.
 */

/** Key policies and bucket policies of the foundation name the trail, which is created later. */
export function auditTrailName(environment: EnvironmentName): string {
  return `${environment}-audit-trail`;
}

/** Archives and keys, which come first, deny deletion to everyone but this role, which comes later. */
export function breakGlassRoleName(environment: EnvironmentName): string {
  return `${environment}-break-glass`;
}

/**
 * A vault must have a name; the plan names the one of another Region, where a reference cannot reach. Kept when its stack
 * goes, a vault must be removed by hand before an environment is built again.
 */
export function vaultName(environment: EnvironmentName, vault: 'point-in-time' | 'long-term' | 'recovery'): string {
  return `${environment}-${vault}`;
}

/** The function's permission must exist before the target group that it names. */
export function recordsTargetGroupName(environment: EnvironmentName): string {
  return `${environment}-records`;
}

/**
 * RDS creates its log groups itself, without a key and for ever, unless groups of these exact names exist first. It also
 * makes an accidental replacement fail instead of starting an empty database.
 */
export function databaseInstanceName(environment: EnvironmentName): string {
  return `${environment}-records`;
}

/**
 * Role of the records function, which opens documents to clients by presigned address. The bucket's policy, which comes first, lets no
 * other reader in; a pattern over a generated name would let in whoever makes a role that begins alike.
 */
export function recordsApiRoleName(environment: EnvironmentName): string {
  return `${environment}-records-api`;
}

/** Role of the audit exporter. The policies of the archive and of the S3 gateway, which come first, let no other writer of batches in. */
export function auditExporterRoleName(environment: EnvironmentName): string {
  return `${environment}-audit-exporter`;
}

/** Role of the function that tells of unusual access. The policy of the endpoint of EventBridge, which comes first, lets nobody else send. */
export function auditSignalsRoleName(environment: EnvironmentName): string {
  return `${environment}-audit-signals`;
}

/** Role of AWS Backup. The bucket policies that come first must leave it able to read what it backs up. */
export function backupRoleName(environment: EnvironmentName): string {
  return `${environment}-backup-service`;
}

/**
 * A workflow that contains or restores, and its role where a policy that comes first names it: the bucket of documents lets nobody but
 * these change its policy. People start a workflow by this name, as the runbook writes it.
 */
export function containmentName(environment: EnvironmentName, direction: 'contain' | 'restore', action: string): string {
  return `${environment}-${direction}-${action}`;
}

/**
 * Roles of the workflows whose changes look like those of an intruder: policy and access block of a bucket, an inline policy of a role.
 * The detections, which come first, leave out what these do, or containment would set itself off; so the making of a role of such a name is
 * itself detected.
 */
export function responseRoleNames(environment: EnvironmentName): readonly string[] {
  return [
    ...['deny-bucket', 'revoke-role-sessions'].flatMap((action) =>
      (['contain', 'restore'] as const).map((direction) => containmentName(environment, direction, action)),
    ),
    accessBlockRoleName(environment),
  ];
}

function accessBlockRoleName(environment: EnvironmentName): string {
  return containmentName(environment, 'contain', 'block-public-access');
}

/** Folder of the trail in its archive. */
export const TRAIL_FOLDER = 'cloudtrail';

/** Where the trail's files of an account lie in the archive, digests included. */
export function trailFiles(account: string): string {
  return trailFilesPrefix(TRAIL_FOLDER, account);
}

/** Step Functions delivers to groups of this prefix without a policy of the account's own, of which there are ten. */
export function workflowLogGroupName(environment: EnvironmentName): string {
  return `/aws/vendedlogs/states/${environment}-containment`;
}

/** Where deployments are held: a parameter for each containment below it. The pipeline reads it before there is a template at hand. */
export function freezePath(environment: EnvironmentName): string {
  return `/${environment}/ir/freeze`;
}

/** ARN of the break-glass role, for policies that stand before it. */
export function breakGlassRoleArn(scope: Construct, environment: EnvironmentName): string {
  return roleArn(scope, breakGlassRoleName(environment));
}

/** ARN of the trail, for policies that stand before it. */
export function auditTrailArn(scope: Construct, environment: EnvironmentName): string {
  return Stack.of(scope).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: auditTrailName(environment) });
}

/** The role that CloudFormation deploys with, as `cdk bootstrap` names it under the default qualifier. */
export function deploymentRoleName(account: string, region: string): string {
  return `cdk-hnb659fds-cfn-exec-role-${account}-${region}`;
}

function deploymentRoleArn(scope: Construct): string {
  const { account, region } = Stack.of(scope);
  return roleArn(scope, deploymentRoleName(account, region));
}

/** The role that asks CloudFormation for a deployment, as `cdk bootstrap` names it under the default qualifier. */
export function pipelineRoleName(scope: Construct): string {
  const { account, region } = Stack.of(scope);
  return `cdk-hnb659fds-deploy-role-${account}-${region}`;
}

/** ARN of a role of this account, for policies that stand before it. */
export function roleArn(scope: Construct, roleName: string): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
}

/** ARN of the role that puts the block of public access of a bucket back, for policies that stand before it. */
export function accessBlockRoleArn(scope: Construct, environment: EnvironmentName): string {
  return roleArn(scope, accessBlockRoleName(environment));
}

/** Who may still change what protects an archive or a vault: break-glass everything, a deploy the policy, a workflow the block. */
export function archiveAdministrators(scope: Construct, environment: EnvironmentName): Administrators {
  return {
    breakGlassRoleArn: breakGlassRoleArn(scope, environment),
    deploymentRoleArn: deploymentRoleArn(scope),
    accessBlockRoleArn: accessBlockRoleArn(scope, environment),
  };
}
