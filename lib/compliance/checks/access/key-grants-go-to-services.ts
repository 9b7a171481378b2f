import type { Check } from '../../check';
import { toFinding, verdictOf, type Fault } from '../../judge';
import { conditionsHold } from '../../policy/conditions';
import { grantsOf } from '../../policy/grants';
import { identitiesOf } from '../../policy/identities';

/** A grant hands the use of a key on, out of sight of its policy: only AWS's services get one, for a resource. */
export const keyGrantsGoToServices: Check = {
  id: 'access/key-grants-go-to-services',
  claim: 'whoever may make a grant of a key may make it for a service of AWS alone',
  citations: ['164.312(a)(2)(iv)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) => {
    const keys = environment.of('AWS::KMS::Key');
    if (keys.length === 0) return { state: 'notApplicable', reason: 'the templates hold no AWS::KMS::Key' };
    const identities = identitiesOf(environment);
    const findings = identities.flatMap((identity) => {
      const grants = new Set(keys.flatMap((key) => grantsOf(identity, 'kms:CreateGrant', environment.arnOf(key))));
      const loose = [...grants].filter(({ conditions }) => conditionsHold(conditions, new Map([['kms:grantisforawsresource', 'false']])));
      return loose.map(({ label }) => {
        const fault: Fault = {
          property: `policy ${label}`,
          value: 'kms:CreateGrant for anybody',
          expected: 'a condition kms:GrantIsForAWSResource',
        };
        return toFinding(identity.role, '164.312(a)(2)(iv)', fault);
      });
    });
    return verdictOf([...keys, ...identities.map(({ role }) => role)], findings);
  },
};
