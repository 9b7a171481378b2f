import type { Check } from '../../check';
import { expectAbsent, expectAtMost, judgeTypes } from '../../judge';

/** The life of a login token: a connection that lies idle longer was opened by a login that has ended. */
const LONGEST_IDLE_SECONDS = 15 * 60;

/** A connection that nobody uses does not stay open, and says nothing before its owner does. */
export const proxiesLetGo: Check = {
  id: 'strength/proxies-let-go',
  claim: `every proxy closes a connection after ${LONGEST_IDLE_SECONDS / 60} idle minutes, and runs no statement in a client’s name`,
  citations: ['164.312(a)(2)(iii)', '164.312(a)(1)'],
  severity: 'error',
  evaluate: (environment) =>
    judgeTypes(environment, ['AWS::RDS::DBProxy', 'AWS::RDS::DBProxyTargetGroup'], '164.312(a)(2)(iii)', (resource) =>
      resource.type === 'AWS::RDS::DBProxy'
        ? expectAtMost(resource, 'IdleClientTimeout', LONGEST_IDLE_SECONDS)
        : expectAbsent(resource, 'ConnectionPoolConfigurationInfo.InitQuery'),
    ),
};
