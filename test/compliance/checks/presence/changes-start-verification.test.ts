import { changesStartVerification } from '../../../../lib/compliance/checks/presence/changes-start-verification';
import { guardiansKnowTheTrail } from '../../../../lib/compliance/checks/trail/guardians-know-the-trail';
import { isTaken } from '../../../../lib/compliance/checks/liveness/catching';
import { environmentOf, type TinyResources } from '../../../support/tiny-environment';

const target = { Id: '0', Arn: { 'Fn::GetAtt': ['Guardian', 'Arn'] } };
const on = (source: string, eventName: readonly string[]) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: [`aws.${source}`], 'detail-type': ['AWS API Call via CloudTrail'], detail: { eventName } },
    Targets: [target],
  },
});

/** A trail and somebody's guardian of it, which is told of no more than the bucket. */
const RESOURCES: TinyResources = {
  Archive: { Type: 'AWS::S3::Bucket' },
  Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { TrailName: 'main', S3BucketName: { Ref: 'Archive' } } },
  Guardian: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { WHERE: { Ref: 'Archive' } } } } },
  Clock: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [target] } },
  Changes: on('cloudtrail', ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors']),
  Policies: on('s3', ['PutBucketPolicy', 'DeleteBucketPolicy']),
};

it('asks for no more than the trail has: one without a key needs no rule over keys', () => {
  expect(changesStartVerification.evaluate(environmentOf(RESOURCES)).state).toBe('met');
  const without = Object.fromEntries(Object.entries(RESOURCES).filter(([name]) => name !== 'Policies'));
  expect(changesStartVerification.evaluate(environmentOf(without))).toMatchObject({ state: 'unmet', findings: [{}, {}] });
});

it('judges a guardian that is told what to expect, and nobody else’s', () => {
  expect(guardiansKnowTheTrail.evaluate(environmentOf(RESOURCES)).state).toBe('notApplicable');
});

it('does not take a function that looks into a matter for somebody who is told of it', () => {
  const event = { source: 'aws.cloudtrail', 'detail-type': 'AWS API Call via CloudTrail', detail: { eventName: 'StopLogging' } };
  const Topic = { Type: 'AWS::SNS::Topic' };
  const { Changes } = RESOURCES;
  const told = { ...Changes, Properties: { ...Changes?.Properties, Targets: [target, { Id: '1', Arn: { Ref: 'Topic' } }] }, Type: 'AWS::Events::Rule' };
  expect(isTaken(environmentOf(RESOURCES), event)).toBe(false);
  expect(isTaken(environmentOf({ ...RESOURCES, Topic, Changes: told }), event)).toBe(true);
});
