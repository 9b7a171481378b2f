import { environmentOf } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

const CHECK = 'strength/parameters-hold-no-token-keys';
const holding = (Value: unknown) => environmentOf({ Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value } } });

it('has nothing to say without a parameter', () => {
  expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
});

it.each([
  ['on', 'met'],
  ['{"keys":[]}', 'met'],
  ['{"kty":"RSA"}', 'unmet'],
  [{ 'Fn::Sub': '{"keys":[{"kid":"mine"}]}' }, 'unmet'],
  [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'cannotTell'],
])('judges %j: %s', (value, state) => {
  expect(judge(holding(value), CHECK).verdict).toMatchObject({ state });
});
