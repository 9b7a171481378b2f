import type { Check } from '../../check';
import type { Statement } from '../../policy/statement';
import { covers } from '../../policy/pattern';
import { judgeStatements, type StatementFault } from './statements';

/** To pass a role is to have it: whoever may pass any role has the strongest there is. */
export const rolesArePassedByName: Check = {
  id: 'access/roles-are-passed-by-name',
  claim: 'whoever may pass a role may pass roles of these templates by name, each to one named service',
  citations: ['164.308(a)(4)', '164.308(a)(3)(ii)(A)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeStatements(environment, ['identity'], '164.308(a)(4)', (statement) => {
      if (statement.effect === 'Deny' || !passes(statement)) return [];
      const { resources, conditions, notResources } = statement;
      const unnamed = [...resources.filter((arn) => !environment.at(arn, 'AWS::IAM::Role') || /[*?]/.test(arn)), ...notResources];
      const services = Object.entries(conditions).flatMap(([operator, keys]) =>
        /^String(?:Equals|Like)$/.test(operator)
          ? Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === 'iam:passedtoservice' ? values : []))
          : [],
      );
      const isToServices = services.length > 0 && services.every((service) => /^[a-z0-9.-]+\.amazonaws\.com$/.test(service));
      return [
        ...unnamed.map((value): StatementFault => ({ value, expected: 'a role of these templates, by name' })),
        ...(isToServices
          ? []
          : [{ value: 'iam:PassRole to any service', expected: 'a condition iam:PassedToService that names the service' }]),
      ];
    }),
};

function passes({ actions, notActions }: Statement): boolean {
  const action = 'iam:PassRole';
  return notActions.length > 0
    ? !notActions.some((each) => covers(each, action, true))
    : actions.some((each) => covers(each, action, true));
}
