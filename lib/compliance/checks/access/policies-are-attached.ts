import type { Check } from '../../check';
import { judgeEach, type Fault } from '../../judge';
import type { Resource } from '../../model/environment';
import { textsAt, valueAt } from '../../model/read';
import { waitsForWorkflow } from '../../policy/handed-out';

/** Where a policy says whom it is for. */
const TO = ['Roles', 'Users', 'Groups'];

/** A policy that nobody has is a safeguard on paper, and one that waits for somebody is worse. */
export const policiesAreAttached: Check = {
  id: 'access/policies-are-attached',
  claim: 'every policy of identities is attached to roles of these templates, or bounds one; one that only denies may wait for a workflow to attach it',
  citations: ['164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) => {
    const bounding = environment.of('AWS::IAM::Role').map((role) => environment.at(valueAt(role, 'PermissionsBoundary')));
    const listed = environment.of('AWS::IAM::Role').flatMap((role) => textsAt(role, 'ManagedPolicyArns').map((arn) => environment.at(arn)));
    const isHeld = (policy: Resource): boolean => bounding.includes(policy) || listed.includes(policy) || waitsForWorkflow(environment, policy);
    const policies = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'].flatMap((type) => environment.of(type));
    return judgeEach(policies, '164.308(a)(4)', (policy): readonly Fault[] => {
      const named = textsAt(policy, 'Roles');
      const strange = TO.flatMap((property) =>
        textsAt(policy, property)
          .filter((name) => property !== 'Roles' || !environment.at(name, 'AWS::IAM::Role'))
          .map((value): Fault => ({ property, value, expected: 'roles of these templates' })),
      );
      return named.length > 0 || isHeld(policy) ? strange : [...strange, { property: 'Roles', value: undefined, expected: 'a role' }];
    });
  },
};
