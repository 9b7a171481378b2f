import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { AccountServices } from '../../config/environment';
import { breakGlassRoleArn, containmentName, roleArn } from '../../shared/fixed-names';
import type { ContainmentAction } from './action';
import { blockPublicAccess } from './block-public-access';
import { denyBucket } from './deny-bucket';
import { isolateDatabase } from './isolate-database';
import { isolateFunction } from './isolate-function';
import { keepKey } from './keep-key';
import type { Witnesses } from './preserve-evidence';
import { preserveEvidence } from './preserve-evidence';
import type { SecondPerson } from './quarantine-user';
import { quarantineUser } from './quarantine-user';
import { revokeRoleSessions } from './revoke-role-sessions';
import { signOutUser } from './sign-out-user';
import { switchDetectionOn } from './switch-detection-on';
import type { UserStores } from './user-steps';
import { withdrawSnapshot } from './withdraw-snapshot';

/** Everything that can be contained. */
export interface Containable extends UserStores, SecondPerson, Witnesses {
  readonly quarantine: ISecurityGroup;
  /** May be isolated, and their sessions ended. */
  readonly functions: readonly IFunction[];
  /** Roles of staff whose sessions may be ended. */
  readonly staff: readonly IRole[];
  readonly documents: IBucket;
  /** Every bucket of the environment, those of documents, archives and evidence included. */
  readonly buckets: readonly IBucket[];
  /** Which of them the environment runs itself. */
  readonly accountServices: AccountServices;
  /** Every key of the environment in this Region. */
  readonly keys: readonly IKey[];
  /** Backs up the documents. */
  readonly backupRole: IRole;
}

/**
 * Every containment, in the order that avoids regret: capture, identity, compute, network, data; then what puts a safeguard back that
 * somebody took away. Disabling a key is not among them: it takes every store of the key down for good after a week, and break-glass can
 * do it by hand (docs/runbook.md, KeyLoss).
 */
export function containmentActions(what: Containable): readonly ContainmentAction[] {
  const { environment, functions, staff, database, quarantine, documents, backupRole, keys, buckets, accountServices } = what;
  return [
    preserveEvidence(what),
    signOutUser(what),
    quarantineUser(what, what),
    revokeRoleSessions([...staff, ...functions.flatMap(({ role }) => role ?? [])]),
    isolateFunction(functions),
    isolateDatabase(database, quarantine),
    denyBucket(documents, {
      breakGlassRoleArn: breakGlassRoleArn(documents, environment),
      containRoleArn: roleArn(documents, containmentName(environment, 'contain', 'deny-bucket')),
      restoreRoleArn: roleArn(documents, containmentName(environment, 'restore', 'deny-bucket')),
      backupRoleArn: backupRole.roleArn,
    }),
    keepKey(keys),
    blockPublicAccess(buckets),
    withdrawSnapshot(database),
    ...switchDetectionOn(database, accountServices),
  ];
}
