import type { Check } from '../../check';
import { judgeTypes, type Fault } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { textAt, valueAt } from '../../model/read';

/** Policies of an account that send every log group's lines somewhere, whatever the group says. */
const SENDING = 'SUBSCRIPTION_FILTER_POLICY';

/** Logs tell who did what with whose record: they are read where they are kept. */
export const logsGoNowhereElse: Check = {
  id: 'strength/logs-go-nowhere-else',
  claim:
    'no subscription sends a log group to anything but a resource of these templates, and no account policy sends all',
  citations: ['164.312(a)(1)', '164.312(b)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(
      environment,
      ['AWS::Logs::LogGroup', 'AWS::Logs::SubscriptionFilter', 'AWS::Logs::AccountPolicy'],
      '164.312(a)(1)',
      (resource) => faultsOf(environment, resource),
    ),
};

function faultsOf(environment: EnvironmentModel, resource: Resource): readonly Fault[] {
  switch (resource.type) {
    case 'AWS::Logs::SubscriptionFilter': {
      const target = valueAt(resource, 'DestinationArn');
      return environment.at(target) ? [] : [{ property: 'DestinationArn', value: target, expected: 'a resource of these templates' }];
    }
    case 'AWS::Logs::AccountPolicy':
      return textAt(resource, 'PolicyType') === SENDING
        ? [{ property: 'PolicyType', value: SENDING, expected: 'a subscription of each group that needs one' }]
        : [];
    default:
      return [];
  }
}
