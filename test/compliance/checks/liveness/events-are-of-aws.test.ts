import { eventsAreOfAws } from '../../../../lib/compliance/checks/liveness/events-are-of-aws';
import { environmentOf } from '../../../support/tiny-environment';

const judged = (Properties: object) =>
  eventsAreOfAws.evaluate(environmentOf({ Policy: { Type: 'AWS::Events::EventBusPolicy', Properties } })).state;

it('has nothing to say where no bus has a policy', () => {
  expect(eventsAreOfAws.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it('takes this account, in either form', () => {
  expect(judged({ StatementId: 'own', Action: 'events:PutEvents', Principal: '111122223333' })).toBe('met');
  expect(
    judged({
      StatementId: 'own',
      Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:role/own' }, Action: 'events:PutEvents', Resource: '*' },
    }),
  ).toBe('met');
});

it('refuses everybody, by whichever name', () => {
  expect(judged({ Statement: { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: '*' } })).toBe('unmet');
  expect(judged({ Statement: { Effect: 'Allow', NotPrincipal: { AWS: '1' }, Action: 'events:PutEvents', Resource: '*' } })).toBe('unmet');
});
