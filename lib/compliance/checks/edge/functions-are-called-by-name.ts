import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import { textAt, valueAt } from '../../model/read';

/** Services that invoke for what happens inside the account. A gateway would be a way in from the internet that no check here judges. */
const SERVICES: readonly string[] = [
  'elasticloadbalancing',
  'events',
  'scheduler',
  'sns',
  's3',
  'logs',
  'states',
  'config',
  'secretsmanager',
  'cognito-idp',
];

/** A service may invoke a function for one thing of this account only, and there is no URL that leads past the load balancer. */
export const functionsAreCalledByName: Check = {
  id: 'strength/functions-are-called-by-name',
  claim: 'every permission to invoke names a service and the one thing it acts for, and no function has a URL',
  citations: ['164.312(a)(1)', '164.308(a)(4)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::Lambda::Permission', 'AWS::Lambda::Url'], '164.312(a)(1)', (permission): readonly Fault[] => {
      if (permission.type === 'AWS::Lambda::Url') return [{ property: 'Type', value: permission.type, expected: 'absent' }];
      const source = textAt(permission, 'SourceArn') ?? '';
      // The permission has to be there before the target group, whose ARN ends in a part that nobody can know by then.
      const isOne = source.includes(`:${environment.place.account}:`) && !source.replace(/(:targetgroup\/[^/*]+\/)\*$/, '$1').includes('*');
      return [
        ...(SERVICES.includes((textAt(permission, 'Principal') ?? '').replace(/\.amazonaws\.com$/, ''))
          ? []
          : [{ property: 'Principal', value: valueAt(permission, 'Principal'), expected: `one of ${SERVICES.join(', ')}` }]),
        ...(isOne
          ? []
          : [{ property: 'SourceArn', value: source || undefined, expected: 'one thing of this account, without a wildcard' }]),
        ...(textAt(permission, 'Action') === 'lambda:InvokeFunction'
          ? []
          : [{ property: 'Action', value: textAt(permission, 'Action'), expected: 'lambda:InvokeFunction' }]),
        ...(environment.at(textAt(permission, 'FunctionName'), 'AWS::Lambda::Function')
          ? []
          : [{ property: 'FunctionName', value: textAt(permission, 'FunctionName'), expected: 'a function of these templates' }]),
      ];
    }),
};
