import { resultsStayWithUs } from '../../../../lib/compliance/checks/edge/results-stay-with-us';
import { environmentOf } from '../../../support/tiny-environment';

it('has nothing to say where nothing is passed on', () => {
  expect(resultsStayWithUs.evaluate(environmentOf({ Work: { Type: 'AWS::Lambda::Function' } })).state).toBe('notApplicable');
});

it('takes a queue of these templates at either end', () => {
  const mapped = (EventSourceArn: unknown) =>
    resultsStayWithUs.evaluate(
      environmentOf({
        Queue: { Type: 'AWS::SQS::Queue' },
        Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn } },
      }),
    ).state;
  expect([mapped({ 'Fn::GetAtt': ['Queue', 'Arn'] }), mapped('arn:aws:sqs:us-east-1:444455556666:theirs')]).toEqual(['met', 'unmet']);
});
