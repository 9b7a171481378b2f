import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, textsAt, valueAt } from '../../model/read';
import { regionOfBus } from '../liveness/deliveries';

/** Services whose events reach EventBridge in one Region only. */
const GLOBAL: readonly string[] = ['aws.iam', 'aws.signin', 'aws.organizations', 'aws.route53', 'aws.cloudfront'];

const HOME = 'us-east-1';

/** Elsewhere such a rule is on, has a target, and never sees an event. */
export const globalEventsAreCaughtAtHome: Check = {
  id: 'deploy/global-events-are-caught-at-home',
  claim: `every rule on events of a global service stands in ${HOME}, or has there one of the same pattern that sends them on`,
  citations: ['164.308(a)(1)(ii)(D)', '164.308(a)(6)(ii)'],
  severity: 'error',
  evaluate: (environment) => {
    const rules = environment
      .of('AWS::Events::Rule')
      .filter(
        (rule) =>
          valueAt(rule, 'EventPattern') !== undefined && textsAt(rule, 'EventPattern.source').some((source) => GLOBAL.includes(source)),
      );
    return judgeEach(
      rules,
      '164.308(a)(1)(ii)(D)',
      (rule) => (rule.region === HOME || isForwarded(environment, rule) ? [] : [{ property: 'EventPattern.source', value: rule.region, expected: HOME }]),
      'no rule is about a global service',
    );
  },
};

/** By the very same pattern: another would leave out something of it, and it would take reading both to know what. */
function isForwarded(environment: EnvironmentModel, rule: Resource): boolean {
  const pattern = JSON.stringify(valueAt(rule, 'EventPattern'));
  return environment
    .of('AWS::Events::Rule')
    .some(
      (each) =>
        each.region === HOME &&
        (textAt(each, 'State') ?? 'ENABLED') === (textAt(rule, 'State') ?? 'ENABLED') &&
        JSON.stringify(valueAt(each, 'EventPattern')) === pattern &&
        recordsAt(each, 'Targets').some(({ Arn }) => regionOfBus(environment, Arn) === rule.region),
    );
}
