import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/objects-stay-within-reach';
const withRule = (rule: object) =>
  environmentOf({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules: [rule] } } } });

it('has nothing to say without a bucket', () => {
  expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it('lets a bucket without rules be', () => {
  expect(judge(environmentOf({ Bucket: { Type: 'AWS::S3::Bucket' } }), CHECK).verdict).toMatchObject({ state: 'met' });
});

it.each(['GLACIER', 'DEEP_ARCHIVE', 'ONEZONE_IA', 'REDUCED_REDUNDANCY'])('finds a move to %s, however it is written', (StorageClass) => {
  expect(judge(withRule({ Status: 'Enabled', Transition: { StorageClass } }), CHECK).verdict).toMatchObject({ state: 'unmet' });
  expect(judge(withRule({ Status: 'Enabled', NoncurrentVersionTransition: { StorageClass } }), CHECK).verdict).toMatchObject({
    state: 'unmet',
  });
});

it('leaves a rule that is off alone', () => {
  expect(judge(withRule({ Status: 'Disabled', Transitions: [{ StorageClass: 'GLACIER' }] }), CHECK).verdict).toMatchObject({
    state: 'met',
  });
});
