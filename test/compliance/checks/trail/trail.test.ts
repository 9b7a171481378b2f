import { citedConfigRules, CONFIG_RULE_PARAMETERS } from '../../../../lib/compliance/config-rules';
import { environmentOf, type TinyResources } from '../../../support/tiny-environment';
import { judge } from '../../../support/weakening';

describe('strength/conformance-judges-everything', () => {
  const CHECK = 'strength/conformance-judges-everything';
  const pack = (Properties: object): TinyResources => ({ Pack: { Type: 'AWS::Config::ConformancePack', Properties } });

  it('has nothing to say without a pack', () => {
    expect(judge(environmentOf({}), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
  });

  it.each([[{ TemplateS3Uri: 's3://somewhere/pack.yaml' }], [{ TemplateBody: 'Resources: {}' }]])(
    'cannot tell what is in %j',
    (properties) => {
      expect(judge(environmentOf(pack(properties)), CHECK).verdict).toMatchObject({ state: 'cannotTell' });
    },
  );

  it('misses every rule in an empty pack, and counts no rule of somebody’s own', () => {
    const ours = {
      Resources: {
        Ours: {
          Type: 'AWS::Config::ConfigRule',
          Properties: { Source: { Owner: 'CUSTOM_LAMBDA', SourceIdentifier: 'ACCESS_KEYS_ROTATED' } },
        },
      },
    };
    expect(judge(environmentOf(pack({ TemplateBody: JSON.stringify(ours) })), CHECK).findings).toHaveLength(citedConfigRules().size);
  });

  it('knows parameters of cited rules only', () => {
    expect(Object.keys(CONFIG_RULE_PARAMETERS).filter((code) => ![...citedConfigRules().values()].includes(code))).toEqual([]);
  });
});

describe('liveness/trails-see-phi', () => {
  const CHECK = 'liveness/trails-see-phi';

  it('has nothing to say without a trail', () => {
    expect(judge(environmentOf({ Bucket: { Type: 'AWS::S3::Bucket' } }), CHECK).verdict).toMatchObject({ state: 'notApplicable' });
  });

  it('finds every touch that a trail of management events alone does not see', () => {
    const environment = environmentOf({
      Bucket: { Type: 'AWS::S3::Bucket' },
      Called: { Type: 'AWS::Lambda::Function' },
      Trail: { Type: 'AWS::CloudTrail::Trail' },
    });
    expect(judge(environment, CHECK).findings.map(({ logicalId, value }) => `${logicalId} ${value}`)).toEqual([
      'Bucket GetObject is not recorded',
      'Bucket PutObject is not recorded',
      'Bucket DeleteObject is not recorded',
      'Called Invoke is not recorded',
    ]);
  });
});

describe('strength/threats-are-looked-for', () => {
  const CHECK = 'strength/threats-are-looked-for';

  it.each([
    ['NOOP', 'met'],
    ['ARCHIVE', 'unmet'],
  ])('judges a filter that does %s: %s', (Action, state) => {
    expect(judge(environmentOf({ Filter: { Type: 'AWS::GuardDuty::Filter', Properties: { Action } } }), CHECK).verdict).toMatchObject({
      state,
    });
  });
});
