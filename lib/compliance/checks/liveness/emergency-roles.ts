import { bucketsOf } from '../../kinds';
import type { EnvironmentModel } from '../../model/environment';
import { once } from '../../model/once';
import { decide } from '../../policy/evaluate';
import { identitiesOf, may, type Identity } from '../../policy/identities';

type Json = Readonly<Record<string, unknown>>;

/** Roles that people may assume and that open PHI or take keys out of use, whatever they are called. */
export const emergencyRolesOf = once((environment: EnvironmentModel): readonly Identity[] =>
  identitiesOf(environment).filter((identity) => isForPeople(environment, identity) && isMighty(environment, identity)),
);

function isForPeople({ place }: EnvironmentModel, { trust, arn }: Identity): boolean {
  const by = { kind: 'identity', arn: `arn:aws:iam::${place.account}:user/somebody`, account: place.account } as const;
  const context = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' };
  return decide(trust, { by, action: 'sts:AssumeRole', resource: arn, context }) === 'allowed';
}

function isMighty(environment: EnvironmentModel, identity: Identity): boolean {
  const mayAt = (action: string, resource: string): boolean => may(environment, identity, { action, resource });
  return (
    bucketsOf(environment, 'phi').some((bucket) => mayAt('s3:GetObject', `${environment.arnOf(bucket)}/some`)) ||
    environment.of('AWS::KMS::Key').some((key) => mayAt('kms:DisableKey', environment.arnOf(key)))
  );
}

/** What CloudTrail writes when a role is assumed, and when something is done as it. */
export function usesOf({ arn }: Identity): Readonly<Record<'its session' | 'its calls', Json>> {
  const userName = arn.slice(arn.lastIndexOf('/') + 1);
  const session = { type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role', userName, arn } } };
  return {
    'its session': {
      eventName: 'AssumeRole',
      eventSource: 'sts.amazonaws.com',
      userIdentity: { type: 'IAMUser' },
      requestParameters: { roleArn: arn },
    },
    'its calls': { eventName: 'GetObject', eventSource: 's3.amazonaws.com', userIdentity: session },
  };
}
