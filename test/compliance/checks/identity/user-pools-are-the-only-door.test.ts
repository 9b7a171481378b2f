import { userPoolsAreTheOnlyDoor } from '../../../../lib/compliance/checks/identity/user-pools-are-the-only-door';
import { environmentOf } from '../../../support/tiny-environment';

const RISK = 'AWS::Cognito::UserPoolRiskConfigurationAttachment';
const risk = (Properties: object) => userPoolsAreTheOnlyDoor.evaluate(environmentOf({ Risk: { Type: RISK, Properties } })).state;
const taking = (EventAction: string) =>
  risk({ AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction, Notify: true } } } });

it('has nothing to say where there is no user pool', () => {
  expect(userPoolsAreTheOnlyDoor.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes an answer to risk, and refuses to have none', () => {
  expect([taking('BLOCK'), taking('MFA_REQUIRED'), taking('NO_ACTION')]).toEqual(['met', 'met', 'unmet']);
  expect(risk({ CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'NO_ACTION' } } })).toBe('unmet');
});

it('takes a trigger of these templates', () => {
  const LambdaConfig = { PreTokenGenerationConfig: { LambdaArn: { 'Fn::GetAtt': ['Work', 'Arn'] }, LambdaVersion: 'V2_0' } };
  expect(
    userPoolsAreTheOnlyDoor.evaluate(
      environmentOf({ Work: { Type: 'AWS::Lambda::Function' }, Pool: { Type: 'AWS::Cognito::UserPool', Properties: { LambdaConfig } } }),
    ).state,
  ).toBe('met');
});
