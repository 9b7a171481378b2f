import { functionsAreCalled } from '../../../../lib/compliance/checks/liveness/functions-are-called';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

type Resources = Parameters<typeof environmentOf>[0];

const WORK = { Type: 'AWS::Lambda::Function' };
const ARN = { 'Fn::GetAtt': ['Work', 'Arn'] };
const judged = (others: Resources) => functionsAreCalled.evaluate(environmentOf({ Work: WORK, ...others })).state;

it('has nothing to say where there is no function', () => {
  expect(functionsAreCalled.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it.each([
  ['a rule', { Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: '0', Arn: ARN }] } } }],
  ['a deploy', { Asked: { Type: 'Custom::Thing', Properties: { ServiceToken: ARN } } }],
  ['a user pool', { Pool: { Type: 'AWS::Cognito::UserPool', Properties: { LambdaConfig: { PreSignUp: { 'Fn::Sub': '${Work.Arn}' } } } } }],
])('takes %s for a caller', (_, others) => {
  expect(judged(others)).toBe('met');
});

it('does not take a permission, an alarm or a policy for one', () => {
  expect(
    judged({
      Permission: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: ARN } },
      Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Resource: ARN } },
    }),
  ).toBe('unmet');
});

it('does not guess who is called by what only a deploy knows', () => {
  expect(() => judged({ Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Arn: { 'Fn::If': ['A', ARN, 'b'] } }] } } })).toThrow(
    CannotTell,
  );
});
