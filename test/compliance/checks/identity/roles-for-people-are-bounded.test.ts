import { rolesForPeopleAreBounded } from '../../../../lib/compliance/checks/identity/roles-for-people-are-bounded';
import { environmentOf } from '../../../support/tiny-environment';

const judged = (Principal: object, more: object = {}) =>
  rolesForPeopleAreBounded.evaluate(
    environmentOf({
      Boundary: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [] } } },
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal } }, ...more } },
    }),
  ).state;
const PEOPLE = { AWS: 'arn:aws:iam::111122223333:root' };
const BOUNDED = { PermissionsBoundary: { Ref: 'Boundary' } };

it('has nothing to say of roles for services', () => {
  expect(judged({ Service: 'lambda.amazonaws.com' })).toBe('notApplicable');
});

it('takes an hour, which is also what a role has that says nothing', () => {
  expect([judged(PEOPLE, BOUNDED), judged(PEOPLE, { ...BOUNDED, MaxSessionDuration: '3600' }), judged(PEOPLE, { ...BOUNDED, MaxSessionDuration: 3601 })]).toEqual(['met', 'met', 'unmet']);
});

it('asks for a boundary of everybody who is no service', () => {
  expect([judged(PEOPLE), judged({ AWS: '*' })]).toEqual(['unmet', 'unmet']);
});
