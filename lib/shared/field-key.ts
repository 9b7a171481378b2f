import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { KEY_CONTEXT_APP, KEY_CONTEXT_MEMBERS } from '../../lambda/records/contract';
import type { EnvironmentName } from '../config/environment';

/** What a function may do with the key that wraps data keys. */
export interface FieldKeyUse {
  readonly sid: string;
  readonly key: IKey;
  readonly environment: EnvironmentName;
  readonly actions: readonly ('kms:Decrypt' | 'kms:GenerateDataKeyWithoutPlaintext')[];
}

const contextKey = (member: string): string => `kms:EncryptionContext:${member}`;

/** What every encryption context of an environment says. */
function contextOf(environment: EnvironmentName): Readonly<Record<'app' | 'env', string>> {
  return { app: KEY_CONTEXT_APP, env: environment };
}

/**
 * Allows a use of the key under an encryption context that has all four members and no other, and names this application and
 * environment. A context that is absent fails: equality and the Null test want a value, and only the test for further members
 * would let an absent one pass. 164.312(a)(2)(iv).
 */
export function allowFieldKey({ sid, key, environment, actions }: FieldKeyUse): PolicyStatement {
  const { app, env } = contextOf(environment);
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: [key.keyArn],
    conditions: {
      StringEquals: { [contextKey('app')]: app, [contextKey('env')]: env },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': [...KEY_CONTEXT_MEMBERS] },
      Null: Object.fromEntries(KEY_CONTEXT_MEMBERS.map((member) => [contextKey(member), 'false'])),
    },
  });
}

/**
 * Statements of the key's own policy: without this application and this environment in the context nobody of the account uses the key,
 * whatever an identity may be allowed. A statement each, because the conditions of one must all hold. The operators hold for an
 * absent context, too.
 */
export function denyForeignContext(environment: EnvironmentName): readonly PolicyStatement[] {
  return Object.entries(contextOf(environment)).map(
    ([member, value]) =>
      new PolicyStatement({
        sid: `DenyForeign${member === 'app' ? 'Application' : 'Environment'}`,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: { StringNotEquals: { [contextKey(member)]: value } },
      }),
  );
}
