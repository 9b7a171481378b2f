import { STRANGER_CHECKS } from '../../../../lib/compliance/checks/presence/strangers-at-data';
import { environmentOf, type TinyResources } from '../../../support/tiny-environment';

const [atObjects, atKeys] = STRANGER_CHECKS;

const role = (name: string) => ({ sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': [{ 'Fn::GetAtt': [name, 'Arn'] }] }] } } });
const taking = (source: string, detail: object, State = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') => ({
  Type: 'AWS::Events::Rule',
  Properties: { State, EventPattern: { source: [`aws.${source}`], detail }, Targets: [{ Id: '0', Arn: { Ref: 'Topic' } }] },
});
const tagged = (DataClass: string) => ({ Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'DataClass', Value: DataClass }] } });

const TOPIC: TinyResources = { Topic: { Type: 'AWS::SNS::Topic' }, Reader: { Type: 'AWS::IAM::Role' } };
const objects = (detail: object, more: TinyResources = {}) =>
  atObjects?.evaluate(environmentOf({ ...TOPIC, Documents: tagged('phi'), Other: tagged('operational'), Rule: taking('s3', detail), ...more })).state;

const OF_DOCUMENTS = { requestParameters: { bucketName: [{ Ref: 'Documents' }] } };

it('takes a rule on the objects of each bucket with PHI or its audit, whomever by one role it leaves out', () => {
  expect(objects({ ...OF_DOCUMENTS, userIdentity: role('Reader') })).toBe('met');
  expect(objects(OF_DOCUMENTS, { Audit: tagged('audit') })).toBe('unmet');
  expect(objects(OF_DOCUMENTS, { Audit: tagged('audit'), Second: taking('s3', { requestParameters: { bucketName: [{ Ref: 'Audit' }] } }) })).toBe('met');
});

it.each([
  ['of another bucket', { requestParameters: { bucketName: [{ Ref: 'Other' }] } }],
  ['of what is read alone', { ...OF_DOCUMENTS, eventName: ['GetObject', 'ListObjects'] }],
  ['of users alone', { ...OF_DOCUMENTS, userIdentity: { type: ['IAMUser'] } }],
  ['of those who have a role', { ...OF_DOCUMENTS, userIdentity: { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': ['some'] }] } } } }],
])('does not take a rule %s', (_, detail) => {
  expect(objects(detail)).toBe('unmet');
});

const ROTATION: TinyResources = {
  ...TOPIC,
  Key: { Type: 'AWS::KMS::Key' },
  Endpoint: { Type: 'AWS::EC2::VPCEndpoint', Properties: { ServiceName: 'com.amazonaws.us-east-1.kms' } },
  Rotate: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: { 'Fn::GetAtt': ['Reader', 'Arn'] },
      Environment: { Variables: { KEY: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
      Tags: [{ Key: 'DataClass', Value: 'phi' }],
    },
  },
  Clock: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: '0', Arn: { 'Fn::GetAtt': ['Rotate', 'Arn'] } }] } },
};
const keys = (detail: object, State?: string) => atKeys?.evaluate(environmentOf({ ...ROTATION, Rule: taking('kms', detail, State) })).state;

const OF_THE_KEY = { resources: { ARN: [{ 'Fn::GetAtt': ['Key', 'Arn'] }] } };
const ELSEWHERE = { vpcEndpointId: [{ exists: false }, { 'anything-but': [{ Ref: 'Endpoint' }] }] };
const BY_OTHERS = { userIdentity: role('Reader') };

it('takes a rule on the key of rotated data keys that minds by whom and from where', () => {
  expect(keys({ ...OF_THE_KEY, $or: [BY_OTHERS, ELSEWHERE] })).toBe('met');
  expect(keys({ ...OF_THE_KEY, ...BY_OTHERS })).toBe('unmet');
  expect(keys({ ...OF_THE_KEY, ...ELSEWHERE })).toBe('unmet');
  expect(keys({ ...OF_THE_KEY, $or: [BY_OTHERS, ELSEWHERE] }, 'ENABLED')).toBe('unmet');
});

it('has nothing to say where no function rotates data keys, or no bucket holds PHI', () => {
  expect(atKeys?.evaluate(environmentOf(TOPIC)).state).toBe('notApplicable');
  expect(atObjects?.evaluate(environmentOf({ ...TOPIC, Other: tagged('operational') })).state).toBe('notApplicable');
});
