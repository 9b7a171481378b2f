import { functionsRunKnownCode } from '../../../../lib/compliance/checks/edge/functions-run-known-code';
import { environmentOf } from '../../../support/tiny-environment';

const DIGEST = 'a'.repeat(64);
const withCode = (Code: object, more: object = {}, others: Parameters<typeof environmentOf>[0] = {}) =>
  functionsRunKnownCode.evaluate(environmentOf({ Work: { Type: 'AWS::Lambda::Function', Properties: { Code, ...more } }, ...others }))
    .state;

it('has nothing to say where there is no function', () => {
  expect(functionsRunKnownCode.evaluate(environmentOf({})).state).toBe('notApplicable');
});

it.each([
  ['an asset of this account', { S3Bucket: 'cdk-assets-111122223333-us-east-1', S3Key: `${DIGEST}.zip` }],
  ['an image of this account by its digest', { ImageUri: `111122223333.dkr.ecr.us-east-1.amazonaws.com/work@sha256:${DIGEST}` }],
])('takes %s', (_, code) => {
  expect(withCode(code)).toBe('met');
});

it('takes a bucket and a layer of the templates themselves', () => {
  const code = { S3Bucket: { Ref: 'Assets' }, S3Key: `work/${DIGEST}.zip` };
  expect(
    withCode(code, { Layers: [{ Ref: 'Layer' }] }, { Assets: { Type: 'AWS::S3::Bucket' }, Layer: { Type: 'AWS::Lambda::LayerVersion' } }),
  ).toBe('met');
});

const OTHER = {
  Other: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: 'cdk-assets-111122223333-us-east-1', S3Key: `${DIGEST}.zip` } } },
};

it('leaves a way of deploying to whoever deploys everything so', () => {
  const byHand = { S3Bucket: 'our-artifacts', S3Key: 'work.zip' };
  expect(withCode(byHand)).toBe('met');
  expect(withCode(byHand, {}, { Other: { Type: 'AWS::Lambda::Function', Properties: { Code: byHand } } })).toBe('met');
});

it.each([
  ['a bucket that nothing else comes from', { S3Bucket: 'our-artifacts', S3Key: `${DIGEST}.zip` }],
  ['a name that stays while the content changes', { S3Bucket: 'cdk-assets-111122223333-us-east-1', S3Key: 'latest.zip' }],
  ['an image by a tag', { ImageUri: '111122223333.dkr.ecr.us-east-1.amazonaws.com/work:latest' }],
  ['code in the template', { ZipFile: 'exports.handler = () => {}' }],
])('refuses %s where others are deployed otherwise', (_, code) => {
  expect(withCode(code, {}, OTHER)).toBe('unmet');
});

it.each([
  ['an image of another account', { ImageUri: `444455556666.dkr.ecr.us-east-1.amazonaws.com/work@sha256:${DIGEST}` }],
  ['no code at all', {}],
])('refuses %s', (_, code) => {
  expect(withCode(code)).toBe('unmet');
});
