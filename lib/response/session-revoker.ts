import { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { SESSION_REVOKER_DATABASE_USER } from '../../lambda/session-revoker/contract';
import { DatabaseFunction } from '../data/database-function';
import type { SecureFunction } from '../shared/secure-function';

export type { SessionRevokerRequest } from '../../lambda/session-revoker/contract';

/** Whose sessions are ended where. */
export interface SessionRevokerProps {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly logsKey: IKey;
  readonly database: IDatabaseInstance;
}

/**
 * Ends a user's sessions in the database, which checks every request: token or no token, they are over at the next one. The workflows
 * that contain users invoke it, and nobody else. 164.308(a)(3)(ii)(C), 164.312(a)(1).
 *
 * Its login may execute three functions about one principal, and reads no table.
 */
export class SessionRevoker extends Construct {
  readonly revoker: SecureFunction;

  constructor(scope: Construct, id: string, { vpc, securityGroup, logsKey, database }: SessionRevokerProps) {
    super(scope, id);
    this.revoker = new DatabaseFunction(this, 'Revoke', {
      bundle: 'session-revoker',
      description: 'Ends the sessions of a user, and closes the door to them, for a containment.',
      dataClass: 'audit',
      logsKey,
      vpc,
      securityGroup,
      database,
      login: SESSION_REVOKER_DATABASE_USER,
      invocation: { awaitedBy: 'The workflow that contains' },
      timeout: Duration.seconds(40),
      memoryMib: 256,
    });
  }
}
