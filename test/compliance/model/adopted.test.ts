import { EnvironmentModel } from '../../../lib/compliance/model/environment';
import { parseTemplate } from '../../../lib/compliance/model/template';
import { judge } from '../../support/weakening';

function environmentWith(AdoptedResources: unknown): EnvironmentModel {
  const template = parseTemplate('Foundation', JSON.stringify({ Metadata: { AdoptedResources }, Resources: {} }));
  return new EnvironmentModel({ name: 'prod', account: '111122223333' }, [{ stack: 'Foundation', region: 'us-east-1', template }]);
}

const TRAIL = { type: 'AWS::CloudTrail::Trail', managedBy: 'the organization' };

describe('what others run', () => {
  it('is not missing, and who answers for it is said', () => {
    expect(judge(environmentWith([TRAIL]), 'presence/a-trail').verdict).toEqual({
      state: 'notApplicable',
      reason: 'the organization runs it, which these templates do not show',
    });
  });

  it.each([
    ['nothing', undefined],
    ['no list', TRAIL],
    ['another resource', [{ ...TRAIL, type: 'AWS::GuardDuty::Detector' }]],
    ['nobody who runs it', [{ ...TRAIL, managedBy: '' }]],
    ['no name of who runs it', [{ type: TRAIL.type }]],
  ])('is missing where the templates adopt %s', (_, adopted) => {
    expect(judge(environmentWith(adopted), 'presence/a-trail').verdict).toMatchObject({ state: 'unmet' });
  });

  it('is found by its name where a name is asked for', () => {
    const environment = environmentWith([{ type: 'AWS::Logs::LogGroup', name: 'organization/trail', managedBy: 'the organization' }]);
    expect(environment.adopted('AWS::Logs::LogGroup', 'organization/trail')).toMatchObject({ managedBy: 'the organization' });
    expect(environment.adopted('AWS::Logs::LogGroup', 'another')).toBeUndefined();
  });
});
