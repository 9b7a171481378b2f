import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';
import { statementsOf } from '../../policy/statement';

/** An alarm that a stranger can ring is soon switched off, and work that he can start is his: 164.308(a)(6)(ii), 164.312(a)(1). */
export const eventsAreOfAws: Check = {
  id: 'liveness/events-are-of-aws',
  claim: 'no policy of an event bus lets anybody but this account send events',
  citations: ['164.308(a)(6)(ii)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Events::EventBusPolicy'], '164.308(a)(6)(ii)', (policy) => faultsOf(environment, policy)),
};

function faultsOf({ place }: EnvironmentModel, policy: Resource): readonly Fault[] {
  const inStatements = statementsOf(policy.name, { Statement: valueAt(policy, 'Statement') })
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principal }) => (typeof principal === 'object' ? Object.values(principal).flat() : [principal ?? '*']));
  const named = [...inStatements, ...(textAt(policy, 'Principal') ?? '').split(' ').filter((name) => name !== '')];
  const isOurs = (name: string): boolean => name === place.account || new RegExp(`^arn:aws[\\w-]*:iam::${place.account}:`).test(name);
  return named.filter((name) => !isOurs(name)).map((value): Fault => ({ property: 'Principal', value, expected: 'this account' }));
}
