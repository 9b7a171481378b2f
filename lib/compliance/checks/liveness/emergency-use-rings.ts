import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import { dataClassOf } from '../../kinds';
import type { EnvironmentModel } from '../../model/environment';
import { decide } from '../../policy/evaluate';
import { identitiesOf, may, type Identity } from '../../policy/identities';
import { isNoticed } from './catching';

/**
 * Emergency access is used where everybody sees it: 164.312(a)(2)(ii). A role for people that opens PHI or takes keys out of use rings an
 * alarm by the very name it has.
 */
export const emergencyUseRings: Check = {
  id: 'liveness/emergency-use-rings',
  claim: 'every role for people that may read PHI or disable a key raises an alarm when it is assumed, and with everything that is done as it',
  citations: ['164.312(a)(2)(ii)', '164.308(a)(1)(ii)(D)'],
  severity: 'error',
  evaluate: (environment) => {
    const mighty = identitiesOf(environment).filter((identity) => isForPeople(environment, identity) && isMighty(environment, identity));
    return judgeEach(
      mighty.map(({ role }) => role),
      '164.312(a)(2)(ii)',
      (role) => mighty.filter((identity) => identity.role === role).flatMap((identity) => faultsOf(environment, identity)),
      'no role for people may read PHI or disable a key',
    );
  },
};

function isForPeople({ place }: EnvironmentModel, { trust, arn }: Identity): boolean {
  const by = { kind: 'identity', arn: `arn:aws:iam::${place.account}:user/somebody`, account: place.account } as const;
  const context = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' };
  return decide(trust, { by, action: 'sts:AssumeRole', resource: arn, context }) === 'allowed';
}

function isMighty(environment: EnvironmentModel, identity: Identity): boolean {
  const documents = environment.of('AWS::S3::Bucket').filter((bucket) => dataClassOf(bucket) === 'phi');
  return (
    documents.some((bucket) => may(environment, identity, { action: 's3:GetObject', resource: `${environment.arnOf(bucket)}/some` })) ||
    environment.of('AWS::KMS::Key').some((key) => may(environment, identity, { action: 'kms:DisableKey', resource: environment.arnOf(key) }))
  );
}

function faultsOf(environment: EnvironmentModel, { arn }: Identity): readonly Fault[] {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const session = { type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role', userName: name, arn } } };
  const uses = {
    'its session': { eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', userIdentity: { type: 'IAMUser' }, requestParameters: { roleArn: arn } },
    'its calls': { eventName: 'GetObject', eventSource: 's3.amazonaws.com', userIdentity: session },
  };
  return Object.entries(uses)
    .filter(([, record]) => !isNoticed(environment, record))
    .map(([what]) => ({ property: 'RoleName', value: `${name}: ${what} ring nothing`, expected: 'an alarm over the trail that names this role' }));
}
