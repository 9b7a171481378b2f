import { PRESENCE_CHECKS } from '../../../../lib/compliance/checks/presence/environment-has';
import { environmentOf } from '../../../support/tiny-environment';
import { changed, judge, modelOf, type TemplateDraft } from '../../../support/weakening';

const stateOf = (id: string, change: (draft: TemplateDraft) => void): string => judge(changed('prod', change), id).verdict.state;

it.each(PRESENCE_CHECKS.map(({ id }) => id))('%s is met by prod, and unmet where there is nothing', (id) => {
  expect([judge(modelOf('prod'), id).verdict.state, judge(environmentOf({}), id).verdict.state]).toEqual(['met', 'unmet']);
});

it.each<[string, string, (draft: TemplateDraft) => void]>([
  [
    'one vault is no two',
    'presence/two-vaults',
    (draft) => {
      for (const { stack, logicalId } of draft.all('AWS::Backup::BackupVault').slice(1))
        delete draft.templates.get(stack)?.Resources[logicalId];
    },
  ],
  [
    'a topic without an address tells nobody',
    'presence/somebody-to-tell',
    (draft) => {
      for (const { resource } of draft.all('AWS::SNS::Subscription')) delete resource.Properties['Endpoint'];
    },
  ],
  [
    'a bucket that no load balancer logs to keeps none of its logs',
    'presence/load-balancer-logs',
    (draft) =>
      draft.edit('AWS::ElasticLoadBalancingV2::LoadBalancer', '', (properties) => {
        delete properties['LoadBalancerAttributes'];
      }),
  ],
])('%s', (_, id, change) => {
  expect(stateOf(id, change)).toBe('unmet');
});
