import { deployWorkIsOurs } from '../../../../lib/compliance/checks/edge/deploy-work-is-ours';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where there is no custom resource', () => {
  expect(deployWorkIsOurs.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('judges custom resources by either name', () => {
  const served = (Type: string, ServiceToken: unknown) => deployWorkIsOurs.evaluate(environmentOf({ Asked: { Type, Properties: { ServiceToken } }, Work: { Type: 'AWS::Lambda::Function' } })).state;
  const ours = { 'Fn::GetAtt': ['Work', 'Arn'] };
  const theirs = 'arn:aws:sns:us-east-1:444455556666:theirs';
  expect([served('Custom::Thing', ours), served('AWS::CloudFormation::CustomResource', ours)]).toEqual(['met', 'met']);
  expect([served('Custom::Thing', theirs), served('AWS::CloudFormation::CustomResource', theirs)]).toEqual(['unmet', 'unmet']);
});
