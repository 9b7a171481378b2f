import { deployWorkIsOurs } from '../../../../lib/compliance/checks/edge/deploy-work-is-ours';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where there is no custom resource', () => {
  expect(deployWorkIsOurs.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('judges custom resources by either name', () => {
  const served = (Type: string, ServiceToken: unknown) =>
    deployWorkIsOurs.evaluate(environmentOf({ Asked: { Type, Properties: { ServiceToken } }, Work: { Type: 'AWS::Lambda::Function' } }))
      .state;
  const ours = { 'Fn::GetAtt': ['Work', 'Arn'] };
  const theirs = 'arn:aws:sns:us-east-1:444455556666:theirs';
  expect([served('Custom::Thing', ours), served('AWS::CloudFormation::CustomResource', ours)]).toEqual(['met', 'met']);
  expect([served('Custom::Thing', theirs), served('AWS::CloudFormation::CustomResource', theirs)]).toEqual(['unmet', 'unmet']);
});

it('wants a digest of what the master of a database is to do', () => {
  const judged = (more: object, attribute: string) =>
    deployWorkIsOurs.evaluate(
      environmentOf({
        Database: { Type: 'AWS::RDS::DBInstance' },
        Work: {
          Type: 'AWS::Lambda::Function',
          Properties: { Environment: { Variables: { ONE: { 'Fn::GetAtt': ['Database', attribute] } } } },
        },
        Asked: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Work', 'Arn'] }, ...more } },
      }),
    ).state;
  const digest = { ThingSha256: 'a'.repeat(64) };
  expect([judged(digest, 'MasterUserSecret.SecretArn'), judged({}, 'MasterUserSecret.SecretArn')]).toEqual(['met', 'unmet']);
  expect(judged({}, 'Endpoint.Address')).toBe('met');
});
