import type { Check } from '../../check';
import { judgeEach } from '../../judge';
import { textsAt, valueAt } from '../../model/read';

/** Services whose events reach EventBridge in one Region only. */
const GLOBAL: readonly string[] = ['aws.iam', 'aws.signin', 'aws.organizations', 'aws.route53', 'aws.cloudfront'];

const HOME = 'us-east-1';

/** Elsewhere such a rule is on, has a target, and never sees an event. */
export const globalEventsAreCaughtAtHome: Check = {
  id: 'deploy/global-events-are-caught-at-home',
  claim: `every rule on events of a global service stands in ${HOME}`,
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
      ({ region }) => (region === HOME ? [] : [{ property: 'EventPattern.source', value: region, expected: HOME }]),
      'no rule is about a global service',
    );
  },
};
