import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/buckets-share-with-nobody';
const bucket = (Properties: object) =>
  environmentOf({ Bucket: { Type: 'AWS::S3::Bucket', Properties }, Other: { Type: 'AWS::S3::Bucket' } });
const replicatedTo = (Bucket: unknown) => bucket({ ReplicationConfiguration: { Rules: [{ Destination: { Bucket } }] } });

it('has nothing to say without a bucket', () => {
  expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it('tells a replica of these templates from somebody else’s', () => {
  expect(judge(replicatedTo({ 'Fn::GetAtt': ['Other', 'Arn'] }), CHECK).verdict).toMatchObject({ state: 'met' });
  expect(judge(replicatedTo('arn:aws:s3:::theirs'), CHECK).verdict).toMatchObject({ state: 'unmet' });
});

it('cannot tell where a parameter says whose the replica is', () => {
  expect(judge(replicatedTo({ 'Fn::Transform': {} }), CHECK).verdict).toMatchObject({ state: 'cannotTell' });
});

it('lets an analysis stay in the console, and follows one that is exported', () => {
  const exported = { Destination: { BucketArn: 'arn:aws:s3:::theirs' } };
  expect(judge(bucket({ AnalyticsConfigurations: [{ Id: 'a', StorageClassAnalysis: {} }] }), CHECK).verdict).toMatchObject({
    state: 'met',
  });
  expect(
    judge(bucket({ AnalyticsConfigurations: [{ Id: 'a', StorageClassAnalysis: { DataExport: exported } }] }), CHECK).verdict,
  ).toMatchObject({ state: 'unmet' });
});

it.each([
  [['https://app.telehealth.example'], 'met'],
  [['http://app.telehealth.example'], 'unmet'],
  [['https://*.example'], 'unmet'],
])('judges the origins %j: %s', (AllowedOrigins, state) => {
  expect(judge(bucket({ CorsConfiguration: { CorsRules: [{ AllowedOrigins }] } }), CHECK).verdict).toMatchObject({ state });
});
