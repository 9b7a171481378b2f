import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import type { EnvironmentModel, Resource } from '../../model/environment';
import { recordsAt, textAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
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
    const rules = environment.of('AWS::Events::Rule').filter((rule) => sourcesOf(rule).some((source) => GLOBAL.some((global) => source(global))));
    return judgeEach(
      rules,
      '164.308(a)(1)(ii)(D)',
      (rule) => (rule.region === HOME || isForwarded(environment, rule) ? [] : [{ property: 'EventPattern.source', value: rule.region, expected: HOME }]),
      'no rule is about a global service',
    );
  },
};

/** What the pattern takes for its source: a service by name, or all whose name begins so. */
function sourcesOf(rule: Resource): readonly ((service: string) => boolean)[] {
  const sources = valueAt(rule, 'EventPattern.source');
  return (Array.isArray(sources) ? (sources as readonly unknown[]) : []).map((source) => (service) => {
    const prefix = isJson(source) ? source['prefix'] : undefined;
    return typeof prefix === 'string' ? service.startsWith(prefix) : service === source;
  });
}

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
