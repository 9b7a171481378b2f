import type { Check } from '../../check';
import { toFinding, verdictOf, type Fault } from '../../judge';
import { identitiesOf } from '../../policy/identities';

/** AWS-managed policies that are the account, or all of IAM. */
const ADMINISTRATORS: readonly string[] = ['AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess'];

/** No role of the templates is the account, and no user or access key stands in them. */
export const nobodyIsAdministrator: Check = {
  id: 'hard/nobody-is-administrator',
  claim: 'no role may do everything, and the templates make no IAM user and no access key',
  citations: ['164.308(a)(4)', '164.312(a)(1)'],
  severity: 'fatal',
  evaluate: (environment) => {
    const identities = identitiesOf(environment);
    const people = ['AWS::IAM::User', 'AWS::IAM::AccessKey'].flatMap((type) => environment.of(type));
    const faults = identities.flatMap(({ role, statements, awsManaged }) => [
      ...awsManaged
        .filter((name) => ADMINISTRATORS.includes(name))
        .map((value) => ({
          role,
          fault: { property: 'ManagedPolicyArns', value, expected: 'policies that name what they allow' } satisfies Fault,
        })),
      ...statements
        .filter(
          ({ effect, actions, notActions, resources }) =>
            effect === 'Allow' && resources.includes('*') && (actions.includes('*') || notActions.length > 0),
        )
        .map(({ label }) => ({
          role,
          fault: { property: `policy ${label}`, value: '* on *', expected: 'named actions on named resources' } satisfies Fault,
        })),
    ]);
    return verdictOf(
      [...identities.map(({ role }) => role), ...people],
      [
        ...faults.map(({ role, fault }) => toFinding(role, '164.308(a)(4)', fault)),
        ...people.map((person) =>
          toFinding(person, '164.308(a)(4)', { property: 'Type', value: person.type, expected: 'roles, whose credentials expire' }),
        ),
      ],
    );
  },
};
