import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/keys-are-fit-for-use';
const askedTo = (action: string, resource: unknown, Properties: object) =>
  environmentOf({
    Key: { Type: 'AWS::KMS::Key', Properties },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] } }],
      },
    },
  });
const KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };

it('has nothing to say without a key', () => {
  expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it('takes what KMS does by itself for good', () => {
  expect(
    judge(environmentOf({ Key: { Type: 'AWS::KMS::Key', Properties: { Origin: 'AWS_KMS', Enabled: 'true' } } }), CHECK).verdict,
  ).toMatchObject({ state: 'met' });
});

it.each([
  ['kms:Sign', { KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY' }, 'met'],
  ['kms:Sign', {}, 'unmet'],
  ['kms:Decrypt', { KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY' }, 'unmet'],
])('holds what a role may do, %s, against what the key is for, %j: %s', (action, properties, state) => {
  expect(judge(askedTo(action, KEY, properties), CHECK).verdict).toMatchObject({ state });
});

it('reads nothing out of a role that may do so with any key', () => {
  expect(judge(askedTo('kms:Sign', '*', {}), CHECK).verdict).toMatchObject({ state: 'met' });
});
