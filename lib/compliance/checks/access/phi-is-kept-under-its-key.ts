import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { bucketsOf } from '../../kinds';
import { decide } from '../../policy/evaluate';
import { policyOf } from '../../policy/resource-policies';

const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const ALGORITHM = 's3:x-amz-server-side-encryption';

/** Ways of storing an object, and whether they put it under another key than the bucket's. */
const WAYS = [
  { what: 'without encryption by KMS', context: { [ALGORITHM]: 'AES256' } },
  { what: 'under another key', context: { [ALGORITHM]: 'aws:kms', [KEY]: 'arn:aws:kms:us-east-1:999999999999:key/other' } },
  { what: 'under a key of the client', context: { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' } },
] as const;

/** Whoever may write a document cannot put it where the key's policy, rotation and trail do not reach. */
export const phiIsKeptUnderItsKey: Check = {
  id: 'access/phi-is-kept-under-its-key',
  claim: 'every bucket of PHI denies everybody to store an object without KMS, under another key or under a key of the client',
  citations: ['164.312(a)(2)(iv)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeEach(bucketsOf(environment, 'phi'), '164.312(a)(2)(iv)', (bucket) => {
      const { account } = environment.place;
      const statements = policyOf(environment, bucket).filter(isAboutEncryption);
      const by = { kind: 'identity', arn: `arn:aws:iam::${account}:role/somebody`, account } as const;
      const call = { by, action: 's3:PutObject', resource: `${environment.arnOf(bucket)}/any/object` };
      return WAYS.filter(({ context }) => decide(statements, { ...call, context }) !== 'denied').map(({ what }): Fault => ({
        property: 'BucketPolicy',
        value: `storing ${what} is not denied`,
        expected: 'denied to everybody',
      }));
    }),
};

/** A denial to strangers would stand in for one that the bucket's own writers meet. */
function isAboutEncryption({ conditions }: { readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>> }): boolean {
  return Object.values(conditions).some((keys) => Object.keys(keys).some((key) => key.toLowerCase().startsWith(ALGORITHM)));
}
