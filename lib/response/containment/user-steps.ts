import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { SessionRevokerRequest } from '../session-revoker';
import type { Target } from './action';
import { jsonata } from './asl';
import type { Step } from './step';

/** Where users are known: the pool, and the database behind the function that answers for it. */
export interface UserStores {
  readonly userPool: IUserPool;
  readonly revoker: IFunction;
}

/** A user by the pseudonymous id that pool and database share. */
export const USER: Target = { field: 'userSub', pattern: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}' };

/** One call of the session revoker. */
export function revoker(name: string, action: SessionRevokerRequest['action'], more: Partial<Step> = {}): Step {
  return {
    name,
    call: 'lambda:invoke',
    arguments: { FunctionName: '${SessionRevoker}', Payload: { action, sub: jsonata('$target') } },
    readsOnly: action === 'read',
    ...more,
  };
}

/** One call of the user pool about the user. */
export function pool(name: string, call: string, more: Partial<Step> = {}): Step {
  return {
    name,
    call: `aws-sdk:cognitoidentityprovider:${call}`,
    arguments: { UserPoolId: '${UserPool}', Username: jsonata('$target') },
    ...more,
  };
}

/** Ends refresh tokens in the pool, and access tokens, which live up to a quarter of an hour, at the next request. */
export const SIGN_OUT: readonly Step[] = [
  pool('Sign out of the user pool', 'adminUserGlobalSignOut'),
  revoker('Revoke sessions in the database', 'revoke'),
];

/** What workflows about users need. */
export function permissionsOf({ userPool, revoker: fn }: UserStores, ...poolActions: readonly string[]): readonly PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'ActOnUsers', actions: [...poolActions], resources: [userPool.userPoolArn] }),
    new PolicyStatement({ sid: 'RevokeInDatabase', actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }),
  ];
}

/** Pool and function, as the steps name them. */
export function substitutionsOf({ userPool, revoker: fn }: UserStores): Readonly<Record<string, string>> {
  return { UserPool: userPool.userPoolId, SessionRevoker: fn.functionArn };
}
