import { messagesCarryNoDetail } from '../../../../lib/compliance/checks/liveness/messages-carry-no-detail';
import { CannotTell } from '../../../../lib/compliance/verdict';
import { environmentOf } from '../../../support/tiny-environment';

const judged = (target: object, type = 'AWS::SNS::Topic') =>
  messagesCarryNoDetail.evaluate(
    environmentOf({
      Target: { Type: type },
      Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: '0', Arn: { Ref: 'Target' }, ...target }] } },
    }),
  ).state;

it('has nothing to say of rules that tell no topic', () => {
  expect(messagesCarryNoDetail.evaluate(environmentOf({})).state).toBe('notApplicable');
  expect(judged({}, 'AWS::Logs::LogGroup')).toBe('notApplicable');
});

it('takes a text of the rule’s own, with or without the envelope', () => {
  expect(judged({ Input: '"Something happened"' })).toBe('met');
  expect(judged({ InputTransformer: { InputPathsMap: { when: '$.time' }, InputTemplate: '"At <when>, <aws.events.rule-name>"' } })).toBe(
    'met',
  );
});

it.each([
  ['the whole event', {}],
  ['a part of it', { InputPath: '$.detail' }],
  ['a path into it', { InputTransformer: { InputPathsMap: { who: '$.detail.userIdentity.arn' }, InputTemplate: '"<who>"' } }],
  ['all of it by a variable', { InputTransformer: { InputTemplate: '"<aws.events.event>"' } }],
  ['no text', { InputTransformer: { InputTemplate: '' } }],
])('refuses %s', (_, target) => {
  expect(judged(target)).toBe('unmet');
});

it('does not guess at a text that only a deploy knows', () => {
  expect(() => judged({ InputTransformer: { InputTemplate: { 'Fn::If': ['A', 'b', 'c'] } } })).toThrow(CannotTell);
});
